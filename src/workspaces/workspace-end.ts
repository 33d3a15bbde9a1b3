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
  end: WorkspaceEnd,
  { now, graceDays }: { readonly now: Date; readonly graceDays: number },
): boolean => end.reason === 'deleted' || deletionOf(end, graceDays) <= now;

/** Where it is kept which workspaces have ended. */
export type WorkspaceEnds = {
  /** Marks a workspace as ended; false where it is already, and then the first end counts. */
  mark(workspaceId: string, end: WorkspaceEnd): Promise<boolean>;
  /** Marks a workspace whose admin deletes all of it, whatever mark it has. */
  markDeleted(workspaceId: string, end: WorkspaceEnd): Promise<void>;
  find(workspaceId: string): Promise<WorkspaceEnd | undefined>;
  /** Takes the mark away, unless an admin set it: that stands until all is deleted. Resolves to what it said. */
  revive(workspaceId: string): Promise<WorkspaceEnd | undefined>;
  /** All that have ended, those with a mark that cannot be read left out. */
  all(): AsyncIterable<WorkspaceEnd & { readonly workspaceId: string }>;
  /**
   * Deletes all that is kept of a workspace but its audit, and at last the mark; stops where the mark is taken away
   * meanwhile. What the platform gave for it stays where that is said. Resolves to whether all of the rest is gone.
   */
  erase(workspaceId: string, options?: { readonly keepsInstallation?: boolean }): Promise<boolean>;
};
