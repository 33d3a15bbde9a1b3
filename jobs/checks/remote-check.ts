import { randomUUID } from 'node:crypto';
import { type Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ProviderId } from '../../src/catalog/catalog.ts';
import { unlessAborted } from '../../src/deadline.ts';
import { AppError } from '../../src/errors.ts';
import { readJson } from '../../src/json.ts';
import type { Logger } from '../../src/logger.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { defaultDeadlineMs } from '../../src/providers/run-verification.ts';
import { onRedis, openQueue } from '../queues.ts';
import { type Check, type ConnectionCheck, unableToCheck } from './check.ts';
import { type CheckJob, CheckProgress, CheckResult, checkQueueName, checkResultKey } from './check-job.ts';

/** Milliseconds beyond the deadline of a verification that its answer may take. */
const slackMs = 15_000;

type Line = { readonly queue: Queue; readonly events: QueueEvents };

export type RemoteCheck = { readonly check: Check; close(): Promise<void> };

/** Lets workers elsewhere carry checks out, those that serve a connection's provider. */
export function createRemoteCheck(redis: Redis, logger: Logger): RemoteCheck {
  const lines = new Map<ProviderId, Line>();

  function lineTo(provider: ProviderId): Line {
    const known = lines.get(provider);
    if (known) return known;
    const name = checkQueueName(provider);
    const queue = openQueue(name, { redis, logger }, { streams: { events: { maxLen: 100 } } });
    const events = new QueueEvents(name, onRedis(redis));
    events.on('error', (err) => logger.debug({ err }, 'checks elsewhere'));
    lines.set(provider, { queue, events });
    return { queue, events };
  }

  async function ask({ connection, provider, replacement, signal, onProgress, onBegin }: ConnectionCheck) {
    const { queue, events } = lineTo(provider.id);
    await events.waitUntilReady();
    if ((await queue.getWorkersCount()) === 0) throw noWorker(provider);
    const jobId = randomUUID();
    const waitMs = defaultDeadlineMs + slackMs;
    const expiresAt = new Date(Date.now() + waitMs).toISOString();
    const { workspaceId, id: connectionId } = connection;
    const data: CheckJob = { workspaceId, connectionId, replacement, expiresAt };
    const onEvent = (event: { jobId: string; data: unknown }) => {
      const progress = CheckProgress.safeParse(event.data);
      if (event.jobId === jobId && progress.success) onProgress(progress.data);
    };
    await onBegin?.();
    const job = await queue.add('check', data, { jobId, removeOnComplete: true, removeOnFail: true });
    events.on('progress', onEvent);
    try {
      const finished = job.waitUntilFinished(events, waitMs).catch(() => {
        throw noAnswer(provider);
      });
      await unlessAborted(finished, signal);
      const result = await redis.getdel(checkResultKey(jobId));
      if (result === null) throw noAnswer(provider);
      return readJson(result, CheckResult) ?? undefined;
    } finally {
      events.off('progress', onEvent);
      // What waits no more must not be carried out later; one that is under way cannot be removed.
      await job.remove().catch(() => undefined);
    }
  }

  return {
    async check(request) {
      try {
        return await ask(request);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return unableToCheck(request, error);
      }
    },
    async close() {
      await Promise.all([...lines.values()].flatMap(({ queue, events }) => [queue.close(), events.close()]));
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
