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

/** A role of exactly what is missing, for whoever gives no documented role. */
export function customRole(
  findings: readonly Finding[],
  { project, member, alternative }: { project: string; member: string; alternative: boolean },
): Remediation[] {
  if (findings.length === 0) return [];
  const permissions = [...new Set(ids(findings))].sort().join(',');
  const text = [
    `gcloud iam roles create xoapConnectionFix \\\n  --project=${project} \\\n  --title="What a XOAP connection lacked" \\\n  --permissions=${permissions}`,
    `gcloud projects add-iam-policy-binding ${project} \\\n  --member=serviceAccount:${member} \\\n  --role=projects/${project}/roles/xoapConnectionFix \\\n  --condition=None`,
  ];
  return [
    {
      title: `${alternative ? 'Or a' : 'A'} custom role of exactly what is missing (where the role is there already: gcloud iam roles update … --add-permissions=…)`,
      format: 'shell',
      text: text.join(' && \\\n'),
      fixes: ids(findings),
      ...(alternative && { alternative }),
    },
  ];
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
