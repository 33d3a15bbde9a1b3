import { type Finding, subjectOf } from '../../verification/finding.ts';
import type { Cause } from '../../verification/verification.ts';
import { causeOf, namesOf } from '../causes.ts';
import { holds as bindingHolds } from './bindings.ts';

const apiPrefix = 'prerequisite:api/';

const short = (role: string) => role.replace(/^roles\//, '');
const isCustom = (role: string) => !role.startsWith('roles/');

/**
 * Whether a documented role as a whole is what lacks: nothing of it is held, or the bindings were read, name other roles
 * only, and none of these may be meant to stand for it.
 */
function isWhole(role: string, missing: readonly Finding[], counting: readonly Finding[]): boolean {
  const rest = counting.filter(({ group, state }) => group === role && state !== 'missing');
  if (missing.some(({ holds }) => holds?.includes(role))) return false;
  if (rest.length === 0) return true;
  // What is held without a role that shows comes from one that does not, which may be the documented one, cut down.
  const isExplained = (bound: readonly string[]) =>
    rest.every(
      ({ requirement: permission, state }) =>
        state === 'inconclusive' || bound.some((one) => bindingHolds(one, { permission, role }) !== 'no'),
    );
  return missing.every(({ holds }) => holds !== undefined && !holds.some(isCustom) && isExplained(holds));
}

function roleCause(missing: readonly Finding[], counting: readonly Finding[]): Cause[] {
  const unbound = missing.filter(({ layer }) => layer === 'role-binding');
  const byRole = [...Map.groupBy(unbound, ({ group }) => group)].filter(([role, findings]) =>
    isWhole(role, findings, counting),
  );
  if (byRole.length === 0) return [];
  const roles = byRole.map(([role]) => short(role));
  const findings = byRole.flatMap(([, group]) => group);
  const [{ holds } = {} as Partial<Finding>] = findings;
  const isNothingHeld = !counting.some(({ state }) => state === 'granted' || state === 'likely');
  const none = isNothingHeld ? ' (it holds no role there)' : '';
  const held = holds && (holds.length > 0 ? ` (it holds ${holds.map(short).join(', ')})` : none);
  const words =
    roles.length === 1 ? `role ${roles[0]} is missing` : `roles ${roles.join(' and ')} are missing`;
  return [{ text: `${words}${held ?? ''}`, of: findings.map(subjectOf) }];
}

/** A role that was given for a time, each by itself. */
function expiredCauses(missing: readonly Finding[]): Cause[] {
  const expired = missing.filter(({ layer }) => layer === 'expired-binding');
  return [...Map.groupBy(expired, ({ group }) => group)].flatMap(([role, findings]) =>
    causeOf(findings, `role ${short(role)} was given for a time that is over`),
  );
}

function apiCause(missing: readonly Finding[]): Cause[] {
  const disabled = missing.filter(({ requirement }) => requirement.startsWith(apiPrefix));
  const names = disabled.map(({ requirement }) => requirement.slice(apiPrefix.length));
  return causeOf(
    disabled,
    names.length === 1 ? `API ${names[0]} is not enabled` : `APIs ${names.join(', ')} are not enabled`,
  );
}

/** An account of build machines that is not there: no role can be given on it. */
function absentCauses(missing: readonly Finding[]): Cause[] {
  const absent = missing.filter(({ layer, scope }) => !layer && scope?.startsWith('service account'));
  return [...Map.groupBy(absent, ({ scope }) => scope)].flatMap(([scope, findings]) =>
    causeOf(findings, `${scope} does not exist`),
  );
}

/** What lies behind what is missing: billing, APIs, documented roles, and what refuses although a role is bound. */
export function causesOf({
  missing,
  counting = missing,
}: {
  readonly missing: readonly Finding[];
  readonly counting?: readonly Finding[];
}): Cause[] {
  const refused = missing.filter(({ layer }) => layer === 'deny-policy');
  const verb = namesOf(refused).includes(' ') ? 'are' : 'is';
  return [
    ...causeOf(
      missing.filter(({ requirement }) => requirement === 'prerequisite:billing'),
      'billing is not enabled',
    ),
    ...apiCause(missing),
    ...absentCauses(missing),
    ...roleCause(missing, counting),
    ...expiredCauses(missing),
    ...causeOf(refused, `NAMES ${verb} refused although the role is bound`),
  ];
}
