import { type Assigned, inWords, onSubscription, rolesIn, unconditionalSets } from './assignments.ts';
import { targetsOf, unconditionalPart } from './conditions.ts';
import {
  conditional,
  conflicting,
  firstOf,
  held,
  isHeld,
  type Known,
  type Observations,
  type Rule,
  unexplained,
  ungranted,
  unreadAssignments,
} from './observations.ts';
import { judgeOperation } from './operation-rules.ts';
import { coverRole, type PermissionSet } from './rights.ts';
import { contributorSet, isContributor } from './roles.ts';

type View = Known & {
  /** Assignments that reach the whole subscription. */
  readonly reaching: readonly Assigned[];
  /** Those of them that are known to grant something whatever their conditions. */
  readonly free: readonly Assigned[];
  /** Whether every operation that builds are known to use is granted. */
  readonly isEnough: boolean;
  readonly operations: readonly string[];
};

const covers = (sets: readonly PermissionSet[]) => coverRole(sets, contributorSet);
const isNamed = ({ role }: Assigned) => isContributor(role);
/** Whether a condition, if there is one, leaves all that Contributor may. */
const isWhole = (entry: Assigned) => !entry.condition || covers(unconditionalSets(entry));
const contributorsIn = (free: readonly Assigned[]) =>
  free.filter((entry) => isNamed(entry) && isWhole(entry));

/** What the conditions of assignments are about, where it is nothing that Contributor may. */
function besideIt(assigned: readonly Assigned[]): string {
  const targets = new Set(assigned.flatMap(({ condition }) => (condition && targetsOf(condition)) || []));
  return targets.size > 0 ? ` The condition is about ${[...targets].join(' and ')} only.` : '';
}

const assignedByName: Rule<View> = ({ free }) => {
  const named = contributorsIn(free);
  return named.length > 0 ? held(`Assigned: ${inWords(named)}.${besideIt(named)}`) : undefined;
};

const assignedAnEqual: Rule<View> = ({ free }) => {
  const equal = free.filter((entry) => covers(unconditionalSets(entry)));
  return equal.length > 0
    ? held(`Not Contributor by name, but a role with the same rights: ${inWords(equal)}.`)
    : undefined;
};

const assignedTogether: Rule<View> = ({ free }) => {
  return covers(free.flatMap(unconditionalSets))
    ? held(`Not Contributor by name, but with the same rights together: ${inWords(free)}.`)
    : undefined;
};

const somethingUnderCondition: Rule<View> = ({ reaching }) => {
  const under = reaching.find(({ condition }) => condition)?.condition;
  return under ? conditional(under) : undefined;
};

/** A role whose content is not known may be where they come from. */
const fromUnknownRole: Rule<View> = ({ reaching }) =>
  reaching.some(({ role }) => role.permissions === undefined)
    ? held(
        'The effective permissions include all that Contributor may; which assignment they come from is not shown.',
      )
    : undefined;

const fromNowhere: Rule<View> = () => conflicting(unexplained);

/** Why the rights that hold without a condition cover Contributor. */
const coveredRules: readonly Rule<View>[] = [
  unreadAssignments,
  assignedByName,
  assignedAnEqual,
  assignedTogether,
  somethingUnderCondition,
  fromUnknownRole,
  fromNowhere,
];

const coveredUnderCondition: Rule<View> = ({ sets }) => {
  const condition = sets.find((set) => set.condition)?.condition;
  return condition && covers(sets) ? conditional(condition) : undefined;
};

/** Contributor may have come to leave out something that this version does not know of. */
const namedAndEnough: Rule<View> = ({ free, isEnough }) => {
  const named = contributorsIn(free);
  return named.length > 0 && isEnough ? held(`Assigned: ${inWords(named)}.${besideIt(named)}`) : undefined;
};

