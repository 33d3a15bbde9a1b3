import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';
import { denyRemediation, expiredRemediation } from './forwards.ts';
import { homeOf } from './home.ts';

const apiPrefix = 'prerequisite:api/';
export const serviceAccountUser = 'roles/iam.serviceAccountUser';
const networkUser = 'roles/compute.networkUser';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);

/** One documented role that is to be given, and where. */
type Grant = {
  readonly role: string;
  readonly findings: readonly Finding[];
  readonly project: string;
  /** For acting as a service account: which. */
  readonly account?: string | undefined;
  /** For a network: the one subnetwork of it, as `REGION/NAME`. */
  readonly subnetwork?: string | undefined;
};

type Target = Readonly<Record<string, string>>;

export function command({ role, project, account, subnetwork }: Grant, member: string): string {
  const [region, name] = subnetwork?.split('/') ?? [];
  const on = account
    ? [`gcloud iam service-accounts add-iam-policy-binding ${account}`]
    : subnetwork
      ? [
          `gcloud compute networks subnets add-iam-policy-binding ${name}`,
          `--region=${region}`,
          `--project=${project}`,
        ]
      : [`gcloud projects add-iam-policy-binding ${project}`];
  const lines = [...on, `--member=serviceAccount:${member}`, `--role=${role}`];
  // Without it gcloud asks back where other bindings have conditions.
  return [...lines, '--condition=None'].join(' \\\n  ');
}

function terraform({ role, project, account, subnetwork }: Grant, member: string): string {
  const label = role.replace(/^roles\//, '').replaceAll('.', '_');
  if (account) {
    return `resource "google_service_account_iam_member" "xoap_${label}" {
  service_account_id = "projects/${homeOf(account) ?? '-'}/serviceAccounts/${account}"
  role               = "${role}"
  member             = "serviceAccount:${member}"
}`;
  }
  const [region, name] = subnetwork?.split('/') ?? [];
  if (subnetwork) {
    return `resource "google_compute_subnetwork_iam_member" "xoap_${label}" {
  project    = "${project}"
  region     = "${region}"
  subnetwork = "${name}"
  role       = "${role}"
  member     = "serviceAccount:${member}"
}`;
  }
  return `resource "google_project_iam_member" "xoap_${label}" {
  project = "${project}"
  role    = "${role}"
  member  = "serviceAccount:${member}"
}`;
}

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

/** A role of exactly what is missing, for whoever gives no documented role. */
function customRole(findings: readonly Finding[], project: string, member: string): Remediation[] {
  if (findings.length === 0) return [];
  const permissions = [...new Set(ids(findings))].sort().join(',');
  const text = [
    `gcloud iam roles create xoapImageManagementFix \\\n  --project=${project} \\\n  --title="XOAP image management, what was missing" \\\n  --permissions=${permissions}`,
    `gcloud projects add-iam-policy-binding ${project} \\\n  --member=serviceAccount:${member} \\\n  --role=projects/${project}/roles/xoapImageManagementFix \\\n  --condition=None`,
  ];
  return [
    {
      title:
        'Or a custom role of exactly what is missing (where the role is there already: gcloud iam roles update … --add-permissions=…)',
      format: 'shell',
      text: text.join(' && \\\n'),
      fixes: ids(findings),
      alternative: true,
    },
  ];
}

function consoleSteps(grants: readonly Grant[], member: string): Remediation {
  const steps = grants.map(({ role, project, account, subnetwork }) =>
    account
      ? `IAM & Admin, Service Accounts, ${account}, Permissions (Principals with access), Grant access: ${member}, role ${role}.`
      : subnetwork
        ? `VPC network, Shared VPC, project ${project}, subnetwork ${subnetwork}, Add principal: ${member}, role ${role}.`
        : `IAM & Admin, IAM, project ${project}, Grant access: ${member}, role ${role}.`,
  );
  return {
    title: 'The same in the console, https://console.cloud.google.com/iam-admin/iam',
    format: 'text',
    text: steps.join('\n'),
    fixes: grants.flatMap(({ findings }) => ids(findings)),
    alternative: true,
  };
}

/** The missing findings by documented role, each where it is to be given. */
function grantsFor(findings: readonly Finding[], target: Target): Grant[] {
  const { project = 'PROJECT_ID', hostProject = 'HOST_PROJECT_ID', subnetwork } = target;
  return [...Map.groupBy(findings, ({ group }) => group)].map(([role, group]) => ({
    role,
    findings: group,
    project: role === networkUser ? hostProject : project,
    account: role === serviceAccountUser ? accountIn(group) : undefined,
    subnetwork: role === networkUser ? subnetwork : undefined,
  }));
}

/** The service account that a finding is about. */
function accountIn([finding]: readonly Finding[]): string | undefined {
  return /^service account (\S+)$/.exec(finding?.scope ?? '')?.[1];
}

function roleRemediation(
  findings: readonly Finding[],
  identity: Identity | undefined,
  target: Target,
): Remediation[] {
  if (findings.length === 0) return [];
  const member = identity?.name ?? 'SERVICE_ACCOUNT_EMAIL';
  const grants = grantsFor(findings, target);
  const shared = { fixes: ids(findings) };
  const onProject = findings.filter(({ group }) => group !== networkUser && group !== serviceAccountUser);
  const { project = 'PROJECT_ID' } = target;
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
    ...customRole(onProject, project, member),
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
