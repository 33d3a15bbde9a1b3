import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import { homeOf } from './home.ts';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);

/** One documented role that is to be given, and where. */
export type Grant = {
  readonly role: string;
  readonly findings: readonly Finding[];
  readonly project: string;
  /** For acting as a service account: which. */
  readonly account?: string | undefined;
  /** For what lies in Cloud Storage: which bucket. */
  readonly bucket?: string | undefined;
  /** For a network: the one subnetwork of it, as `REGION/NAME`. */
  readonly subnetwork?: string | undefined;
};

export function command({ role, project, account, subnetwork, bucket }: Grant, member: string): string {
  const [region, name] = subnetwork?.split('/') ?? [];
  if (bucket)
    // Bindings of buckets know no question about conditions.
    return [
      `gcloud storage buckets add-iam-policy-binding gs://${bucket}`,
      `--member=serviceAccount:${member}`,
      `--role=${role}`,
    ].join(' \\\n  ');
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

export function terraform({ role, project, account, subnetwork, bucket }: Grant, member: string): string {
  const label = role.replace(/^roles\//, '').replaceAll('.', '_');
  if (account) {
    return `resource "google_service_account_iam_member" "xoap_${label}" {
  service_account_id = "projects/${homeOf(account) ?? '-'}/serviceAccounts/${account}"
  role               = "${role}"
  member             = "serviceAccount:${member}"
}`;
  }
  if (bucket) {
    return `resource "google_storage_bucket_iam_member" "xoap_${label}" {
  bucket = "${bucket}"
  role   = "${role}"
  member = "serviceAccount:${member}"
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

/** What a binding is put on. */
type Place = Omit<Grant, 'role' | 'findings'>;

/** A custom role is one of a project, and counts only on what lies in it: for a service account, in the project that has it. */
const projectOfRole = ({ account, project }: Place) => (account && homeOf(account)) || project;

/** A name for a role that counts at this place; roles of other places in the same project have others. At most 64 characters. */
const roleName = (name: string, { account, bucket, subnetwork }: Place) =>
  [name, account?.split('@', 1)[0] ?? bucket ?? subnetwork]
    .flatMap((part) => part?.replaceAll(/[^a-zA-Z0-9]/g, '_') ?? [])
    .join('_')
    .slice(0, 64);

export type OwnRole = {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly string[];
};

const sorted = (permissions: readonly string[]) => [...new Set(permissions)].sort();

/** Makes a role of its own for these permissions, and gives it where they are needed. */
export function ownRole({ name, title, permissions }: OwnRole, place: Place, member: string): string {
  const project = projectOfRole(place);
  const id = roleName(name, place);
  const create = [
    `gcloud iam roles create ${id}`,
    `--project=${project}`,
    `--title="${title}"`,
    `--permissions=${sorted(permissions).join(',')}`,
  ].join(' \\\n  ');
  const role = `projects/${project}/roles/${id}`;
  return `${create} && \\\n${command({ ...place, role, findings: [] }, member)}`;
}

/** The same with Terraform. */
export function ownRoleTerraform(
  { name, title, permissions }: OwnRole,
  place: Place,
  member: string,
): string {
  const id = roleName(name, place);
  const role = `projects/${projectOfRole(place)}/roles/${id}`;
  return `resource "google_project_iam_custom_role" "${id}" {
  project     = "${projectOfRole(place)}"
  role_id     = "${id}"
  title       = "${title}"
  permissions = [
${sorted(permissions)
  .map((permission) => `    "${permission}",`)
  .join('\n')}
  ]
}

${terraform({ ...place, role, findings: [] }, member)
  .replace(/"xoap_[^"]*" \{/, `"${id}" {`)
  .replace(`"${role}"`, `google_project_iam_custom_role.${id}.id`)}`;
}

/** A role of exactly what is missing in one place, for what no documented role gives and for whoever gives none. */
export function customRole(
  { findings, ...place }: Omit<Grant, 'role'>,
  { member, alternative }: { member: string; alternative: boolean },
): Remediation {
  const { account, bucket, subnetwork } = place;
  const only = account ?? bucket ?? subnetwork;
  const role = {
    name: 'xoapConnectionFix',
    title: 'What a XOAP connection lacked',
    permissions: ids(findings),
  };
  const start = alternative ? 'Or a' : 'A';
  return {
    title: `${start} custom role${only ? ` on ${only}` : ''} of exactly what is missing (where the role is there already: gcloud iam roles update … --add-permissions=…)`,
    format: 'shell',
    text: ownRole(role, place, member),
    ...(bucket && {
      note: `The role has to be one of the project that bucket ${bucket} lies in; where that is not ${place.project}, put its name instead.`,
    }),
    fixes: ids(findings),
    ...(alternative && { alternative }),
  };
}

export function consoleSteps(grants: readonly Grant[], member: string): Remediation {
  const steps = grants.map(({ role, project, account, subnetwork, bucket }) =>
    bucket
      ? `Cloud Storage, Buckets, ${bucket}, Permissions, Grant access: ${member}, role ${role}.`
      : account
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
