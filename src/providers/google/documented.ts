import { minimumOf, type Profile, type Requirement } from '../../catalog/profile.ts';
import type { Remediation } from '../../verification/verification.ts';
import { placeOf } from './places.ts';
import { command, type Grant, ownRole, ownRoleTerraform, terraform } from './role-snippets.ts';

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

/** The roles of the documentation, each where it is needed; what is in no role as a role of its own. */
export function documented(profile: Profile): Remediation[] {
  const minimum = minimumOf(profile);
  const permissions = minimum.filter(({ id }) => !id.startsWith('prerequisite:'));
  const byRole = [...Map.groupBy(permissions, ({ group, on = [] }) => [group, ...on].join(' ')).values()];
  const isRole = ([first]: readonly Requirement[]) => first?.group.startsWith('roles/') ?? false;
  const grants = byRole.filter(isRole).map(grantOf);
  const inNone = Map.groupBy(byRole.filter((some) => !isRole(some)).flat(), ({ on = [] }) => on.join(' '));
  const own = [...inNone.values()].map((some) => ({
    role: {
      name: 'xoapConnection',
      title: 'What a XOAP connection needs',
      permissions: some.map(({ id }) => id),
    },
    place: grantOf(some),
  }));
  const fixes = minimum.map(({ id }) => id);
  return [
    {
      title: 'The documented roles, for the service account of the connection',
      format: 'shell',
      text: [
        ...grants.map((grant) => command(grant, member)),
        ...own.map(({ role, place }) => ownRole(role, place, member)),
      ].join('\n'),
      fixes,
    },
    {
      title: 'The same with Terraform',
      format: 'hcl',
      text: [
        ...grants.map((grant) => terraform(grant, member)),
        ...own.map(({ role, place }) => ownRoleTerraform(role, place, member)),
      ].join('\n\n'),
      fixes,
      alternative: true,
    },
  ];
}
