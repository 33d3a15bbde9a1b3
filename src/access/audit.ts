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
  const result = await act();
  if (!isDone(result)) await audit.record({ ...entry, outcome: 'failed' });
  return result;
}
