/** Where it is kept since when a platform refuses every message to a workspace. */
export type Refusals = {
  /** Takes note that a message was refused; resolves to the first time since one was taken. */
  refused(workspaceId: string, at: Date): Promise<Date>;
  /** Takes note that a message was taken. */
  taken(workspaceId: string): Promise<void>;
};

const dayMs = 24 * 3_600_000;

/** Whether that lasts so long that nobody is there any more: one closed conversation is none. */
export const isShutOut = (since: Date, now: Date): boolean => now.getTime() - since.getTime() >= dayMs;
