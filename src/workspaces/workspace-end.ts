import { z } from 'zod';

/** Why a workspace is over, as far as the platform told. */
export const EndReason = z.enum([
  'uninstalled',
  'tokens-revoked',
  'access-revoked',
  'refused',
  'last-conversation',
  'forbidden',
  'deleted',
]);
export type EndReason = z.infer<typeof EndReason>;

/** The same in words, for the audit and the log. */
export const endWords: Readonly<Record<EndReason, string>> = {
  uninstalled: 'the app was removed',
  'tokens-revoked': 'its tokens were revoked',
  'access-revoked': 'the organisation took the app away from its last workspace',
  refused: 'the platform refuses the token',
  'last-conversation': 'the app was removed from its last conversation',
  forbidden: 'the platform refused every message for a day',
  deleted: 'an admin asked to delete all that is kept',
};

/** The end of a workspace: nothing is posted there any more, and what is kept of it goes after the grace period. */
export const WorkspaceEnd = z.object({ endedAt: z.iso.datetime(), reason: EndReason });
export type WorkspaceEnd = z.infer<typeof WorkspaceEnd>;

const dayMs = 24 * 3_600_000;

/** When what is kept of an ended workspace is to go. */
export const deletionOf = ({ endedAt }: Pick<WorkspaceEnd, 'endedAt'>, graceDays: number): Date =>
  new Date(Date.parse(endedAt) + graceDays * dayMs);

/** Whether the grace period of an ended workspace is over. */
export const isDueForDeletion = (
  end: Pick<WorkspaceEnd, 'endedAt'>,
  { now, graceDays }: { readonly now: Date; readonly graceDays: number },
): boolean => deletionOf(end, graceDays) <= now;

/** Where it is kept which workspaces have ended. */
export type WorkspaceEnds = {
  /** Marks a workspace as ended; false where it is already, and then the first end counts. */
  mark(workspaceId: string, end: WorkspaceEnd): Promise<boolean>;
  find(workspaceId: string): Promise<WorkspaceEnd | undefined>;
  /** Takes the mark away; resolves to what it said. */
  revive(workspaceId: string): Promise<WorkspaceEnd | undefined>;
  /** All that have ended, those with a mark that cannot be read left out. */
  all(): AsyncIterable<WorkspaceEnd & { readonly workspaceId: string }>;
  /**
   * Deletes all that is kept of a workspace but its audit, and at last the mark; stops where the mark is taken away
   * meanwhile. Resolves to whether all of it is gone.
   */
  erase(workspaceId: string): Promise<boolean>;
};
