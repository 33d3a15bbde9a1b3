import type { Action, Actor } from './policy.ts';

export type AuditEntry = {
  readonly actor: Actor;
  readonly action: Action;
  /** refused: they may not; failed: they may, it was recorded, and came to nothing. */
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly connectionId?: string;
  readonly scheduleId?: string;
  /** What exactly, where the action alone does not say it; never a secret. */
  readonly detail?: string;
};

/** Who did what and when; entries are added and never changed. */
export type AuditTrail = {
  /** Writes an entry, before what it is about is done. Throws `access.not-recorded` or `redis.unavailable`, and then nothing may be done. */
  record(entry: AuditEntry): Promise<void>;
};

/**
 * Does what an entry says once that is written, so that nothing is done unrecorded; what came to nothing all the same is
 * recorded too. Throws `access.not-recorded` where it could not be written, and nothing was done.
 */
export async function recorded<Result>(
  audit: AuditTrail,
  entry: Omit<AuditEntry, 'outcome'>,
  act: () => Promise<Result>,
  isDone: (result: Result) => boolean = () => true,
): Promise<Result> {
  await audit.record({ ...entry, outcome: 'done' });
  try {
    const result = await act();
    if (!isDone(result)) await audit.record({ ...entry, outcome: 'failed' });
    return result;
  } catch (error) {
    // What was wrong is told, whether this can be written or not.
    await audit.record({ ...entry, outcome: 'failed' }).catch(() => undefined);
    throw error;
  }
}

/** An entry as it is read. */
export type AuditRecord = Omit<AuditEntry, 'actor'> & {
  /** Grows with time, and tells where to go on. */
  readonly id: string;
  readonly at: Date;
  readonly userId: string;
};

export type AuditQuery = {
  readonly workspaceId: string;
  /** Only entries from then on. */
  readonly since?: Date | undefined;
  /** Only entries before this one. */
  readonly before?: string | undefined;
};

/** What is written of a workspace, the newest first, as long as it is kept. */
export type AuditLog = {
  newest(query: AuditQuery): AsyncIterable<AuditRecord>;
  /** Deletes what is older in every workspace; resolves to how many entries that were. */
  trim(before: Date): Promise<number>;
};

const dayMs = 24 * 3_600_000;

/** Deletes entries that are older than so many days; none where that is 0. */
export async function trimAudit(log: Pick<AuditLog, 'trim'>, days: number, now: Date): Promise<void> {
  if (days > 0) await log.trim(new Date(now.getTime() - days * dayMs));
}
