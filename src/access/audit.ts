import type { Action, Actor } from './policy.ts';

export type AuditEntry = {
  readonly actor: Actor;
  readonly action: Action;
  readonly outcome: 'done' | 'refused';
  readonly connectionId?: string;
  readonly scheduleId?: string;
  /** What exactly, where the action alone does not say it; never a secret. */
  readonly detail?: string;
};

/** Who did what and when; entries are added and never changed. */
export type AuditTrail = {
  /** Never rejects: what was done stays done, and an entry that cannot be written is logged. */
  record(entry: AuditEntry): Promise<void>;
};
