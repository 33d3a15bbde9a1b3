import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { VerificationRequests } from '../../src/chat/connections/verification-requests.ts';
import { comeBackLater, publicFailure } from '../job-faults.ts';
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

/** Starts a worker that takes verifications off the queue; resolves when it listens. */
export async function startWorker(settings: WorkerSettings): Promise<{ close(): Promise<void> }> {
  const { redis, logger, concurrency, lockMs, requests } = settings;
  const { verifyConnection, giveUp } = createVerifyConnection(settings);

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
