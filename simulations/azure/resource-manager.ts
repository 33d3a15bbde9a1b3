import { randomUUID } from 'node:crypto';
import imageManagement from '../../src/catalog/image-management/azure.json' with { type: 'json' };
import publishImages from '../../src/catalog/publish-images/azure.json' with { type: 'json' };
import runScripts from '../../src/catalog/run-scripts/azure.json' with { type: 'json' };
import {
  type Directory,
  definitionOf,
  isAllowed,
  memberships,
  type RoleDefinition,
  reaches,
  type Subscription,
} from './directory.ts';
import type { Reply } from './entra.ts';

export type Caller = { readonly objectId: string; readonly tenantId: string; readonly clientId: string };
export type Question = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  /** The address of this server, for the links to further pages. */
  readonly url: string;
};

type Seen = { readonly subscription: Subscription; readonly held: ReadonlySet<string> };

/** So small that every list of more than two entries has a second page. */
const pageSize = 2;

export function errorReply(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } };
}

const authorization = 'providers/microsoft.authorization';

/** The permission that reading a list takes: https://learn.microsoft.com/en-us/azure/role-based-access-control/permissions */
const readers: Readonly<Record<string, string>> = {
  [`${authorization}/roleassignments`]: 'Microsoft.Authorization/roleAssignments/read',
  [`${authorization}/roledefinitions`]: 'Microsoft.Authorization/roleDefinitions/read',
  [`${authorization}/locks`]: 'Microsoft.Authorization/locks/read',
  [`${authorization}/denyassignments`]: 'Microsoft.Authorization/denyAssignments/read',
  providers: 'Microsoft.Resources/subscriptions/providers/read',
};

/** Operations on data that this cloud knows, beside those that its roles and the profiles name. */
const dataOperations = [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
];

/**
 * The operations of a namespace; a tenant’s list, which every principal of it may read.
 * https://learn.microsoft.com/en-us/rest/api/authorization/provider-operations-metadata/get
 */
function operationsOf(namespace: string): Reply {
  const own = (name: string) => name.toLowerCase().startsWith(`${namespace.toLowerCase()}/`);
  const plain = [...imageManagement.requirements, ...runScripts.requirements, ...publishImages.requirements]
    .map(({ id }) => id)
    .concat('Microsoft.Compute/virtualMachines/restart/action', 'Microsoft.KeyVault/vaults/read');
  const operations = [
    ...[...new Set(plain)].filter(own).map((name) => ({ name, isDataAction: false })),
    ...dataOperations.filter(own).map((name) => ({ name, isDataAction: true })),
  ];
  if (operations.length === 0)
    return errorReply(404, 'ProviderNotFound', `Provider ${namespace} was not found.`);
  return {
    status: 200,
    body: { name: namespace, operations: [], resourceTypes: [{ name: 'all', operations }] },
  };
}

/** The permission sets of the caller. Whether conditions of assignments stand here too is not documented; they do not. */
function permissions({ subscription, held }: Seen): unknown[] {
  return subscription.assignments
    .filter(({ scope, principalId }) => reaches(subscription, scope) && held.has(principalId))
    .flatMap(({ roleId }) => definitionOf(subscription, roleId).permissions)
    .map(({ actions, notActions = [] }) => ({ actions, notActions, dataActions: [], notDataActions: [] }));
}

