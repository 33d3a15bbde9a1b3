import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { VerificationRequests } from '../src/chat/verification-requests.ts';
import { AppError, isAppError } from '../src/errors.ts';
import { laterJobName, VerificationJob, verificationQueueName } from './verification-job.ts';
import { createVerifyConnection, type VerifyConnectionDependencies } from './verify-connection.ts';

export type WorkerSettings = VerifyConnectionDependencies & {
  readonly redis: Redis;
  /** Where a verification that was asked for later is asked for when its time has come. */
  readonly requests: VerificationRequests;
  readonly concurrency: number;
  /** Milliseconds after which the job of a worker that died may be taken up by another. */
  readonly lockMs: number;
};

/** Milliseconds that running jobs get to end when the worker is closed; then another worker takes them up. */
const closeGraceMs = 20_000;

/**
 * The only text about a failure that reaches Redis: a code. Messages and stacks of libraries may hold what was sent.
 */
function publicFailure(error: unknown): Error {
  if (!(error instanceof AppError)) return new Error('internal fault');
  return error.retryable || error.code.startsWith('chat.') || error.code.startsWith('redis.')
    ? new Error(error.code)
    : new UnrecoverableError(error.code);
}

/** Starts a worker that takes verifications off the queue; resolves when it listens. */
export async function startWorker(settings: WorkerSettings): Promise<{ close(): Promise<void> }> {
  const { redis, logger, concurrency, lockMs, requests } = settings;
  const { verifyConnection, giveUp } = createVerifyConnection(settings);

  /** What the platform asks to wait is no failed attempt: the job waits as long, and begins where it was. */
  async function comeBackLater(job: Job, token: string | undefined, fault: unknown): Promise<void> {
    if (!isAppError(fault, 'chat.rate-limited') || fault.retryAfterMs === undefined) return;
    await job.moveToDelayed(Date.now() + fault.retryAfterMs, token);
    throw new DelayedError();
  }

  const worker = new Worker<VerificationJob>(
    verificationQueueName,
    async (queued, token, signal = new AbortController().signal) => {
      const { id = '', name, data, attemptsStarted } = queued;
      try {
        const job = VerificationJob.parse(data);
        if (name === laterJobName) {
          await requests.request(job);
          return;
        }
        await verifyConnection({ id, job, isRepeated: attemptsStarted > 1, signal });
      } catch (err) {
        await comeBackLater(queued, token, err);
        logger.error({ err, runId: id }, 'a verification could not be done');
        throw publicFailure(err);
      }
    },
    {
      connection: redis,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: 3,
    },
  );
  worker.on('error', (err) => logger.debug({ err }, 'worker'));
  /** Says so when a job has failed for good: not when it will be tried again. */
  async function tellIfOver(job: Job<VerificationJob>): Promise<void> {
    if ((await job.getState()) !== 'failed') return;
    await giveUp({ id: job.id ?? '', job: VerificationJob.parse(job.data) });
  }
  worker.on('failed', (job) => {
    if (!job) return;
    tellIfOver(job).catch((err: unknown) => {
      logger.error({ err, runId: job.id }, 'could not say that a verification failed');
    });
  });
  // Without its lock a job is taken up by another worker, and this one must not go on beside it.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'its lock was lost');
  });
  await worker.waitUntilReady();

  return {
    async close() {
      const grace = Promise.withResolvers<void>();
      const timer = setTimeout(grace.resolve, closeGraceMs);
      await Promise.race([worker.close(), grace.promise]);
      clearTimeout(timer);
    },
  };
}
