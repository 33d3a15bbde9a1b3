import { minimumOf, type Profile, type Requirement } from '../../catalog/profile.ts';
import type { Remediation } from '../../verification/verification.ts';
import { placeOf } from './places.ts';
import { command, type Grant, terraform } from './role-snippets.ts';

const project = 'PROJECT_ID';
const member = 'SERVICE_ACCOUNT_EMAIL';

/** What gives one documented role where a profile needs it. */
function grantOf([first]: readonly Requirement[]): Grant {
  const { kind, name } = first ? placeOf(first) : { kind: 'project' as const };
  return {
    role: first?.group ?? '',
    findings: [],
    project: kind === 'host-project' || kind === 'subnetwork' ? 'HOST_PROJECT_ID' : project,
    account: kind === 'service-account' ? 'SERVICE_ACCOUNT_OF_BUILD_MACHINES' : undefined,
    subnetwork: kind === 'subnetwork' ? 'REGION/SUBNETWORK' : undefined,
    bucket: name,
  };
}

const customTerraform = (
  permissions: readonly string[],
) => `resource "google_project_iam_custom_role" "xoap_connection" {
  project     = "${project}"
  role_id     = "xoapConnection"
  title       = "What a XOAP connection needs"
  permissions = [
${permissions.map((id) => `    "${id}",`).join('\n')}
  ]
}

resource "google_project_iam_member" "xoap_connection" {
  project = "${project}"
  role    = google_project_iam_custom_role.xoap_connection.id
  member  = "serviceAccount:${member}"
}`;

/** The roles of the documentation, each where it is needed; what is in no role as a role of its own. */
export function documented(profile: Profile): Remediation[] {
  const minimum = minimumOf(profile);
  const permissions = minimum.filter(({ id }) => !id.startsWith('prerequisite:'));
  const byRole = [...Map.groupBy(permissions, ({ group, on = [] }) => [group, ...on].join(' ')).values()];
  const isRole = ([first]: readonly Requirement[]) => first?.group.startsWith('roles/') ?? false;
  const grants = byRole.filter(isRole).map(grantOf);
  const commands = grants.map((grant) => command(grant, member));
  const rest = byRole.filter((some) => !isRole(some)).flat();
  const own = rest.map(({ id }) => id).sort();
  const fixes = minimum.map(({ id }) => id);
  const custom = [
    `gcloud iam roles create xoapConnection \\\n  --project=${project} \\\n  --permissions=${own.join(',')}`,
    command({ role: `projects/${project}/roles/xoapConnection`, findings: [], project }, member),
  ];
  return [
    {
      title: 'The documented roles, for the service account of the connection',
      format: 'shell',
      text: [...commands, ...(own.length > 0 ? custom : [])].join('\n'),
      fixes,
    },
    {
      title: 'The same with Terraform',
      format: 'hcl',
      text: [
        ...grants.map((grant) => terraform(grant, member)),
        ...(own.length > 0 ? [customTerraform(own)] : []),
      ].join('\n\n'),
      fixes,
      alternative: true,
    },
  ];
}
