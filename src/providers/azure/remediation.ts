import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import { forwardRemediation } from '../forward.ts';
import { documentedGroup } from '../profiles.ts';
import type { RemediationRequest } from '../provider.ts';
import { grants } from './rights.ts';
import { profileRoles } from './role-fixes.ts';
import {
  assignCommand,
  assignTo,
  bicep,
  documentedCommand,
  hasObjectId,
  inCloud,
  namesOf,
  placeholder,
  scopeOf,
  terraform,
} from './role-snippets.ts';
import { contributorSet } from './roles.ts';

const providerPrefix = 'prerequisite:provider/';
const documentedRole = 'role:Contributor';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);

/** The smallest command that gives the documented role. */
function assignRole({ identity, target }: Pick<RemediationRequest, 'identity' | 'target'>): Remediation {
  const scope = scopeOf(target);
  const text = identity ? assignCommand(identity, scope) : documentedCommand(scope);
  return {
    title: `Give Contributor on the subscription to ${identity ? namesOf(identity) : 'the service principal'} (needs Owner or User Access Administrator)`,
    format: 'shell',
    text: inCloud(text, target),
    fixes: [],
  };
}

/** The role on the subscription: the smallest command first, the documented one for whoever starts anew. */
function roleRemediation(
  findings: readonly Finding[],
  { identity, target }: Pick<RemediationRequest, 'identity' | 'target'>,
): Remediation[] {
  if (findings.length === 0) return [];
  const fixes = ids(findings);
  const scope = scopeOf(target);
  const anew: Remediation = {
    title:
      'The documented command, for a service principal of a name that is not taken yet (enter what it prints as a new connection)',
    format: 'shell',
    text: inCloud(documentedCommand(scope), target),
    fixes,
  };
  if (!identity) return [anew];
  const shared = { fixes, alternative: true };
  const asCode: Remediation[] = hasObjectId(identity)
    ? [
        { title: 'The same with Terraform', format: 'hcl', text: terraform(identity, target), ...shared },
        {
          title: 'The same with Bicep (az deployment sub create)',
          format: 'bicep',
          text: bicep(identity),
          ...shared,
        },
      ]
    : [];
  return [{ ...assignRole({ identity, target }), fixes }, ...asCode, { ...anew, alternative: true }];
}

type Refused = Pick<RemediationRequest, 'identity' | 'target'>;

function denyRemediation(findings: readonly Finding[], refused: Refused): Remediation[] {
  return [...Map.groupBy(findings, ({ evidence }) => evidence.text)].map(([reason, group]) =>
    forwardRemediation({
      ...refused,
      to: 'whoever deployed what it protects, or an Owner of the subscription',
      rule: /the deny assignment “[^”]*”/.exec(reason)?.[0] ?? 'a deny assignment',
      findings: group,
      ask: 'exclude this principal from the deny assignment, or remove it.',
      note: `${reason} A deny assignment outranks every role. Azure itself makes them for managed applications, deployment stacks and blueprints.`,
    }),
  );
}

function subscriptionRemediation(finding: Finding, refused: Refused): Remediation {
  return forwardRemediation({
    ...refused,
    to: 'the account administrator of the subscription',
    rule: 'the state of the subscription',
    findings: [finding],
    ask: 'reactivate it in the portal, under Subscriptions.',
    note: `${finding.evidence.text} Settling the bill, the spending limit or the support case behind it comes first.`,
  });
}

function lockRemediation(finding: Finding, refused: Refused): Remediation {
  return forwardRemediation({
    ...refused,
    to: 'whoever set the lock, or an Owner or User Access Administrator of the subscription',
    rule: 'a read-only lock',
    findings: [finding],
    ask: 'remove the lock for this connection, or name another subscription.',
    note: `${finding.evidence.text} It was set on purpose; only Owner and User Access Administrator can remove it.`,
  });
}

function providerRemediation(
  findings: readonly Finding[],
  target: Readonly<Record<string, string>>,
): Remediation[] {
  if (findings.length === 0) return [];
  const { subscription = placeholder } = target;
  const commands = findings.map(
    ({ requirement }) =>
      `az provider register --namespace ${requirement.slice(providerPrefix.length)} --subscription ${subscription} --wait`,
  );
  const title = `Register ${findings.length === 1 ? 'the resource provider' : 'the resource providers'} (Contributor may do this)`;
  return [{ title, format: 'shell', text: inCloud(commands.join('\n'), target), fixes: ids(findings) }];
}

/** A new secret for one that has expired. */
export function renewSecret(clientId: string, target: Readonly<Record<string, string>>): Remediation {
  return {
    title: 'Add a new client secret beside the one that has expired',
    format: 'shell',
    // Without --append the command deletes every other secret and certificate of the application.
    text: inCloud(`az ad app credential reset \\\n  --id ${clientId} \\\n  --append \\\n  --years 1`, target),
    fixes: [],
  };
}

/** Where the id may be wrong, the look that tells comes before any fix. */
function lookRemediation(
  findings: readonly Finding[],
  target: Readonly<Record<string, string>>,
): Remediation[] {
  const unseen = findings.filter(({ evidence }) => evidence.code === 'SubscriptionNotFound');
  if (unseen.length === 0) return [];
  const { subscription = placeholder } = target;
  const text = `az account show --subscription ${subscription} --query '{name:name, tenant:tenantId}'`;
  return [
    {
      title: 'First see, as somebody who has access, whether the subscription id is right',
      format: 'shell',
      text: inCloud(text, target),
      fixes: [],
    },
  ];
}

/** The smallest changes that fix what is missing. */
export function remediate({ missing, identity, target }: RemediationRequest): Remediation[] {
  const refused = { identity, target };
  const denied = missing.filter(({ layer }) => layer === 'deny-assignment');
  const unassigned = missing.filter(({ layer }) => layer === 'role-assignment');
  const ofDocumented = unassigned.filter((finding) => documentedGroup(finding) === documentedRole);
  // What the documented role gives with the rest needs no role of its own.
  const ofProfiles = unassigned.filter((finding) => {
    if (documentedGroup(finding) === documentedRole) return false;
    const isGiven = finding.scope === undefined && grants(contributorSet, finding.requirement);
    return ofDocumented.length === 0 || !isGiven;
  });
  return [
    ...lookRemediation(unassigned, target),
    ...roleRemediation(ofDocumented, { identity, target }),
    ...profileRoles(ofProfiles, {
      assignCommand: (role) => assignTo(identity, scopeOf(target), role),
      scope: scopeOf(target),
      inCloud: (command) => inCloud(command, target),
      identity,
    }),
    ...denyRemediation(denied, refused),
    ...missing
      .filter(({ requirement }) => requirement === 'prerequisite:subscription-enabled')
      .map((finding) => subscriptionRemediation(finding, refused)),
    ...missing
      .filter(({ requirement }) => requirement === 'prerequisite:no-lock')
      .map((finding) => lockRemediation(finding, refused)),
    ...providerRemediation(
      missing.filter(({ requirement }) => requirement.startsWith(providerPrefix)),
      target,
    ),
  ];
}
