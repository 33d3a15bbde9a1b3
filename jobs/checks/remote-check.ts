import { randomUUID } from 'node:crypto';
import { type Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { unlessAborted } from '../../src/deadline.ts';
import { AppError } from '../../src/errors.ts';
import { readJson } from '../../src/json.ts';
import type { Logger } from '../../src/logger.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { defaultDeadlineMs } from '../../src/providers/run-verification.ts';
import { logFields, traceLink } from '../../src/tracing.ts';
import { onRedis, openQueue } from '../queues.ts';
import { type Check, type ConnectionCheck, unableToCheck } from './check.ts';
import { type CheckJob, CheckProgress, CheckResult, checkQueueName, checkResultKey } from './check-job.ts';

/** Milliseconds beyond the deadline of a verification that its answer may take. */
const slackMs = 15_000;

type Line = { readonly queue: Queue; readonly events: QueueEvents };

/** Whom a check is handed to: the first of some queues where anybody listens. */
export type Elsewhere = {
  readonly queues: readonly string[];
  /** Said where nobody does. */
  readonly nobody: AppError;
};

export type RemoteCheck = {
  /** Lets workers that serve the connection's provider carry it out. */
  readonly check: Check;
  /** Lets whoever listens to one of some queues carry it out, which may be there today and gone tomorrow. */
  at(elsewhere: Elsewhere, request: ConnectionCheck): ReturnType<Check>;
  close(): Promise<void>;
};

/** Lets workers elsewhere carry checks out. */
export function createRemoteCheck(redis: Redis, logger: Logger): RemoteCheck {
  const lines = new Map<string, Line>();

  function open(name: string): Line {
    const queue = openQueue(name, { redis, logger }, { streams: { events: { maxLen: 100 } } });
    const events = new QueueEvents(name, onRedis(redis));
    events.on('error', (err) => logger.debug({ err }, 'checks elsewhere'));
    return { queue, events };
  }

  /** The line to workers of a provider, which stays open. */
  function lineTo(name: string): Line {
    const line = lines.get(name) ?? open(name);
    lines.set(name, line);
    return line;
  }

  /** The first of some queues where anybody listens. */
  async function served(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      const queue = openQueue(name, { redis, logger });
      const count = await queue.getWorkersCount().finally(() => queue.close());
      if (count > 0) return name;
    }
    return undefined;
  }

  async function ask(
    { queue, events }: Line,
    { connection, provider, replacement, signal, onProgress, onBegin }: ConnectionCheck,
  ) {
    await events.waitUntilReady();
    const jobId = randomUUID();
    const waitMs = defaultDeadlineMs + slackMs;
    const expiresAt = new Date(Date.now() + waitMs).toISOString();
    const { workspaceId, id: connectionId } = connection;
    const { runId } = logFields();
    const asked = { workspaceId, connectionId, replacement, expiresAt };
    const data: CheckJob = { ...asked, runId, trace: traceLink() };
    const onEvent = (event: { jobId: string; data: unknown }) => {
      const progress = CheckProgress.safeParse(event.data);
      if (event.jobId === jobId && progress.success) onProgress(progress.data);
    };
    await onBegin?.();
    const job = await queue.add('check', data, { jobId, removeOnComplete: true, removeOnFail: true });
    events.on('progress', onEvent);
    try {
      // Its end may be lost while the result lies there.
      await unlessAborted(
        job.waitUntilFinished(events, waitMs).catch(() => undefined),
        signal,
      );
      const result = await redis.getdel(checkResultKey(jobId));
      if (result === null) throw noAnswer(provider);
      return readJson(result, CheckResult) ?? undefined;
    } finally {
      events.off('progress', onEvent);
      // What waits no more must not be carried out later; one that is under way cannot be removed.
      await job.remove().catch(() => undefined);
    }
  }

  const close = ({ queue, events }: Line) => Promise.all([queue.close(), events.close()]);

  /** Tells what stood in the way as a verification that could not be done. */
  async function told(request: ConnectionCheck, asked: () => ReturnType<Check>): ReturnType<Check> {
    try {
      return await asked();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return unableToCheck(request, error);
    }
  }

  return {
    check: (request) =>
      told(request, async () => {
        const line = lineTo(checkQueueName(request.provider.id));
        if ((await line.queue.getWorkersCount()) === 0) throw noWorker(request.provider);
        return ask(line, request);
      }),
    at: ({ queues, nobody }, request) =>
      told(request, async () => {
        const name = await served(queues);
        if (name === undefined) throw nobody;
        const line = open(name);
        try {
          return await ask(line, request);
        } finally {
          await close(line);
        }
      }),
    async close() {
      await Promise.all([...lines.values()].map(close));
    },
  };
}

function noWorker({ label }: Provider): AppError {
  return new AppError(`No worker of this bot serves ${label} right now`, {
    code: 'verification.no-worker',
    hint: 'Its operator starts one, near the systems that it calls, with XOAP_WORKER_PROVIDERS (docs/operations.md). Then verify again.',
  });
}

function noAnswer({ label }: Provider): AppError {
  return new AppError(`The worker for ${label} gave no answer in time`, {
    code: 'verification.timed-out',
    hint: 'It may have been stopped in between. Verify again; if it stays so, tell the operator of the bot.',
  });
}
