import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../src/logger.ts';
import type { ProviderId, Providers } from '../../src/providers/provider.ts';
import type { Progress } from '../../src/providers/run-verification.ts';
import { createProgressReporter } from '../progress-reporter.ts';
import { createLocalCheck, type LocalCheckDependencies } from './check.ts';
import { CheckJob, checkQueueName, checkResultKey } from './check-job.ts';

export type CheckWorkerSettings = LocalCheckDependencies & {
  readonly redis: Redis;
  readonly logger: Logger;
  readonly providers: Providers;
  /** The providers that this process serves. */
  readonly serves: readonly ProviderId[];
  readonly concurrency: number;
  readonly lockMs: number;
  /** Milliseconds between two words about the progress. */
  readonly progressIntervalMs: number;
};

/** Starts to carry out checks for some providers; needs nothing but Redis and what it calls. */
export async function startCheckWorkers(settings: CheckWorkerSettings): Promise<{ close(): Promise<void> }> {
  const { redis, logger, providers, serves, concurrency, lockMs, store, progressIntervalMs } = settings;
  const check = createLocalCheck(settings);

  async function carryOut(
    { workspaceId, connectionId }: CheckJob,
    { signal, tell }: { signal: AbortSignal; tell: (progress: Progress) => Promise<void> },
  ) {
    const connection = await store.find(workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    if (!connection || !provider) return null;
    const reporter = createProgressReporter(tell, progressIntervalMs);
    try {
      return (await check({ connection, provider, signal, onProgress: reporter.report })) ?? null;
    } finally {
      await reporter.finish();
    }
  }

  const workers = serves.map((provider) => {
    const worker = new Worker<CheckJob, void>(
      checkQueueName(provider),
      async (job, _token, signal = new AbortController().signal) => {
        try {
          const tell = (progress: Progress) => job.updateProgress({ ...progress });
          const asked = CheckJob.parse(job.data);
          // Nobody waits for it any more, and it could cost a try of the password.
          if (Date.parse(asked.expiresAt) < Date.now()) return;
          const result = await carryOut(asked, { signal, tell });
          await redis.set(checkResultKey(job.id ?? ''), JSON.stringify(result), 'EX', 120);
        } catch (err) {
          logger.error({ err, runId: job.id }, 'a check could not be carried out');
          // Texts of libraries may hold what was sent, and this one reaches Redis.
          // biome-ignore lint/style/useErrorCause: the cause may hold a secret
          throw new Error('internal fault');
        }
      },
      // A check that was under way when its worker died is not begun again: it would sign in a second time.
      { connection: redis, concurrency, lockDuration: lockMs, stalledInterval: lockMs, maxStalledCount: 0 },
    );
    worker.on('error', (err) => logger.debug({ err }, 'check worker'));
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
