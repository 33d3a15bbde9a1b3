import {
  type Directory,
  type RoleDefinition,
  roleId,
  type ServicePrincipal,
  type Subscription,
} from './directory.ts';

const id = (kind: string, number: number) =>
  `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const tenantId = id('a', 1);
const otherTenantId = id('a', 2);
const buildersGroup = id('b', 1);
const everyGroup = id('b', 2);

/** What is seeded for each simulated credential. */
type Seed = Partial<Omit<Subscription, 'id' | 'tenantId'>> & {
  readonly trouble?: ServicePrincipal['trouble'];
  /** Adds assignments of the principal itself. */
  readonly roles?: readonly { readonly role: string; readonly scope?: string; readonly condition?: string }[];
};

const registered = Object.fromEntries(
  ['Compute', 'Network', 'KeyVault', 'Storage'].map((name) => [`Microsoft.${name}`, 'Registered']),
);

const withoutCompute: RoleDefinition = {
  id: id('d', 1),
  name: 'All but Compute',
  permissions: [{ actions: ['*'], notActions: ['Microsoft.Compute/*'] }],
};
const withoutNetwork: RoleDefinition = {
  id: id('d', 2),
  name: 'All but Network and Authorization',
  permissions: [
    {
      actions: ['*'],
      notActions: [
        'Microsoft.Network/*',
        'Microsoft.Authorization/*/Write',
        'Microsoft.Authorization/*/Delete',
      ],
    },
  ],
};
const imageBuilder: RoleDefinition = {
  id: id('d', 3),
  name: 'Image builder',
  permissions: [
    { actions: ['*'], notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'] },
  ],
};

/** The condition that the portal writes for "all except privileged roles", with its line breaks. */
export const exceptPrivilegedRoles = `(
 (
  !(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})
 )
 OR
 (
  @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9}
 )
)
AND
(
 (
  !(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})
 )
 OR
 (
  @Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9}
 )
)`;

const seeds = {
  contributor: { roles: [{ role: roleId('Contributor') }] },
  owner: { roles: [{ role: roleId('Owner') }] },
  cancelling: {
    roles: [{ role: withoutCompute.id }, { role: withoutNetwork.id }, { role: roleId('Reader') }],
    customRoles: [withoutCompute, withoutNetwork],
  },
  equivalent: { roles: [{ role: imageBuilder.id }], customRoles: [imageBuilder] },
  inherited: {
    managementGroups: ['landing-zones', 'root'],
    assignments: [
      {
        scope: '/providers/Microsoft.Management/managementGroups/root',
        roleId: roleId('Contributor'),
        principalId: everyGroup,
      },
    ],
  },
  reader: { roles: [{ role: roleId('Reader') }] },
  resourceGroup: {
    resourceGroups: ['images', 'other'],
    roles: [{ role: roleId('Contributor'), scope: '/resourceGroups/images' }],
  },
  readerWithResourceGroup: {
    resourceGroups: ['images'],
    roles: [{ role: roleId('Reader') }, { role: roleId('Contributor'), scope: '/resourceGroups/images' }],
  },
  conditional: {
    roles: [
      {
        role: roleId('Contributor'),
        condition:
          "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'x'",
      },
    ],
  },
  delegating: { roles: [{ role: roleId('Owner'), condition: exceptPrivilegedRoles }] },
  denied: {
    roles: [{ role: roleId('Contributor') }],
    denials: [
      {
        name: 'Locked by blueprint baseline',
        scope: '',
        actions: ['Microsoft.Network/*/write', 'Microsoft.Network/*/delete'],
        principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      },
    ],
  },
  expired: { trouble: 'secret-expired', roles: [{ role: roleId('Contributor') }] },
  blocked: { trouble: 'conditional-access' },
  disabledApplication: { trouble: 'disabled' },
  disabled: { state: 'Disabled', roles: [{ role: roleId('Contributor') }] },
  unregistered: {
    providers: { ...registered, 'Microsoft.KeyVault': 'NotRegistered' },
    roles: [{ role: roleId('Contributor') }],
  },
  nothing: {},
} satisfies Record<string, Seed>;
export type DemoName = keyof typeof seeds;

const names = Object.keys(seeds) as DemoName[];
const numberOf = (name: DemoName) => names.indexOf(name) + 1;

/** The object id of a simulated service principal. */
export const objectIdOf = (name: DemoName) => id('c', numberOf(name));

/** A simulated credential, as `xoap verify azure` takes it. */
export function azureCredential(name: DemoName, more: Record<string, string> = {}): Record<string, string> {
  return {
    subscriptionId: id('5', numberOf(name)),
    tenantId,
    clientId: id('e', numberOf(name)),
    clientSecret: `fake~${name}~`.padEnd(40, 'x'),
    ...more,
  };
}

function subscriptionOf(name: DemoName): Subscription {
  const { roles = [], assignments = [], denials = [], trouble: _trouble, ...seed }: Seed = seeds[name];
  const subscriptionId = id('5', numberOf(name));
  const own = `/subscriptions/${subscriptionId}`;
  return {
    id: subscriptionId,
    tenantId,
    displayName: `Example ${name}`,
    state: 'Enabled',
    providers: { ...registered },
    ...seed,
    assignments: [
      ...assignments,
      ...roles.map(({ role, scope = '', condition }) => ({
        scope: own + scope,
        roleId: role,
        principalId: objectIdOf(name),
        ...(condition && { condition }),
      })),
    ],
    denials: denials.map((denial) => ({ ...denial, scope: own + denial.scope })),
  };
}

/** One subscription and one service principal for each name; the principals share a tenant with groups in groups. */
export function demoDirectory(): Directory {
  const principals = names.map((name): ServicePrincipal => {
    const { clientId = '', clientSecret: secret = '' } = azureCredential(name);
    const { trouble }: Seed = seeds[name];
    return { clientId, objectId: objectIdOf(name), secret, ...(trouble && { trouble }) };
  });
  const groups = { [buildersGroup]: [objectIdOf('inherited')], [everyGroup]: [buildersGroup] };
  return {
    tenants: [
      { id: tenantId, principals, groups },
      { id: otherTenantId, principals },
    ],
    subscriptions: names.map(subscriptionOf),
  };
}

/** What `az ad sp create-for-rbac` prints for a simulated credential. */
export function createForRbacOutput(name: DemoName): string {
  const { clientId, clientSecret } = azureCredential(name);
  return JSON.stringify(
    { appId: clientId, displayName: 'xoap-image-principal', password: clientSecret, tenant: tenantId },
    null,
    2,
  );
}

/** The credentials that show what can be told, by what is the matter with them. */
export const azureScenarios: readonly {
  readonly name: string;
  readonly credential: Record<string, string>;
}[] = [
  { name: 'Contributor', credential: azureCredential('contributor') },
  { name: 'Owner', credential: azureCredential('owner') },
  { name: 'two roles whose notActions cancel each other', credential: azureCredential('cancelling') },
  { name: 'a custom role with the same rights', credential: azureCredential('equivalent') },
  { name: 'inherited through groups and management groups', credential: azureCredential('inherited') },
  { name: 'Reader', credential: azureCredential('reader') },
  { name: 'a role on a resource group only', credential: azureCredential('resourceGroup') },
  { name: 'a grant under a condition', credential: azureCredential('conditional') },
  { name: 'Owner under a condition for role assignments', credential: azureCredential('delegating') },
  { name: 'a deny assignment', credential: azureCredential('denied') },
  { name: 'no role at all', credential: azureCredential('nothing') },
  { name: 'an expired secret', credential: azureCredential('expired') },
  { name: 'the Secret ID pasted', credential: azureCredential('contributor', { clientSecret: id('f', 1) }) },
  {
    name: 'a wrong secret',
    credential: azureCredential('contributor', { clientSecret: 'wrong~'.padEnd(40, 'x') }),
  },
  { name: 'a wrong tenant', credential: azureCredential('contributor', { tenantId: id('a', 9) }) },
  {
    name: 'a subscription of another tenant',
    credential: azureCredential('contributor', { tenantId: otherTenantId }),
  },
  { name: 'a disabled subscription', credential: azureCredential('disabled') },
  { name: 'a resource provider that is not registered', credential: azureCredential('unregistered') },
];
