import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';

const apiPrefix = 'prerequisite:api/';
const serviceAccountUser = 'roles/iam.serviceAccountUser';
const networkUser = 'roles/compute.networkUser';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);

/** One documented role that is to be given, and where. */
type Grant = {
  readonly role: string;
  readonly findings: readonly Finding[];
  readonly project: string;
  /** For acting as a service account: which. */
  readonly account?: string | undefined;
};

function command({ role, project, account }: Grant, member: string): string {
  const on = account
    ? ['gcloud iam service-accounts add-iam-policy-binding', account]
    : ['gcloud projects add-iam-policy-binding', project];
  const lines = [on.join(' '), `--member=serviceAccount:${member}`, `--role=${role}`];
  // Without it gcloud asks back where other bindings have conditions.
  return [...lines, '--condition=None'].join(' \\\n  ');
}

function terraform({ role, project, account }: Grant, member: string): string {
  const label = role.replace(/^roles\//, '').replaceAll('.', '_');
  if (account) {
    return `resource "google_service_account_iam_member" "xoap_${label}" {
  service_account_id = "projects/-/serviceAccounts/${account}"
  role               = "${role}"
  member             = "serviceAccount:${member}"
}`;
  }
  return `resource "google_project_iam_member" "xoap_${label}" {
  project = "${project}"
  role    = "${role}"
  member  = "serviceAccount:${member}"
}`;
}

/** The network role on the one subnetwork that builds use, in place of all of the host project. */
function subnetRemediation(grants: readonly Grant[], member: string): Remediation[] {
  return grants
    .filter(({ role }) => role === networkUser)
    .map(({ role, project, findings }) => ({
      title:
        'Smaller: the network role on the one subnetwork that builds use (this check, which asks the host project, will not see it)',
      format: 'shell',
      text: `gcloud compute networks subnets add-iam-policy-binding SUBNETWORK \\\n  --region=REGION \\\n  --project=${project} \\\n  --member=serviceAccount:${member} \\\n  --role=${role}`,
      fixes: ids(findings),
      alternative: true,
    }));
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
  const steps = grants.map(({ role, project, account }) =>
    account
      ? `IAM & Admin, Service Accounts, ${account}, Permissions (Principals with access), Grant access: ${member}, role ${role}.`
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
function grantsFor(findings: readonly Finding[], target: Readonly<Record<string, string>>): Grant[] {
  const { project = 'PROJECT_ID', hostProject = 'HOST_PROJECT_ID' } = target;
  return [...Map.groupBy(findings, ({ group }) => group)].map(([role, group]) => ({
    role,
    findings: group,
    project: role === networkUser ? hostProject : project,
    account: role === serviceAccountUser ? accountIn(group) : undefined,
  }));
}

/** The service account that a finding is about. */
function accountIn([finding]: readonly Finding[]): string | undefined {
  return /^service account (\S+)$/.exec(finding?.scope ?? '')?.[1];
}

function roleRemediation(
  findings: readonly Finding[],
  identity: Identity | undefined,
  target: Readonly<Record<string, string>>,
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
      ...shared,
    },
    consoleSteps(grants, member),
    {
      title: 'The same with Terraform',
      format: 'hcl',
      text: grants.map((grant) => terraform(grant, member)).join('\n\n'),
      ...shared,
      alternative: true,
    },
    ...subnetRemediation(grants, member),
    ...customRole(onProject, project, member),
  ];
}

function denyRemediation(findings: readonly Finding[]): Remediation[] {
  if (findings.length === 0) return [];
  const fixes = ids(findings);
  const text = `The documented role is bound, and Google still refuses this: a further role does not help. Whoever keeps the deny policies and the principal access boundaries of the organisation must make an exception. If the role was granted minutes ago, verify again first.\n${fixes.join('\n')}`;
  return [{ title: 'Not yours to fix', format: 'text', text, fixes }];
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
  return [
    ...apiRemediation(missing.filter(({ requirement }) => requirement.startsWith(apiPrefix))),
    ...roleRemediation(
      missing.filter(({ layer }) => layer === 'role-binding'),
      identity,
      target,
    ),
    ...denyRemediation(missing.filter(({ layer }) => layer === 'deny-policy')),
  ];
}
