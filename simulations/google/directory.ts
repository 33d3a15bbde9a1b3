import catalog from '../../src/catalog/image-management/google.json' with { type: 'json' };
import runScripts from '../../src/catalog/run-scripts/google.json' with { type: 'json' };

export type Binding = {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: { readonly title: string; readonly expression: string };
};

type DenyPolicy = {
  readonly displayName: string;
  /** As Compute and others spell them here: `compute.googleapis.com/instances.create`. */
  readonly deniedPermissions: readonly string[];
};

export type Project = {
  readonly id: string;
  readonly number: string;
  /** APIs that are enabled. */
  services: string[];
  bindings: Binding[];
  denyPolicies?: DenyPolicy[];
  /** Billing is off, or its account closed. */
  isUnbilled?: boolean;
  /** The identifier with which a service perimeter refuses whoever comes from outside. */
  perimeter?: string;
  /** Grants on single subnetworks, by `REGION/NAME`. */
  subnetworks?: Record<string, Binding[]>;
  /** Grants on single buckets, by their names. */
  buckets?: Record<string, Binding[]>;
  /** Whether Compute Engine's default account was deleted. */
  hasNoDefaultAccount?: boolean;
  /** Custom roles: their permissions. */
  readonly customRoles?: Readonly<Record<string, readonly string[]>>;
  /** Permissions that cannot be tested on this project, besides those that never can. */
  untestable?: readonly string[];
};

/** The default account of Compute Engine in a project. */
export const defaultAccountOf = ({ number }: Pick<Project, 'number'>) =>
  `${number}-compute@developer.gserviceaccount.com`;

export type ServiceAccount = {
  readonly email: string;
  readonly project: string;
  /** The id of its key; absent once that was deleted. */
  readonly keyId?: string | undefined;
  readonly disabled?: boolean;
  bindings: Binding[];
  /** Whether the Credentials API is off in its project. */
  hasNoCredentialsApi?: boolean;
  /** When its keys were made, as ISO time. */
  readonly keysMadeAt?: string;
};

/** A provider in a workload identity pool, by its whole name. */
export type PoolProvider = {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
  readonly name: string;
  readonly issuer: string;
  /** Its own name where absent. */
  readonly audiences?: readonly string[];
  /** Subjects that its attribute condition refuses. */
  readonly refuses?: readonly string[];
};

export type Directory = {
  readonly projects: Project[];
  readonly accounts: ServiceAccount[];
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL` */
  pools?: string[];
  poolProviders?: PoolProvider[];
};

const inCatalog = (role: string) =>
  [...catalog.requirements, ...runScripts.requirements]
    .filter(({ group }) => group === role)
    .map(({ id }) => id);
const everyRole = ['resourcemanager.projects.get', 'resourcemanager.projects.list'];
const serviceUsage = ['serviceusage.services.get', 'serviceusage.services.list'];

/** Of the documented roles what the catalogue asks for, and what else decides here. */
const documented: Readonly<Record<string, readonly string[]>> = {
  'roles/compute.instanceAdmin.v1': [
    ...inCatalog('roles/compute.instanceAdmin.v1'),
    ...everyRole,
    ...serviceUsage,
  ],
  'roles/iam.serviceAccountUser': ['iam.serviceAccounts.actAs', 'iam.serviceAccounts.get', ...everyRole],
  'roles/storage.admin': [...inCatalog('roles/storage.admin'), ...everyRole],
  'roles/iap.tunnelResourceAccessor': inCatalog('roles/iap.tunnelResourceAccessor'),
  'roles/compute.osAdminLogin': [...inCatalog('roles/compute.osAdminLogin'), ...everyRole],
  'roles/compute.networkUser': [...inCatalog('roles/compute.networkUser'), ...everyRole, ...serviceUsage],
  'roles/compute.admin': inCatalog('roles/compute.instanceAdmin.v1'),
  'roles/compute.viewer': ['compute.projects.get', 'compute.zones.get'],
  'roles/iam.denyReviewer': ['iam.denypolicies.list', 'iam.denypolicies.get'],
};
const everything = [...new Set(Object.values(documented).flat())];

/** What a role lets its holder do. */
function permissionsOf({ customRoles = {} }: Pick<Project, 'customRoles'>, role: string): readonly string[] {
  if (role === 'roles/owner' || role === 'roles/editor') {
    const basic = everything.filter(
      (name) =>
        !name.startsWith('iam.denypolicies.') &&
        !(role === 'roles/editor' && /^(iap\.tunnel|storage\.objects|storage\.buckets\.get$)/.test(name)),
    );
    return [...basic, 'resourcemanager.projects.getIamPolicy', 'iam.serviceAccountKeys.get'];
  }
  return documented[role] ?? customRoles[role] ?? [];
}

/** Whether a member may do something on a project or, for accounts, on one of them. */
export function isAllowed(
  project: Project,
  member: string,
  {
    permission,
    account,
    subnetwork,
    bucket,
  }: {
    readonly permission: string;
    readonly account?: ServiceAccount | undefined;
    readonly subnetwork?: readonly Binding[];
    readonly bucket?: readonly Binding[];
  },
): boolean {
  const [service = '', ...rest] = permission.split('.');
  const spelled = `${service}.googleapis.com/${rest.join('.')}`;
  if (project.denyPolicies?.some(({ deniedPermissions }) => deniedPermissions.includes(spelled)))
    return false;
  return [...project.bindings, ...(account?.bindings ?? []), ...(subnetwork ?? []), ...(bucket ?? [])].some(
    ({ role, members, condition }) =>
      (!condition || isMet(condition.expression)) &&
      members.includes(member) &&
      permissionsOf(project, role).includes(permission),
  );
}

/**
 * Whether a condition holds for a question about a project. Dates are evaluated for now; a project is no instance. How
 * testIamPermissions evaluates conditions on types is documented nowhere: this is what the attributes say.
 */
function isMet(expression: string): boolean {
  const [, end] = /request\.time < timestamp\("([^"]+)"\)/.exec(expression) ?? [];
  if (end) return Date.now() < Date.parse(end);
  return /resource\.type != /.test(expression);
}
