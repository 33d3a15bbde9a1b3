import type { AnswerParts } from '../provider.ts';
import type { AzureAnswer, Lock } from './answers.ts';
import { inconclusive, insteadOf, isRefused } from './observations.ts';

type Placed = {
  /** Its name and level, for a sentence: `“baseline” (ReadOnly)`. */
  readonly words: string;
  readonly level: string;
  /** Where it stands inside of the subscription; undefined where it covers all of it. */
  readonly inside: string | undefined;
};

/**
 * Where a lock stands. Told by its id and not by where it was asked for: the list of a subscription holds those of
 * groups and resources too.
 */
function placed({ id, name, level }: Lock): Placed {
  const inGroup =
    /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)(\/.*)?\/providers\/microsoft\.authorization\/locks\/[^/]+$/i.exec(
      id,
    );
  const isWhole = /^\/subscriptions\/[^/]+\/providers\/microsoft\.authorization\/locks\/[^/]+$/i.test(id);
  const words = `“${name}” (${level})`;
  if (isWhole) return { words, level, inside: undefined };
  if (!inGroup) return { words, level, inside: 'something in the subscription' };
  const [, group, rest] = inGroup;
  return { words, level, inside: rest ? `a resource in resource group ${group}` : `resource group ${group}` };
}

const isOfLevel =
  (wanted: string) =>
  ({ level }: Placed) =>
    level.toLowerCase() === wanted;
const isReadOnly = isOfLevel('readonly');
const isUndeletable = isOfLevel('cannotdelete');

const named = 3;

/** What is said of locks that concern only builds which are told to use what they cover. */
function elsewhere(locks: readonly Placed[]): string {
  if (locks.length === 0) return '';
  const sorted = locks.toSorted((one, other) => Number(isReadOnly(other)) - Number(isReadOnly(one)));
  const list = sorted.slice(0, named).map(({ words, inside }) => `${words} on ${inside}`);
  const more = locks.length > named ? ` and ${locks.length - named} more` : '';
  const what = locks.some(isReadOnly)
    ? 'A build that is told to use what is locked against changes fails there; what is locked against deletion it cannot clean up'
    : 'A build that is told to use one of these cannot clean up there';
  return `Locked inside of the subscription: ${list.join(', ')}${more}. ${what}.`;
}

/** `The lock “a” (ReadOnly) on the subscription` */
function onWhole(locks: readonly Placed[]): string {
  const list = locks.map(({ words }) => words).join(' and ');
  return `The ${locks.length === 1 ? 'lock' : 'locks'} ${list} on the subscription`;
}

/**
 * Whether a lock stops builds. A lock against deletion does not: a build finishes, and what it cannot delete stays.
 * https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/lock-resources
 */
export function readLocks(answer: AzureAnswer<Lock[]>): AnswerParts {
  if (isRefused(answer))
    return inconclusive(
      'The locks may not be read by this credential (Microsoft.Authorization/locks/read), so a read-only lock, which stops every build, would not be seen.',
    );
  if (answer.kind !== 'done')
    return inconclusive(
      `Azure ${insteadOf(answer)} when asked for the locks, one of which could stop builds.`,
    );
  const locks = answer.output.map(placed);
  const others = elsewhere(locks.filter(({ inside }) => inside !== undefined));
  const whole = locks.filter(({ inside }) => inside === undefined);
  const readOnly = whole.filter(isReadOnly);
  const undeletable = whole.filter(isUndeletable);
  const unknown = whole.filter((lock) => !isReadOnly(lock) && !isUndeletable(lock));
  const method = 'read' as const;
  if (readOnly.length > 0) {
    const text = `${onWhole(readOnly)} stops every build: nothing in the subscription can be created or changed.`;
    const evidence = { code: 'ReadOnly', text, ...(others && { caveat: others }) };
    return { state: 'missing', method, layer: 'lock', denial: 'explicit', evidence };
  }
  if (unknown.length > 0)
    return inconclusive(`${onWhole(unknown)} is of a level that is not known here, so it may stop builds.`);
  const leftovers =
    undeletable.length > 0
      ? `${onWhole(undeletable)} lets a build finish and nothing be deleted: its machine, disk and address stay and cost money until somebody deletes them, and a build that replaces what an earlier one made fails.`
      : '';
  const caveat = [leftovers, others].filter(Boolean).join(' ');
  const text = 'No lock keeps builds from creating what they need.';
  return { state: 'granted', method, evidence: { text, ...(caveat && { caveat }) } };
}
