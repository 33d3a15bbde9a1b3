/** Operations that a role grants, as Azure stores them: patterns in which `*` stands for any text, slashes included. */
export type PermissionSet = {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  /** The same for what is done with data, where a role has any of it. */
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
  /** The grant holds only where this is true. */
  readonly condition?: string | undefined;
};

/**
 * Whether a pattern takes in an operation, or all that another pattern takes in; in any case. Greedy from left to
 * right and not by a regular expression, whose time a hostile pattern could stretch.
 */
export function includes(pattern: string, other: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const last = rest.pop();
  const text = other.toLowerCase();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.endsWith(last) && text.length - last.length >= at;
}

/** Whether two patterns may have an operation in common; true where that cannot be ruled out. */
function mayOverlap(one: string, other: string): boolean {
  const start = (pattern: string) => pattern.toLowerCase().split('*', 1)[0] ?? '';
  const end = (pattern: string) => pattern.toLowerCase().slice(pattern.lastIndexOf('*') + 1);
  const startsMeet = start(one).startsWith(start(other)) || start(other).startsWith(start(one));
  const endsMeet = end(one).endsWith(end(other)) || end(other).endsWith(end(one));
  return startsMeet && endsMeet;
}

/**
 * Whether one permission set grants an operation. What `notActions` takes out, it takes out of this set alone: it is
 * no deny, and another role may grant the same.
 * https://learn.microsoft.com/en-us/azure/role-based-access-control/role-definitions#notactions
 */
export function grants({ actions, notActions }: PermissionSet, operation: string): boolean {
  return (
    actions.some((pattern) => includes(pattern, operation)) &&
    !notActions.some((pattern) => includes(pattern, operation))
  );
}

/** Steps after which it is left open whether sets cover a role; real roles take a few dozen. */
const mostSteps = 10_000;

type Search = { readonly spared: readonly string[]; steps: number };

/** Whether sets together grant all that a pattern takes in, but for what is spared; false where unsure. */
function cover(sets: readonly PermissionSet[], pattern: string, search: Search): boolean {
  search.steps += 1;
  // Roles made for it would otherwise keep this going for hours.
  if (search.steps > mostSteps) return false;
  if (search.spared.some((other) => includes(other, pattern))) return true;
  return sets.some(
    (set, index) =>
      set.actions.some((action) => includes(action, pattern)) &&
      set.notActions
        .filter((taken) => mayOverlap(taken, pattern))
        // What this set leaves out, others must grant; a set that leaves out the whole pattern is of no use here.
        .every((taken) => !includes(taken, pattern) && cover(sets.toSpliced(index, 1), taken, search)),
  );
}

/** Whether sets together grant everything that a role does. */
export function coverRole(sets: readonly PermissionSet[], role: PermissionSet): boolean {
  const search = { spared: role.notActions, steps: 0 };
  return role.actions.every((pattern) => cover(sets, pattern, search));
}
