import { distance } from 'fastest-levenshtein';
import { comparableName } from './connection.ts';

/** What has the name that is closest to one that was typed, if it is close enough to have been meant. */
export function nearestByName<Named extends { readonly name: string }>(
  all: readonly Named[],
  name: string,
): Named | undefined {
  const wanted = comparableName(name);
  const [nearest] = all
    .map((each) => ({ each, steps: distance(wanted, comparableName(each.name)) }))
    .toSorted((one, other) => one.steps - other.steps);
  return nearest && nearest.steps <= Math.max(2, wanted.length / 3) ? nearest.each : undefined;
}

/** The only one whose name begins with what was typed. */
export function onlyBeginning<Named extends { readonly name: string }>(
  all: readonly Named[],
  name: string,
): Named | undefined {
  const beginning = comparableName(name);
  const begun = all.filter((each) => comparableName(each.name).startsWith(beginning));
  return begun.length === 1 ? begun[0] : undefined;
}
