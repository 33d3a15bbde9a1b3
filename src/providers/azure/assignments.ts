import type { RoleAssignment } from './answers.ts';
import { mayConcern, unconditionalPart } from './conditions.ts';
import { grants, type PermissionSet } from './rights.ts';
import { builtInRoles, type Role } from './roles.ts';

/** A role assignment, read: which role, and where. */
export type Assigned = {
  readonly role: Pick<Role, 'id' | 'name'> & { readonly permissions: readonly PermissionSet[] | undefined };
  /** Whether it reaches the whole subscription, or only something inside of it. */
  readonly reach: 'subscription' | 'inside';
  /** The place in words. */
  readonly place: string;
  readonly condition: string | undefined;
};

const managementGroup = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/i;
const resourceGroup = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/i;

function placeOf(given: string, subscriptionId: string): Pick<Assigned, 'reach' | 'place'> {
  const scope = given.replace(/\/+$/, '');
  const group = managementGroup.exec(scope)?.[1];
  if (group) return { reach: 'subscription', place: `management group ${group}, and inherited from there` };
  if (scope === '') return { reach: 'subscription', place: 'the root of the tenant' };
  const path = scope.toLowerCase();
  const own = `/subscriptions/${subscriptionId}`;
  if (path === own) return { reach: 'subscription', place: 'the subscription' };
  // Azure lists what concerns the subscription, so an unknown place is taken to reach it.
  if (!path.startsWith(`${own}/`)) return { reach: 'subscription', place: scope };
  const name = resourceGroup.exec(scope)?.[1];
  const isWhole = path.split('/').length === 5;
  const place = name && isWhole ? `resource group ${name}` : `a resource inside of ${name ?? 'it'}`;
  return { reach: 'inside', place };
}

/** The assignments that concern a subscription, with their roles where these are known. */
export function readAssignments(
  assignments: readonly RoleAssignment[],
  lookedUp: readonly Role[],
  subscriptionId: string,
): Assigned[] {
  const known = new Map([...builtInRoles, ...lookedUp].map((role) => [role.id.toLowerCase(), role]));
  return assignments.map(({ scope, roleDefinitionId, condition }) => {
    const id = roleIdIn(roleDefinitionId);
    const role = known.get(id) ?? { id, name: `role ${id}`, permissions: undefined };
    return { role, condition, ...placeOf(scope, subscriptionId) };
  });
}

function roleIdIn(roleDefinitionId: string): string {
  return roleDefinitionId.slice(roleDefinitionId.lastIndexOf('/') + 1).toLowerCase();
}

/** The roles that are assigned and not among those that are known by heart. */
export function unknownRoles(assignments: readonly RoleAssignment[]): string[] {
  const known = builtInRoles.map(({ id }) => id);
  const ids = assignments.map(({ roleDefinitionId }) => roleIdIn(roleDefinitionId));
  return [...new Set(ids)].filter((id) => !known.includes(id));
}

/** The assignments that reach the whole subscription. */
export function onSubscription(assigned: readonly Assigned[]): Assigned[] {
  return assigned.filter(({ reach }) => reach === 'subscription');
}

/** What an assignment grants whatever its conditions. */
export function unconditionalSets({ role, condition }: Assigned): PermissionSet[] {
  return (role.permissions ?? []).flatMap((set) => unconditionalPart(set, condition) ?? []);
}

/** Whether an assignment grants an operation, whatever its conditions. */
export function grantsAnyway(assigned: Assigned, operation: string): boolean {
  return unconditionalSets(assigned).some((set) => grants(set, operation));
}

/**
 * The condition that a grant may depend on. Undefined as soon as a role is known to grant the same without one; a role
 * whose content is not known proves nothing.
 */
export function conditionOn(assigned: readonly Assigned[], operation: string): string | undefined {
  const reaching = onSubscription(assigned);
  if (reaching.some((entry) => grantsAnyway(entry, operation))) return undefined;
  return reaching.flatMap((entry) => conditionsOn(entry, operation))[0];
}

function conditionsOn({ role, condition }: Assigned, operation: string): string[] {
  const granting = role.permissions?.filter((set) => grants(set, operation));
  if (granting?.length === 0) return [];
  const conditions = [condition, ...(granting?.map((set) => set.condition) ?? [])];
  return conditions.flatMap((text) => (text && mayConcern(text, operation) ? text : []));
}

/** `Reader (the subscription) and Contributor (resource group builds)`. */
export function inWords(assigned: readonly Assigned[]): string {
  const words = assigned.map(({ role, place }) => `${role.name} on ${place}`);
  return words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ');
}

/** The roles by name, each with its place where that is not the whole subscription. */
export const rolesIn = (assigned: readonly Assigned[]): string[] =>
  assigned.map(({ role, place }) => (place === 'the subscription' ? role.name : `${role.name} on ${place}`));
