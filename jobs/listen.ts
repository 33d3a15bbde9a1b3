import { DelayedError, type Job, Worker, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { late, within } from '../src/deadline.ts';
import { isAppError } from '../src/errors.ts';
import type { Logger } from '../src/logger.ts';
import type { Metrics } from '../src/metrics.ts';
import { factsOf } from './job-facts.ts';
import { publicFailure, waitAfter } from './job-faults.ts';
import { onRedis } from './queues.ts';

/** What every worker of the bot needs. */
export type WorkerDependencies = {
  readonly redis: Redis;
  readonly logger: Logger;
  /** Milliseconds after which the job of a worker that died may be taken up by another. */
  readonly lockMs: number;
  /** Counts jobs that end. */
  readonly metrics?: Pick<Metrics, 'ended'> | undefined;
};

export type Line = {
  readonly queue: string;
  /** Jobs that this process carries out at once. */
  readonly concurrency: number;
  /** What its jobs are, for the log: `a verification`. */
  readonly what: string;
  /** Carries one job out, which may have been begun before. The signal comes when the job was given to another worker. */
  readonly work: (job: Job, signal: AbortSignal) => Promise<void>;
  /** Says so where it was waited for that a job has failed for good: not when it will be tried again. */
  readonly giveUp?: (job: Job) => Promise<void>;
  /** How often a job may lose its worker before it fails. */
  readonly mostDeaths?: number;
  /** What others know the worker by. */
  readonly name?: string;
  readonly repeatStrategy?: NonNullable<WorkerOptions['settings']>['repeatStrategy'];
};

/** A worker that listens. */
export type Listener = {
  /** Takes nothing new, and lets what runs end for some time; after that another worker takes it up. */
  close(): Promise<void>;
};

/** Milliseconds that running jobs get to end when a worker is closed; less while Redis is away, where they cannot. */
const closeGraceMs = { usual: 12_000, away: 3_000 };
/** Milliseconds that a worker gets that is cut off. */
const forcedMs = 1_000;

/**
 * Starts to carry out the jobs of a queue; resolves when it listens. A job whose lock is lost is stopped, since another
 * worker takes it up. A fault is logged with the job's id; of its text only a code reaches Redis.
 */
export async function listen(
  { redis, logger, lockMs, metrics }: WorkerDependencies,
  line: Line,
): Promise<Listener> {
  const { queue, concurrency, what, work, giveUp, mostDeaths = 3, repeatStrategy, name } = line;

  async function carryOut(job: Job, token: string | undefined, signal: AbortSignal): Promise<void> {
    try {
      await work(job, signal);
    } catch (fault) {
      // Nobody is left to answer, and no later try finds anybody.
      if (isAppError(fault, 'workspaces.ended'))
        return logger.info({ ...factsOf(job), err: fault }, `${what} was dropped: its workspace has ended`);
      const wait = waitAfter(fault, { ageMs: Date.now() - job.timestamp });
      if (wait !== undefined) return putAside(job, token, wait);
      logger.error({ ...factsOf(job), err: fault }, `${what} could not be done`);
      throw publicFailure(fault);
    }
  }

  const worker = new Worker(
    queue,
    // BullMQ makes a signal only for a function that declares three parameters, none of them with a default.
    (job, token, signal) => carryOut(job, token, signal ?? new AbortController().signal),
    {
      ...onRedis(redis),
      concurrency,
      ...(name !== undefined && { name }),
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: mostDeaths,
      ...(repeatStrategy && { settings: { repeatStrategy } }),
    },
  );
  worker.on('completed', () => metrics?.ended({ queue, outcome: 'completed' }));
  worker.on('stalled', () => metrics?.ended({ queue, outcome: 'stalled' }));
  worker.on('error', (err) => logger.debug({ err, queue }, 'worker'));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'its lock was lost');
  });
  worker.on('failed', (job) => {
    metrics?.ended({ queue, outcome: 'failed' });
    if (!job || !giveUp) return;
    tellIfOver(job, giveUp, (reason) =>
      logger.error({ ...factsOf(job), reason }, `${what} has failed for good`),
    ).catch((err: unknown) => {
      logger.error({ ...factsOf(job), err }, `could not say that ${what} failed`);
    });
  });
  await worker.waitUntilReady();
  return {
    async close() {
      const grace = redis.status === 'ready' ? closeGraceMs.usual : closeGraceMs.away;
      const isEnded = (await within(grace, worker.close())) !== late;
      // It does not end by itself while Redis does not answer: https://github.com/taskforcesh/bullmq/issues/4656
      if (!isEnded) await within(forcedMs, worker.close(true));
    },
  };
}

/** Puts a job aside for a while, which is no failed attempt. Never resolves: the worker takes what it throws as its word. */
async function putAside(job: Job, token: string | undefined, waitMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + waitMs, token);
  throw new DelayedError();
}

async function tellIfOver(
  job: Job,
  giveUp: (job: Job) => Promise<void>,
  log: (reason: string) => void,
): Promise<void> {
  if ((await job.getState()) !== 'failed') return;
  // The line that people are told to look for, also where the job lost its workers and no fault was caught.
  log(job.failedReason);
  await giveUp(job);
}

/** Several workers as one: they are closed together, so that each has the whole time to end. */
export function together(listeners: readonly Listener[]): Listener {
  return {
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}
