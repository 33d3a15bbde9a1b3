import { conditionOn, grantsAnyway, inWords, onSubscription } from './assignments.ts';
import { mayConcern } from './conditions.ts';
import { denialOf } from './denials.ts';
import {
  conditional,
  conflicting,
  firstOf,
  forbidden,
  held,
  inconclusive,
  insteadOf,
  isRefused,
  type Known,
  likely,
  type Rule,
  unexplained,
  ungranted,
  unreadAssignments,
} from './observations.ts';
import { grants } from './rights.ts';

type View = Known & { readonly operation: string };

const granting = ({ sets, operation }: View) => sets.filter((set) => grants(set, operation));

/** A role that would grant it is assigned, and has not arrived in the effective permissions. */
const notArrived: Rule<View> = (view) => {
  if (granting(view).length > 0) return undefined;
  const sources = onSubscription(view.readable).filter((entry) => grantsAnyway(entry, view.operation));
  if (sources.length === 0) return undefined;
  return conflicting(
    `${inWords(sources)} is assigned and would grant it, but the effective permissions do not show it. A role that was granted minutes ago has not arrived everywhere: verify again in 5 minutes.`,
  );
};

/** Whether the effective permissions show what hangs on a condition is documented nowhere, so their silence proves nothing. */
const assignedUnderCondition: Rule<View> = ({ readable, operation }) => {
  const condition = conditionOn(readable, operation);
  return condition === undefined ? undefined : conditional(condition);
};

const notGranted: Rule<View> = (view) =>
  granting(view).length > 0
    ? undefined
    : ungranted('The effective permissions of the principal on the subscription do not include it.');

const onlyUnderCondition: Rule<View> = (view) => {
  const conditions = granting(view).map(({ condition }) => condition);
  const isConditional = conditions.every((condition) => condition && mayConcern(condition, view.operation));
  return isConditional ? conditional(conditions[0] ?? '') : undefined;
};

const denied: Rule<View> = ({ denyAssignments, objectId, operation }) => {
  if (denyAssignments.kind !== 'done') return undefined;
  const denial = denialOf(operation, denyAssignments.output, objectId);
  if (!denial) return undefined;
  if (denial.certainty === 'certain')
    return forbidden(`A role grants it, but the deny assignment “${denial.name}” forbids it.`);
  return inconclusive(
    `The deny assignment “${denial.name}” may forbid it: whether its condition or one of its groups applies to this principal cannot be seen.`,
  );
};

const unreadDenials: Rule<View> = ({ denyAssignments }) => {
  if (denyAssignments.kind === 'done') return undefined;
  if (isRefused(denyAssignments))
    return likely(
      'The effective permissions include it. Deny assignments may not be read by this credential, so one that forbids it would not be seen.',
    );
  return inconclusive(
    `The effective permissions include it, but Azure ${insteadOf(denyAssignments)} when asked for the deny assignments, which could forbid it.`,
  );
};

/** The effective permissions show it, and no assignment that reaches the subscription gives it. */
const notGone: Rule<View> = ({ readable, operation }) => {
  const reaching = onSubscription(readable);
  const mayGive = reaching.some(
    ({ role }) => role.permissions?.some((set) => grants(set, operation)) ?? true,
  );
  return mayGive ? undefined : conflicting(unexplained);
};

const granted: Rule<View> = () => held('The effective permissions include it.');

const rules: readonly Rule<View>[] = [
  notArrived,
  assignedUnderCondition,
  notGranted,
  onlyUnderCondition,
  denied,
  unreadAssignments,
  unreadDenials,
  notGone,
  granted,
];

/** Whether one operation is allowed on whatever a build makes in the subscription. */
export const judgeOperation = (known: Known, operation: string) => firstOf(rules, { ...known, operation });
