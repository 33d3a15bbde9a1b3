import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { AppError, isAppError } from '../src/errors.ts';

/**
 * The only text about a failure that reaches Redis: a code. Messages and stacks of libraries may hold what was sent.
 */
export function publicFailure(error: unknown): Error {
  if (!(error instanceof AppError)) return new Error('internal fault');
  return error.retryable || error.code.startsWith('chat.') || error.code.startsWith('redis.')
    ? new Error(error.code)
    : new UnrecoverableError(error.code);
}

/** Puts a job aside for a while, which is no failed attempt. Never resolves: the worker takes what it throws as its word. */
export async function putAside(job: Job, token: string | undefined, waitMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + waitMs, token);
  throw new DelayedError();
}

/** Milliseconds for which a platform that is away is waited for, and between two tries: the longer it lasts, the longer. */
const longestOutageMs = 24 * 3_600_000;
const outageMs = { shortest: 15_000, longest: 300_000 };

/** A platform that is away is no failed attempt either, for a day: what waits must not be lost to an outage. */
export async function waitOutOutage(job: Job, token: string | undefined, fault: unknown): Promise<void> {
  if (!isAppError(fault, 'chat.unavailable') || !fault.retryable) return;
  const since = Date.now() - job.timestamp;
  if (since > longestOutageMs) return;
  const wait = Math.min(outageMs.longest, Math.max(outageMs.shortest, since / 4));
  await putAside(job, token, wait);
}

/** What the platform asks to wait is no failed attempt: the job waits as long, and begins where it was. */
export async function comeBackLater(job: Job, token: string | undefined, fault: unknown): Promise<void> {
  if (!isAppError(fault, 'chat.rate-limited') || fault.retryAfterMs === undefined) return;
  await putAside(job, token, fault.retryAfterMs);
}
