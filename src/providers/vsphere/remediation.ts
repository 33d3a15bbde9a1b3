import vsphereCatalog from '../../catalog/vsphere.json' with { type: 'json' };
import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';
import { globalPermission } from './check.ts';

const roleName = 'xoap-image-management';

const ids = (findings: readonly Finding[]) => [...new Set(findings.map(({ requirement }) => requirement))];

/** Every role holds these by itself. */
const isOfEveryRole = (id: string) => id.startsWith('System.');

/** What every build needs, with what is missing beyond it. */
function rolePrivileges(findings: readonly Finding[]): string[] {
  const always = vsphereCatalog.requirements
    .filter(({ level, group }) => level === 'required' && group !== globalPermission)
    .map(({ id }) => id);
  return [...new Set([...always, ...ids(findings)])].filter((id) => !isOfEveryRole(id)).sort();
}

/** One object, and whether what is given on it must reach what is below it. */
type Place = { readonly group: string; readonly path: string; readonly propagates: boolean };

/** A permission on these reaches what is below: https://github.com/hashicorp/packer-plugin-vsphere */
const propagating = new Set(['VM folder']);

function placesOf(findings: readonly Finding[]): Place[] {
  const byPath = new Map(
    findings.map(({ group, scope = '' }) => [`${group} ${scope}`, { group, path: scope }]),
  );
  return [...byPath.values()].map((place) => ({ ...place, propagates: propagating.has(place.group) }));
}

/** The documentation's table, cut to what is missing on each object. */
function tableRemediation(findings: readonly Finding[]): Remediation {
  const parts = placesOf(findings).map(({ group, path, propagates }) => {
    const rows = findings.filter((finding) => finding.group === group && finding.scope === path);
    const lines = rows.map(({ name, requirement }) => `  ${name} (${requirement})`);
    return `${group} ${path}, ${propagates ? 'propagating to children' : 'this object only'}:\n${lines.join('\n')}`;
  });
  return {
    title: 'The privileges of the documentation’s table that are missing, by object',
    format: 'text',
    text: parts.join('\n'),
    fixes: ids(findings),
  };
}

/** In single quotes for a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** In single quotes for PowerShell. */
const powerQuoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

function govc(findings: readonly Finding[], principal: string): string {
  const privileges = rolePrivileges(findings).join(' ');
  const permissions = placesOf(findings).map(
    ({ path, propagates }) =>
      `govc permissions.set -principal ${quoted(principal)} -role ${roleName} -propagate=${propagates} ${quoted(path)}`,
  );
  return [
    `govc role.create ${roleName} ${privileges} || \\\n  govc role.update -a ${roleName} ${privileges}`,
    ...permissions,
  ].join('\n');
}

function powerCli(findings: readonly Finding[], principal: string): string {
  const privileges = rolePrivileges(findings)
    .map((id) => powerQuoted(id))
    .join(', ');
  const permissions = placesOf(findings).map(
    ({ path, propagates }) =>
      `New-VIPermission -Entity (Get-Inventory -Name ${powerQuoted(path.split('/').at(-1) || 'Datacenters')}) -Principal ${powerQuoted(principal)} -Role ${roleName} -Propagate:$${propagates}`,
  );
  return [
    `$privileges = Get-VIPrivilege -Id ${privileges}`,
    `if (Get-VIRole -Name ${roleName} -ErrorAction SilentlyContinue) { Set-VIRole -Role ${roleName} -AddPrivilege $privileges }`,
    `else { New-VIRole -Name ${roleName} -Privilege $privileges }`,
    ...permissions,
  ].join('\n');
}

/** How Terraform finds each kind of object, and what it calls its type. */
const terraformKinds: Readonly<Record<string, readonly [data: string, type: string]>> = {
  Datacenter: ['vsphere_datacenter', 'Datacenter'],
  'Cluster or host': ['vsphere_compute_cluster', 'ClusterComputeResource'],
  'Resource pool': ['vsphere_resource_pool', 'ResourcePool'],
  'VM folder': ['vsphere_folder', 'Folder'],
  Datastore: ['vsphere_datastore', 'Datastore'],
  Network: ['vsphere_network', 'Network'],
};

function terraform(findings: readonly Finding[], principal: string): string {
  const role = `resource "vsphere_role" "xoap" {
  name            = "${roleName}"
  role_privileges = ${JSON.stringify(rolePrivileges(findings))}
}`;
  const permissions = placesOf(findings).flatMap(({ group, path, propagates }) => {
    const [data, type] = terraformKinds[group] ?? [];
    if (!data) return [];
    const label = group.toLowerCase().replaceAll(' ', '_');
    const argument = data === 'vsphere_folder' ? 'path' : 'name';
    return [
      `data "${data}" "${label}" {
  ${argument} = ${JSON.stringify(path)}
}

resource "vsphere_entity_permissions" "${label}" {
  entity_id   = data.${data}.${label}.id
  entity_type = "${type}"
  permissions {
    user_or_group = ${JSON.stringify(principal)}
    is_group      = false
    propagate     = ${propagates}
    role_id       = vsphere_role.xoap.id
  }
}`,
    ];
  });
  return [role, ...permissions].join('\n\n');
}

function objectRemediation(findings: readonly Finding[], identity: Identity | undefined): Remediation[] {
  if (findings.length === 0) return [];
  const principal = identity?.name ?? 'DOMAIN\\user';
  const shared = { fixes: ids(findings), alternative: true };
  return [
    tableRemediation(findings),
    {
      title: `One role with all that builds need, on each of these objects; it takes the place of what ${principal} has directly on them`,
      format: 'shell',
      text: govc(findings, principal),
      fixes: ids(findings),
    },
    { title: 'The same with PowerCLI', format: 'shell', text: powerCli(findings, principal), ...shared },
    { title: 'The same with Terraform', format: 'hcl', text: terraform(findings, principal), ...shared },
  ];
}

function globalRemediation(findings: readonly Finding[], identity: Identity | undefined): Remediation[] {
  if (findings.length === 0) return [];
  const fixes = ids(findings);
  const text = `Content libraries want a global permission, which only an administrator of the vCenter gives: Administration › Access Control › Global Permissions › Add, user ${identity?.name ?? 'of the connection'}, a role with ${fixes.join(' and ')}, “Propagate to children”.`;
  return [{ title: 'Not yours to fix', format: 'text', text, fixes }];
}

/** The smallest changes that fix what is missing. */
export function remediate({ missing, identity }: RemediationRequest): Remediation[] {
  return [
    ...objectRemediation(
      missing.filter(({ group }) => group !== globalPermission),
      identity,
    ),
    ...globalRemediation(
      missing.filter(({ group }) => group === globalPermission),
      identity,
    ),
  ];
}
