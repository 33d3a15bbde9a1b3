import type { DenyAssignment } from './answers.ts';
import { grants } from './rights.ts';

/** The id that stands for everybody: https://learn.microsoft.com/en-us/azure/role-based-access-control/deny-assignments */
const everybody = '00000000-0000-0000-0000-000000000000';

export type Denial = {
  readonly name: string;
  /** `maybe`: it hangs on a condition, or on a group whose members the credential cannot see. */
  readonly certainty: 'certain' | 'maybe';
};

/** Whether the principals that an assignment names include the caller; groups cannot be looked into. */
function isAmong(principals: DenyAssignment['principals'], objectId: string | undefined) {
  const ids = (principals ?? []).map(({ id, type }) => ({
    id: id?.toLowerCase(),
    type: type?.toLowerCase(),
  }));
  if (ids.some(({ id }) => id === everybody || (objectId !== undefined && id === objectId.toLowerCase())))
    return 'yes';
  const isOpen =
    ids.some(({ type }) => type?.includes('group')) || (objectId === undefined && ids.length > 0);
  return isOpen ? 'maybe' : 'no';
}

function certaintyFor(
  { principals, excludePrincipals, condition }: DenyAssignment,
  objectId: string | undefined,
): Denial['certainty'] | undefined {
  const named = isAmong(principals, objectId);
  const spared = isAmong(excludePrincipals, objectId);
  if (named === 'no' || spared === 'yes') return undefined;
  return named === 'maybe' || spared === 'maybe' || condition ? 'maybe' : 'certain';
}

/** The deny assignment that stands against an operation on whatever is in the subscription, the surest one first. */
export function denialOf(
  operation: string,
  assignments: readonly DenyAssignment[],
  objectId: string | undefined,
): Denial | undefined {
  const denials = assignments.flatMap((assignment): Denial[] => {
    // Builds work on what is inside of the subscription, which such a denial spares.
    if (assignment.doNotApplyToChildScopes) return [];
    const sets = (assignment.permissions ?? []).filter((set) => grants(set, operation));
    const certainty = sets.length > 0 ? certaintyFor(assignment, objectId) : undefined;
    if (!certainty) return [];
    const name = assignment.denyAssignmentName ?? 'without a name';
    return [{ name, certainty: sets.every(({ condition }) => condition) ? 'maybe' : certainty }];
  });
  return denials.find(({ certainty }) => certainty === 'certain') ?? denials[0];
}
