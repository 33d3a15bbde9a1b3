import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import { documentedGroup } from '../profiles.ts';
import type { RemediationRequest } from '../provider.ts';
import { denyRemediation, expiredRemediation } from './forwards.ts';
import { command, consoleSteps, customRole, type Grant, terraform } from './role-snippets.ts';

const apiPrefix = 'prerequisite:api/';
const networkUser = 'roles/compute.networkUser';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);

type Target = Readonly<Record<string, string>>;

/** The network role, where it could not be told whether it is there: on the one subnetwork, and else on the host project. */
export function networkGrants(
  { hostProject = 'HOST_PROJECT_ID', subnetwork }: Target,
  member: string,
): Remediation[] {
  const grant = { role: networkUser, findings: [], project: hostProject };
  return [
    {
      title: 'If builds may not use the subnetwork yet: the network role on it alone',
      format: 'shell',
      text: command({ ...grant, subnetwork: subnetwork ?? 'REGION/SUBNETWORK' }, member),
      fixes: [],
      alternative: true,
    },
    {
      title: 'Wider: the same on all of the host project',
      format: 'shell',
      text: command(grant, member),
      fixes: [],
      alternative: true,
    },
  ];
}

/** Where a finding's permission is needed, by its scope. */
function placeOf(scope: string, target: Target): Omit<Grant, 'role' | 'findings'> {
  const { project = 'PROJECT_ID', hostProject = 'HOST_PROJECT_ID', subnetwork } = target;
  const isOnHost = /^(host project|subnetwork) /.test(scope);
  return {
    project: isOnHost ? hostProject : project,
    account: nameIn(scope, 'service account'),
    bucket: nameIn(scope, 'bucket'),
    subnetwork: scope.startsWith('subnetwork ') ? subnetwork : undefined,
  };
}

/** The missing findings by what gives them, each where it is to be given. */
function grantsFor(
  findings: readonly Finding[],
  target: Target,
  roleOf: (finding: Finding) => string,
): Grant[] {
  const asked = findings.map((finding) => ({
    finding,
    grant: { ...placeOf(finding.scope ?? '', target), role: roleOf(finding) },
  }));
  const same = Map.groupBy(asked, ({ grant }) => JSON.stringify(grant));
  return [...same.values()].flatMap((some) =>
    some.slice(0, 1).map(({ grant }) => ({ ...grant, findings: some.map(({ finding }) => finding) })),
  );
}

/** The one thing of a kind that a finding is about, where it is about one. */
const nameIn = (scope: string, kind: string) =>
  scope.startsWith(`${kind} `) ? scope.slice(kind.length + 1) : undefined;

/** Whether a documented role gives it; a profile may name another group, which is given as a role of its own. */
const isInRole = (finding: Finding) =>
  /^(projects\/[^/]+\/|organizations\/[^/]+\/)?roles\//.test(documentedGroup(finding));

function roleRemediation(
  findings: readonly Finding[],
  identity: Identity | undefined,
  target: Target,
): Remediation[] {
  if (findings.length === 0) return [];
  const member = identity?.name ?? 'SERVICE_ACCOUNT_EMAIL';
  const { project = 'PROJECT_ID' } = target;
  const inRoles = findings.filter(isInRole);
  const inNone = findings.filter((finding) => !isInRole(finding));
  const others = grantsFor(inNone, target, () => '').map((grant) =>
    customRole(grant, { member, alternative: false }),
  );
  if (inRoles.length === 0) return others;
  const grants = grantsFor(inRoles, target, documentedGroup);
  const shared = { fixes: ids(inRoles) };
  const onProject = grants
    .filter((grant) => grant.project === project && !grant.account && !grant.bucket)
    .flatMap((grant) => grant.findings);
  return [
    {
      title: `Give ${grants.length === 1 ? 'the documented role' : `the ${grants.length} documented roles`} to ${member}`,
      format: 'shell',
      text: grants.map((grant) => command(grant, member)).join('\n'),
      note: 'If a binding with a condition already gives these on what builds use, change that one: this has no condition.',
      ...shared,
    },
    consoleSteps(grants, member),
    {
      title: 'If it is still refused after that',
      format: 'text',
      text: 'Deny policies and principal access boundaries outrank every role, also those of folders and the organisation, which this check cannot read as a whole: ask whoever keeps them. Roles take some minutes to arrive.',
      fixes: [],
      alternative: true,
    },
    {
      title: 'The same with Terraform',
      format: 'hcl',
      text: grants.map((grant) => terraform(grant, member)).join('\n\n'),
      ...shared,
      alternative: true,
    },
    ...(onProject.length > 0
      ? [customRole({ project, findings: onProject }, { member, alternative: true })]
      : []),
    ...others,
  ];
}

function billingRemediation({ requirement, scope = 'the project' }: Finding): Remediation {
  const text = `Link ${scope} to an open billing account: console, Billing, Link a billing account, https://console.cloud.google.com/billing/linkedaccount (needs roles/billing.user on the billing account and roles/billing.projectManager on the project, which the connection itself does not).`;
  return { title: 'Enable billing', format: 'text', text, fixes: [requirement] };
}

function apiRemediation(findings: readonly Finding[]): Remediation[] {
  const byProject = Map.groupBy(findings, ({ scope = '' }) => scope.replace(/^project /, '') || 'PROJECT_ID');
  return [...byProject].map(([project, group]) => {
    const names = group.map(({ requirement }) => requirement.slice(apiPrefix.length));
    return {
      title: `Enable ${names.length === 1 ? 'the API' : 'the APIs'} (needs Service Usage Admin, which the connection itself does not)`,
      format: 'shell',
      text: `gcloud services enable ${names.join(' ')} \\\n  --project=${project}`,
      fixes: ids(group),
    };
  });
}

/** The smallest changes that fix what is missing. */
export function remediate({ missing, identity, target }: RemediationRequest): Remediation[] {
  const refused = { identity, target };
  return [
    ...missing.filter(({ requirement }) => requirement === 'prerequisite:billing').map(billingRemediation),
    ...apiRemediation(missing.filter(({ requirement }) => requirement.startsWith(apiPrefix))),
    ...roleRemediation(
      missing.filter(({ layer }) => layer === 'role-binding'),
      identity,
      target,
    ),
    ...expiredRemediation(
      missing.filter(({ layer }) => layer === 'expired-binding'),
      refused,
    ),
    ...denyRemediation(
      missing.filter(({ layer }) => layer === 'deny-policy'),
      refused,
    ),
  ];
}
