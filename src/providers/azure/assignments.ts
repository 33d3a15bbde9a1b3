import type { RoleAssignment } from './answers.ts';
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

function placeOf(scope: string, subscriptionId: string): Pick<Assigned, 'reach' | 'place'> | undefined {
  const group = managementGroup.exec(scope)?.[1];
  if (group) return { reach: 'subscription', place: `management group ${group}, and inherited from there` };
  if (scope === '/' || scope === '') return { reach: 'subscription', place: 'the root of the tenant' };
  const path = scope.toLowerCase().replace(/\/$/, '');
  const own = `/subscriptions/${subscriptionId}`;
  if (path === own) return { reach: 'subscription', place: 'the subscription' };
  if (!path.startsWith(`${own}/`)) return undefined;
  const name = resourceGroup.exec(scope)?.[1];
  const isWhole = path.split('/').length === 5;
  const place = name && isWhole ? `resource group ${name}` : `a resource inside of ${name ?? 'it'}`;
  return { reach: 'inside', place };
}

/** The assignments that concern a subscription, with their roles where these are known. */
export function readAssignments(
  assignments: readonly RoleAssignment[],
  customRoles: readonly Role[],
  subscriptionId: string,
): Assigned[] {
  const known = new Map([...builtInRoles, ...customRoles].map((role) => [role.id.toLowerCase(), role]));
  return assignments.flatMap(({ scope, roleDefinitionId, condition }) => {
    const place = placeOf(scope, subscriptionId);
    if (!place) return [];
    const id = roleDefinitionId.split('/').at(-1)?.toLowerCase() ?? '';
    const role = known.get(id) ?? { id, name: `role ${id}`, permissions: undefined };
    return [{ role, condition, ...place }];
  });
}

/** The assignments that reach the whole subscription. */
export function onSubscription(assigned: readonly Assigned[]): Assigned[] {
  return assigned.filter(({ reach }) => reach === 'subscription');
}

/**
 * The condition that a grant depends on: that of the only assignments that can be its source. Undefined as soon as
 * one without a condition may be the source, a role whose content is not known included.
 */
export function conditionOn(assigned: readonly Assigned[], operation: string): string | undefined {
  const sources = onSubscription(assigned).filter(
    ({ role }) => role.permissions?.some((set) => grants(set, operation)) ?? true,
  );
  return sources.every(({ condition }) => condition) ? sources[0]?.condition : undefined;
}

/** `Reader (the subscription) and Contributor (resource group images)`. */
export function inWords(assigned: readonly Assigned[]): string {
  const words = assigned.map(({ role, place }) => `${role.name} on ${place}`);
  return words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ');
}
