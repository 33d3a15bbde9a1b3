import rolesFile from '../../src/catalog/azure-roles.json' with { type: 'json' };

export type ServicePrincipal = {
  readonly clientId: string;
  readonly objectId: string;
  readonly secret: string;
  readonly trouble?: 'secret-expired' | 'disabled' | 'conditional-access';
  /** What tokens of others it takes in place of a secret: all three compare as texts. */
  federated?: { readonly issuer: string; readonly subject: string; readonly audiences: readonly string[] }[];
  /** Secrets that were added later, which have not expired. */
  addedSecrets?: string[];
};

export type Tenant = {
  readonly id: string;
  readonly principals: ServicePrincipal[];
  /** Object ids of members by that of their group; groups may be members. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
};

type Permission = { readonly actions: readonly string[]; readonly notActions?: readonly string[] };

export type RoleDefinition = {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
};

type RoleAssignment = {
  readonly scope: string;
  readonly roleId: string;
  /** The object id of a principal or a group. */
  readonly principalId: string;
  readonly condition?: string;
};

export type DenyAssignment = {
  readonly name: string;
  readonly scope: string;
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  readonly principals: readonly { readonly id: string; readonly type: string }[];
  readonly excludePrincipals?: readonly { readonly id: string; readonly type: string }[];
  readonly doNotApplyToChildScopes?: boolean;
  readonly condition?: string;
};

export type Lock = {
  /** In the subscription, such as `/resourceGroups/images`; empty for the subscription itself. */
  readonly inside: string;
  readonly name: string;
  readonly level: string;
};

export type Subscription = {
  readonly id: string;
  readonly tenantId: string;
  readonly displayName: string;
  state: string;
  /** From the one it is in to the root. */
  readonly managementGroups?: readonly string[];
  readonly resourceGroups?: readonly string[];
  providers: Record<string, string>;
  assignments: RoleAssignment[];
  customRoles?: RoleDefinition[];
  denials?: DenyAssignment[];
  locks?: Lock[];
};

export type Directory = { readonly tenants: readonly Tenant[]; readonly subscriptions: Subscription[] };

/** The id of a built-in role. */
export function roleId(name: string): string {
  const role = rolesFile.roles.find((entry) => entry.name === name);
  if (!role) throw new Error(`There is no built-in role ${name}`);
  return role.id;
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** A principal and every group it is in, by object id. */
export function memberships({ groups = {} }: Tenant, objectId: string): Set<string> {
  const found = new Set([objectId]);
  for (const member of found) {
    for (const [group, members] of Object.entries(groups)) if (members.includes(member)) found.add(group);
  }
  return found;
}

/** Whether a scope lies at the subscription or above it. */
export function reaches({ id, managementGroups = [] }: Subscription, scope: string): boolean {
  const above = managementGroups.map((name) => `/providers/Microsoft.Management/managementGroups/${name}`);
  return ['/', `/subscriptions/${id}`, ...above].some((place) => same(place, scope));
}

export function definitionOf({ customRoles = [] }: Subscription, id: string): RoleDefinition {
  const role = [...rolesFile.roles, ...customRoles].find((entry) => same(entry.id, id));
  if (!role) throw new Error(`There is no role ${id}`);
  return role;
}

/** Written apart from the product's own reading of the same rules, so that one can hold the other to account. */
function fits(pattern: string, action: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[^\w/]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'i').test(action);
}

/** Whether a principal may do something on the subscription: deny assignments first, then role by role. */
export function isAllowed(subscription: Subscription, held: ReadonlySet<string>, action: string): boolean {
  const everybody = '00000000-0000-0000-0000-000000000000';
  const isIn = (list: readonly { id: string }[] = []) =>
    list.some(({ id }) => id === everybody || held.has(id));
  const isDenied = (subscription.denials ?? []).some(
    (denial) =>
      reaches(subscription, denial.scope) &&
      denial.actions.some((pattern) => fits(pattern, action)) &&
      !denial.notActions?.some((pattern) => fits(pattern, action)) &&
      isIn(denial.principals) &&
      !isIn(denial.excludePrincipals),
  );
  const roles = subscription.assignments
    .filter(({ scope, principalId }) => reaches(subscription, scope) && held.has(principalId))
    .flatMap((assignment) => definitionOf(subscription, assignment.roleId).permissions);
  return (
    !isDenied &&
    roles.some(
      ({ actions, notActions = [] }) =>
        actions.some((pattern) => fits(pattern, action)) &&
        !notActions.some((pattern) => fits(pattern, action)),
    )
  );
}
