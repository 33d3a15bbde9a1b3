import { UnrecoverableError } from 'bullmq';
import { AppError } from '../src/errors.ts';

/** Milliseconds for which a platform that is away is waited for, and between two tries: the longer it lasts, the longer. */
const longestOutageMs = 24 * 3_600_000;
const pauseMs = { shortest: 2_000, longest: 300_000 };

/** One try of a job. */
export type Attempt = {
  /** Milliseconds since it was asked for. */
  readonly ageMs: number;
};

/**
 * Milliseconds after which a job is tried again without this being a failed attempt, begun where it was; undefined where
 * the fault is one. What a platform asks to wait is waited for, and an outage of it for a day: what waits must not be lost.
 */
export function waitAfter(fault: unknown, { ageMs }: Attempt): number | undefined {
  if (!(fault instanceof AppError) || !fault.retryable) return undefined;
  if (['chat.rate-limited', 'jobs.account-busy', 'jobs.no-turn'].includes(fault.code))
    return fault.retryAfterMs;
  if (fault.code !== 'chat.unavailable' || ageMs > longestOutageMs) return undefined;
  return Math.max(fault.retryAfterMs ?? 0, Math.min(pauseMs.longest, Math.max(pauseMs.shortest, ageMs / 2)));
}

/**
 * The only text about a failure that reaches Redis: a code. Messages and stacks of libraries may hold what was sent.
 */
export function publicFailure(fault: unknown): Error {
  if (!(fault instanceof AppError)) return new Error('internal fault');
  return fault.retryable || fault.code.startsWith('chat.') || fault.code.startsWith('redis.')
    ? new Error(fault.code)
    : new UnrecoverableError(fault.code);
}
