import type { Job } from 'bullmq';
import type { ProviderId } from '../../src/catalog/profile.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Providers } from '../../src/providers/provider.ts';
import type { Progress } from '../../src/providers/run-verification.ts';
import { continuing, inRun } from '../../src/tracing.ts';
import { type Listener, listen, together, type WorkerDependencies } from '../listen.ts';
import { createProgressReporter } from '../progress-reporter.ts';
import { readJob } from '../read-job.ts';
import { createLocalCheck, type LocalCheckDependencies } from './check.ts';
import { CheckJob, checkQueueName, checkResultKey } from './check-job.ts';

export type CheckWorkerDependencies = LocalCheckDependencies &
  WorkerDependencies & {
    readonly store: Pick<ConnectionStore, 'find' | 'sealedCredential'>;
    readonly providers: Providers;
    readonly concurrency: number;
    /** Milliseconds between two words about the progress. */
    readonly progressIntervalMs: number;
  };

/** Seconds for which a result lies ready. */
const keptSeconds = 120;

/** Starts to carry out the checks of a queue; needs nothing but Redis and what it calls. */
export async function listenForChecks(
  queue: string,
  dependencies: CheckWorkerDependencies,
): Promise<Listener> {
  const { redis, providers, concurrency, store, progressIntervalMs } = dependencies;
  const check = createLocalCheck(dependencies);

  async function carryOut(
    { workspaceId, connectionId, replacement }: CheckJob,
    job: Job,
    signal: AbortSignal,
  ) {
    const connection = await store.find(workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    if (!connection || !provider) return null;
    const tell = (progress: Progress) => job.updateProgress({ ...progress });
    const reporter = createProgressReporter(tell, progressIntervalMs);
    try {
      return (
        (await check({ connection, provider, replacement, signal, onProgress: reporter.report })) ?? null
      );
    } finally {
      await reporter.finish();
    }
  }

  return listen(dependencies, {
    queue,
    concurrency,
    what: 'a check',
    // A check that was under way when its worker died is not begun again: it would sign in a second time.
    mostDeaths: 0,
    async work(job, signal) {
      const asked = readJob(CheckJob, job.data);
      // Nobody waits for it any more, and it could cost a try of the password.
      if (Date.parse(asked.expiresAt) < Date.now()) return;
      const result = await continuing(asked.trace, () =>
        inRun(asked.runId, () => carryOut(asked, job, signal)),
      );
      await redis.set(checkResultKey(job.id ?? ''), JSON.stringify(result), 'EX', keptSeconds);
    },
  });
}

/** Starts to carry out checks for some providers. */
export async function startCheckWorkers(
  serves: readonly ProviderId[],
  dependencies: CheckWorkerDependencies,
): Promise<Listener> {
  const listeners = serves.map((provider) => listenForChecks(checkQueueName(provider), dependencies));
  return together(await Promise.all(listeners));
}
