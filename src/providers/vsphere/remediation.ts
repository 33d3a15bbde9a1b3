import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';
import { globalPermission, unknownPrivilege } from './read-answers.ts';
import { type Fix, govc, type Place, powerCli, terraform } from './snippets.ts';

const ids = (findings: readonly Finding[]) => [...new Set(findings.map(({ requirement }) => requirement))];

/** Every role holds these by itself. */
const isOfEveryRole = (id: string) => id.startsWith('System.');

/** All that counts for this connection and is no global permission, but for what its vCenter does not know. */
function rolePrivileges(counting: readonly Finding[]): string[] {
  const known = counting.filter(
    ({ group, evidence }) => group !== globalPermission && evidence.code !== unknownPrivilege,
  );
  return ids(known)
    .filter((id) => !isOfEveryRole(id))
    .sort();
}

/** A permission on these reaches what is below: https://github.com/hashicorp/packer-plugin-vsphere */
const propagating = new Set(['VM folder']);

/** Each object that something is missing on: every host by itself, since a cluster holds pools beside them. */
function placesOf(findings: readonly Finding[]): Place[] {
  const places = findings.flatMap(({ group, objects = [] }) =>
    objects.map(({ id, path }) => ({ object: id, path, propagates: propagating.has(group) })),
  );
  return [...new Map(places.map((place) => [place.object, place])).values()];
}

/** The table of the documentation, cut to what is missing on each object. */
function tableRemediation(findings: readonly Finding[]): Remediation {
  const byPlace = new Map<string, Finding[]>();
  for (const finding of findings) {
    const reach = propagating.has(finding.group) ? 'propagating to children' : 'this object only';
    const place = `${finding.group} ${finding.scope ?? ''}, ${reach}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), finding]);
  }
  const parts = [...byPlace].map(([place, rows]) => {
    const lines = rows.map(({ name, requirement }) => `  ${name} (${requirement})`);
    return `${place}:\n${lines.join('\n')}`;
  });
  return {
    title: 'The privileges of the documentation’s table that are missing, by object',
    format: 'text',
    text: parts.join('\n'),
    fixes: ids(findings),
  };
}

function objectRemediation(
  findings: readonly Finding[],
  counting: readonly Finding[],
  identity: Identity | undefined,
): Remediation[] {
  if (findings.length === 0) return [];
  const principal = identity?.name ?? 'DOMAIN\\user';
  const places = placesOf(findings);
  // Where nothing was found there is nothing to set a permission on.
  if (places.length === 0) return [tableRemediation(findings)];
  const fix: Fix = { privileges: rolePrivileges(counting), places, principal };
  const shared = { fixes: ids(findings), alternative: true };
  return [
    tableRemediation(findings),
    {
      title: `One role with all that builds need, on each of these objects; it takes the place of what ${principal} has directly on them`,
      format: 'shell',
      text: govc(fix),
      fixes: ids(findings),
    },
    { title: 'The same with PowerCLI', format: 'shell', text: powerCli(fix), ...shared },
    { title: 'The same with Terraform', format: 'hcl', text: terraform(fix), ...shared },
  ];
}

function globalRemediation(findings: readonly Finding[], identity: Identity | undefined): Remediation[] {
  if (findings.length === 0) return [];
  const fixes = ids(findings);
  const text = `Content libraries want a global permission, which only an administrator of the vCenter gives: Administration › Access Control › Global Permissions › Add, user ${identity?.name ?? 'of the connection'}, a role with ${fixes.join(' and ')}, “Propagate to children”.`;
  return [{ title: 'Not yours to fix', format: 'text', text, fixes }];
}

/** The smallest changes that fix what is missing and keep what is held. */
export function remediate({ missing, counting = missing, identity }: RemediationRequest): Remediation[] {
  const onObjects = missing.filter(({ group }) => group !== globalPermission);
  const global = missing.filter(({ group }) => group === globalPermission);
  return [...objectRemediation(onObjects, counting, identity), ...globalRemediation(global, identity)];
}