function roleAssignments({ subscription }: Seen, filter: string, directory: Directory): unknown[] {
  const objectId = /^assignedTo\('([^']+)'\)$/.exec(filter)?.[1] ?? '';
  const tenant = directory.tenants.find(({ id }) => id === subscription.tenantId);
  const ids = tenant ? memberships(tenant, objectId) : new Set();
  return subscription.assignments
    .filter(({ principalId }) => filter === '' || ids.has(principalId))
    .map(({ scope, roleId, principalId, condition }) => ({
      id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
      type: 'Microsoft.Authorization/roleAssignments',
      name: randomUUID(),
      properties: {
        roleDefinitionId: `/subscriptions/${subscription.id}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
        principalId,
        principalType: principalId === objectId ? 'ServicePrincipal' : 'Group',
        scope,
        condition: condition ?? null,
        conditionVersion: condition ? '2.0' : null,
      },
    }));
}

function roleDefinition({ subscription }: Seen, { id, name, permissions: sets }: RoleDefinition) {
  const isCustom = subscription.customRoles?.some((role) => role.id === id);
  return {
    id: `/subscriptions/${subscription.id}/providers/Microsoft.Authorization/roleDefinitions/${id}`,
    type: 'Microsoft.Authorization/roleDefinitions',
    name: id,
    properties: { roleName: name, type: isCustom ? 'CustomRole' : 'BuiltInRole', permissions: sets },
  };
}

function denyAssignments({ subscription }: Seen, filter: string): unknown[] {
  return (subscription.denials ?? [])
    .filter(({ scope }) => filter !== 'atScope()' || reaches(subscription, scope))
    .map(({ name, actions, notActions = [], condition, ...rest }) => ({
      id: `${rest.scope}/providers/Microsoft.Authorization/denyAssignments/${randomUUID()}`,
      name: randomUUID(),
      properties: {
        ...rest,
        denyAssignmentName: name,
        permissions: [{ actions, notActions, dataActions: [], notDataActions: [] }],
        condition: condition ?? null,
        isSystemProtected: true,
      },
    }));
}

/** That the list of a subscription holds those below it too is reported (az lock list), not documented. */
function locks({ subscription: { id, locks: all = [] } }: Seen): unknown[] {
  return all.map(({ inside, name, level }) => ({
    id: `/subscriptions/${id}${inside}/providers/Microsoft.Authorization/locks/${name}`,
    name,
    type: 'Microsoft.Authorization/locks',
    properties: { level, notes: 'Set by the landing zone' },
  }));
}

function page(items: readonly unknown[], { path, query, url }: Question): Reply {
  const from = Number(query.get('$skiptoken') ?? 0);
  const next = new URLSearchParams(query);
  next.set('$skiptoken', String(from + pageSize));
  const nextLink = from + pageSize < items.length ? { nextLink: `${url}${path}?${next}` } : {};
  return { status: 200, body: { value: items.slice(from, from + pageSize), ...nextLink } };
}

function refused({ caller }: Question, action: string, { id }: Subscription): Reply {
  const text = `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '/subscriptions/${id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return errorReply(403, 'AuthorizationFailed', text);
}

function list(seen: Seen, what: string, question: Question, directory: Directory): Reply {
  const filter = question.query.get('$filter') ?? '';
  const { subscription } = seen;
  switch (what) {
    case `${authorization}/permissions`:
      return page(permissions(seen), question);
    case `${authorization}/roleassignments`:
      return page(roleAssignments(seen, filter, directory), question);
    case `${authorization}/roledefinitions`:
      return page(
        (subscription.customRoles ?? []).map((role) => roleDefinition(seen, role)),
        question,
      );
    case `${authorization}/denyassignments`:
      return page(denyAssignments(seen, filter), question);
    case `${authorization}/locks`:
      return page(locks(seen), question);
    case 'providers':
      // Real answers hold every resource type and come in one page.
      return {
        status: 200,
        body: {
          value: Object.entries(subscription.providers).map(([namespace, registrationState]) => ({
            namespace,
            registrationState,
          })),
        },
      };
    case 'resourcegroups': {
      const visible = (name: string) =>
        isAllowed(subscription, seen.held, 'Microsoft.Resources/subscriptions/resourceGroups/read') ||
        subscription.assignments.some(
          ({ scope, principalId }) =>
            seen.held.has(principalId) && scope.toLowerCase().endsWith(`/resourcegroups/${name}`),
        );
      return {
        status: 200,
        body: { value: (subscription.resourceGroups ?? []).filter(visible).map((name) => ({ name })) },
      };
    }
    case '':
      return {
        status: 200,
        body: {
          id: `/subscriptions/${subscription.id}`,
          subscriptionId: subscription.id,
          displayName: subscription.displayName,
          state: subscription.state,
          tenantId: subscription.tenantId,
        },
      };
    default:
      return errorReply(404, 'InvalidResourceType', `There is no ${what} here.`);
  }
}

/** Answers a GET as Azure Resource Manager does. */
export function answerResourceManager(directory: Directory, question: Question): Reply {
  const [, namespace] =
    /^\/providers\/microsoft\.authorization\/provideroperations\/([^/]+)$/i.exec(question.path) ?? [];
  if (namespace) return operationsOf(namespace);
  const [, id = '', what = ''] = /^\/subscriptions\/([^/]+)\/?(.*)$/.exec(question.path) ?? [];
  const subscription = directory.subscriptions.find((entry) => entry.id === id);
  const unknown = errorReply(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`);
  if (!subscription) return unknown;
  const { caller } = question;
  if (subscription.tenantId !== caller.tenantId) {
    const text = `The access token is from the wrong issuer. It must match the tenant 'https://sts.windows.net/${subscription.tenantId}/' associated with this subscription.`;
    return errorReply(401, 'InvalidAuthenticationTokenTenant', text);
  }
  const tenant = directory.tenants.find((entry) => entry.id === caller.tenantId);
  const held = tenant ? memberships(tenant, caller.objectId) : new Set<string>();
  // Not documented for every case; both answers are seen for a principal without any role.
  if (!subscription.assignments.some(({ principalId }) => held.has(principalId))) return unknown;
  const kind = what.toLowerCase();
  const [, oneRole] = /^providers\/microsoft\.authorization\/roledefinitions\/(.+)$/.exec(kind) ?? [];
  if (oneRole)
    return { status: 200, body: roleDefinition({ subscription, held }, definitionOf(subscription, oneRole)) };
  const needed = readers[kind];
  if (needed && !isAllowed(subscription, held, needed)) return refused(question, needed, subscription);
  return list({ subscription, held }, kind, question, directory);
}