const namedAndNotArrived: Rule<View> = ({ free }) => {
  const named = contributorsIn(free);
  if (named.length === 0) return undefined;
  return conflicting(
    `${inWords(named)} is assigned, but the effective permissions do not show it. A role that was granted minutes ago has not arrived everywhere: verify again in 5 minutes.`,
  );
};

const namedUnderCondition: Rule<View> = ({ reaching }) => {
  const under = reaching.find((entry) => isNamed(entry) && entry.condition)?.condition;
  return under ? conditional(under) : undefined;
};

const formallyMissing: Rule<View> = ({ isEnough, operations, reaching }) => {
  if (!isEnough || operations.length === 0) return undefined;
  const holds = reaching.length > 0 ? `: it holds ${inWords(reaching)}` : '';
  return ungranted(
    `Below the documented minimum${holds}. Every operation that a build is known to use is granted, so builds may well work; the documentation promises it for Contributor only.`,
    { formal: true, holds: rolesIn(reaching) },
  );
};

/** Contributor on the whole subscription, also under a condition, was told by the rules before. */
const insideOnly: Rule<View> = (view) => {
  const inside = view.readable.filter(isNamed);
  const text = insideOnlyText(view, inside);
  return text === undefined
    ? undefined
    : ungranted(text, {
        holds: [...rolesIn(view.reaching), ...insideRoles(view, inside)],
      });
};

const notAssigned: Rule<View> = ({ assigned, reaching, sets }) => {
  const neither = 'Neither Contributor nor a role with its rights is assigned on the subscription.';
  if (assigned.kind !== 'done') return ungranted(`${neither} Which roles it holds could not be read.`);
  // Rights that no listed role gives come from one that the list does not show.
  if (reaching.length === 0 && sets.length > 0)
    return ungranted(`${neither} It has some rights there, which no listed role gives.`);
  const holds = reaching.length > 0 ? `It holds ${inWords(reaching)}.` : 'It holds no role there.';
  return ungranted(`${neither} ${holds}`, { holds: rolesIn(reaching) });
};

/** Why the rights that hold without a condition do not cover Contributor. */
const uncoveredRules: readonly Rule<View>[] = [
  coveredUnderCondition,
  namedAndEnough,
  namedAndNotArrived,
  namedUnderCondition,
  formallyMissing,
  insideOnly,
  notAssigned,
];

/** Whether the documented role, or all of its rights, are held; `operations` are those that builds are known to use. */
export function judgeRole(known: Known, operations: readonly string[]) {
  const reaching = onSubscription(known.readable);
  const free = reaching.filter((entry) => unconditionalSets(entry).length > 0);
  const isEnough = operations.every((operation) => isHeld(judgeOperation(known, operation)));
  const isCovered = covers(known.sets.flatMap((set) => unconditionalPart(set) ?? []));
  const view: View = { ...known, reaching, free, isEnough, operations };
  return firstOf(isCovered ? coveredRules : uncoveredRules, view);
}

/** The commonest mistake in a sentence of its own: the role is there, but on a resource group. */
export function insideOnlyText(
  { resourceGroups: names, permissions }: Observations,
  inside: readonly Assigned[],
): string | undefined {
  if (inside.length > 0) {
    return `${inWords(inside)} only. The documentation asks for it on the whole subscription, because a build makes resource groups of its own.`;
  }
  if (names.length === 0) return undefined;
  const isBare = permissions.kind === 'done' && permissions.output.length === 0;
  const cause = isBare ? 'its role was assigned' : 'the role may have been assigned';
  return `The principal does not have the role on the subscription, but sees ${names.length === 1 ? 'resource group' : 'resource groups such as'} ${names.join(', ')}: ${cause} on a resource group only. The documentation asks for the whole subscription, because a build makes resource groups of its own.`;
}

/** The same as what is held: the role with its places, or whatever shows the resource groups. */
export const insideRoles = ({ resourceGroups }: Observations, inside: readonly Assigned[]): string[] =>
  inside.length > 0 ? rolesIn(inside) : [`a role on resource group ${resourceGroups.join(', ')}`];
