import type { Job } from 'bullmq';
import type { ProviderId } from '../../src/catalog/profile.ts';
import { createTwins } from '../../src/chat/delivery/twins.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import { continuing, traced } from '../../src/tracing.ts';
import { type Listener, listen, type WorkerDependencies } from '../listen.ts';
import { workerName } from '../queue-status.ts';
import { readJob } from '../read-job.ts';
import { createMendTurns } from './mend-turns.ts';
import { createTellRemoved } from './tell-removed.ts';
import { createTickets, isTicket } from './tickets.ts';
import { createTurns } from './turns.ts';
import {
  AskedVerification,
  HomesJob,
  homesJobName,
  laterJobName,
  mendJobName,
  RemovedJob,
  removedJobName,
  TwinJob,
  twinJobName,
  VerificationJob,
  verificationQueueName,
} from './verification-job.ts';
import { openVerificationQueue, type VerificationQueue } from './verification-queue.ts';
import { createVerifyConnection, type Run, type VerifyConnectionDependencies } from './verify-connection.ts';

export type VerificationWorkerDependencies = VerifyConnectionDependencies &
  WorkerDependencies & {
    /** Where a verification that was asked for later is asked for when its time has come. */
    readonly requests: Pick<VerificationQueue, 'request' | 'drawHomes' | 'mend'>;
    /** Draws the Homes of a workspace anew. */
    readonly drawHomes: (workspaceId: string) => Promise<void>;
    readonly concurrency: number;
    /** The providers whose connections this process verifies by itself; all of them where empty. */
    readonly serves: readonly ProviderId[];
  };

/** Milliseconds between two looks for turns that a dead process left. */
const mendMs = 60_000;

/** Starts a worker that takes verifications off the queue; resolves when it listens. */
export async function startVerificationWorker(
  dependencies: VerificationWorkerDependencies,
): Promise<Listener> {
  const { concurrency, requests, serves, drawHomes, logger } = dependencies;
  const { verifyConnection, giveUp } = createVerifyConnection(dependencies);
  const tellRemoved = createTellRemoved(dependencies);
  const twins = createTwins(dependencies);
  const queue = openVerificationQueue(dependencies.redis, logger);
  const turns = createTurns(dependencies.redis);
  const tickets = createTickets({ queue, turns, concurrency });

  async function verify({ id: runId = '', data, attemptsStarted }: Job, signal: AbortSignal): Promise<void> {
    const job = readJob(VerificationJob, data);
    const { workspaceId, connectionId, trigger: kind, trace } = job;
    const run = { id: runId, job, isRepeated: attemptsStarted > 1, signal };
    await continuing(trace, () =>
      traced('verification', { runId, workspaceId, connectionId, kind }, () => verifyRun(run)),
    );
  }

  async function verifyRun(run: Run): Promise<void> {
    const { id, job } = run;
    try {
      await verifyConnection(run);
    } catch (error) {
      if (!isAppError(error, 'workspaces.ended')) throw error;
      // Nobody is left to answer; its turn goes to somebody else.
      return logger.info({ err: error, runId: id }, 'a verification was dropped: its workspace has ended');
    }
    await requests.drawHomes(job.workspaceId);
  }

  /** Asks for what was planned; where too much waits, in a minute again. */
  async function askAgain(job: VerificationJob): Promise<void> {
    const outcome = await continuing(job.trace, () => requests.request(job));
    if (typeof outcome === 'object')
      throw new AppError('Too much waits', { code: 'jobs.no-turn', retryable: true, retryAfterMs: 60_000 });
  }

  /** Who waits for a job; undefined where nobody does. A ticket carries what asked for it until it has its turn. */
  async function waitsFor({ id = '', name, data }: Job): Promise<AskedVerification | undefined> {
    if (name in chores) return undefined;
    if (!isTicket({ id })) return readJob(AskedVerification, data);
    const held = await turns.held(id);
    return held === undefined ? undefined : readJob(AskedVerification, JSON.parse(held));
  }

  /** Says that a run came to nothing. It keeps its turn while that cannot be said, so that it is said later (`mendTurns`). */
  async function giveUpOn(given: Job): Promise<void> {
    const { id = '' } = given;
    try {
      const job = await waitsFor(given);
      if (job) await giveUp({ id, job });
    } catch (error) {
      if (!isAppError(error) || !error.retryable) await turns.release(id);
      throw error;
    }
    await turns.release(id);
  }

  const mendTurns = createMendTurns({ turns, queue, logger, giveUp: giveUpOn });
  /** What else comes, for which nobody waits, by the name of the job. */
  const chores: Readonly<Record<string, (data: unknown) => Promise<void>>> = {
    [removedJobName]: (data) => tellRemoved(readJob(RemovedJob, data)),
    [homesJobName]: (data) => drawHomes(readJob(HomesJob, data).workspaceId),
    [mendJobName]: mendTurns,
    [twinJobName]: (data) => twins.mend(readJob(TwinJob, data)),
  };

  const listener = await listen(dependencies, {
    queue: verificationQueueName,
    concurrency,
    name: workerName(serves),
    what: 'a verification',
    async work(job, signal) {
      const { name, data } = job;
      const chore = chores[name];
      if (chore) return chore(data);
      if (name === laterJobName) return askAgain(readJob(VerificationJob, data));
      if (!isTicket(job)) return verify(job, signal);
      const asked = await tickets.take(job.id ?? '', signal);
      if (asked === undefined) return;
      // What it carries is what it does, for whoever looks at the job.
      await job.updateData(asked);
      await verify(job, signal);
      await turns.release(job.id ?? '');
    },
    giveUp: giveUpOn,
  });
  // What died before this process started is mended by whoever starts, and once in a while.
  const mend = () =>
    requests.mend().catch((err: unknown) => logger.warn({ err }, 'turns are not mended now'));
  await mend();
  const timer = setInterval(mend, mendMs).unref();
  return {
    async close() {
      clearInterval(timer);
      await listener.close();
      await queue.close();
    },
  };
}
