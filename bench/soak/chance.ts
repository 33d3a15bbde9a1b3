/** Chance that is the same for the same seed: https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
export function createChance(seed: number) {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    /** Whether something happens that does with this probability. */
    happens: (probability: number): boolean => next() < probability,
    /** A whole number from the first to the last. */
    between: (first: number, last: number): number => first + Math.floor(next() * (last - first + 1)),
    oneOf: <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)] as Value,
  };
}
export type Chance = ReturnType<typeof createChance>;
