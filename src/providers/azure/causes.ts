import { type Finding, subjectOf } from '../../verification/finding.ts';
import type { Cause } from '../../verification/verification.ts';
import { causeOf } from '../causes.ts';

const contributor = 'role:Contributor';
const providerPrefix = 'prerequisite:provider/';

/** Roles that are named in place of the one that is missing. */
const mostRoles = 3;

const isInside = (holds: readonly string[]) => holds.every((role) => / on (a )?resource/.test(role));

function heldWords({ holds }: Finding): string {
  if (!holds) return '';
  if (holds.length === 0) return ' (it holds no role there)';
  const rest = holds.length - mostRoles;
  const named = holds.slice(0, mostRoles).join(', ');
  return ` (it holds ${named}${rest > 0 ? ` and ${rest} more` : ''}${isInside(holds) ? ' only' : ''})`;
}

/** The role that is not there is behind every operation that no role gives. */
function roleCause(missing: readonly Finding[]): Cause[] {
  const unassigned = missing.filter(({ layer }) => layer === 'role-assignment');
  const role = unassigned.find(({ requirement }) => requirement === contributor);
  // Where every known operation is granted and something else is missing, the role is not what builds fail of.
  if (!role || (role.formal && missing.length > 1)) return [];
  const isUnseen = role.evidence.code === 'SubscriptionNotFound' && !role.holds;
  const text = isUnseen
    ? 'Azure shows it no such subscription, so it has no role there or the id is wrong'
    : `role Contributor is missing${heldWords(role)}`;
  const behind = unassigned.filter(({ group }) => group === contributor);
  return [{ text, of: behind.map(subjectOf) }];
}

function registrationCause(missing: readonly Finding[]): Cause[] {
  const unregistered = missing.filter(({ requirement }) => requirement.startsWith(providerPrefix));
  const names = unregistered.map(({ requirement }) => requirement.slice(providerPrefix.length));
  const plural = names.length === 1 ? 'provider NAMES is' : 'providers NAMES are';
  return causeOf(unregistered, `resource ${plural} not registered`.replace('NAMES', names.join(', ')));
}

/** What lies behind what is missing: the role, a denial by its name, a lock, the state of the subscription. */
export function causesOf({ missing }: { readonly missing: readonly Finding[] }): Cause[] {
  const denied = missing.filter(({ layer }) => layer === 'deny-assignment');
  const named = (id: string) => missing.filter(({ requirement }) => requirement === id);
  return [
    ...roleCause(missing),
    ...causeOf(denied, 'a deny assignment forbids NAMES'),
    ...causeOf(named('prerequisite:subscription-enabled'), 'the subscription is not enabled'),
    ...causeOf(named('prerequisite:no-lock'), 'a read-only lock stands on the subscription'),
    ...registrationCause(missing),
  ];
}
