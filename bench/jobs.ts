import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Worker as BullMqWorker, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { createRedisAcceptanceStore } from '../adapters/redis/acceptance-store.ts';
import { createRedisConnectionStore } from '../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../adapters/redis/history.ts';
import { createRedisMessageLog } from '../adapters/redis/message-log.ts';
import { createRedisReplacements } from '../adapters/redis/replacements.ts';
import { createRedisThreads } from '../adapters/redis/threads.ts';
import { createLocalCheck } from '../jobs/checks/check.ts';
import { verificationQueueName } from '../jobs/verifications/verification-job.ts';
import { createVerificationQueue } from '../jobs/verifications/verification-queue.ts';
import { startVerificationWorker } from '../jobs/verifications/verification-worker.ts';
import { createCipher } from '../src/connections/cipher.ts';
import { type Metrics, noMetrics } from '../src/metrics.ts';
import { loadProviders } from '../src/providers/registry.ts';
import { silent } from '../test/support/silent.ts';
import { unnoted } from '../test/support/unnoted.ts';
import { measure, type Row } from './measure.ts';

const providers = await loadProviders();

const jobs = 2_000;
const concurrency = 8;

const request = { workspaceId: 'slack:T1', askedBy: 'U1', conversationId: 'C1', trigger: 'command' } as const;

type Worker = { close(): Promise<void> };

/** Fills our queue, starts a worker, and counts the jobs a second until it has nothing left to do. */
export async function drain(redis: Redis, start: () => Promise<Worker>): Promise<number[]> {
  const queue = await createVerificationQueue(redis, silent, { person: 1_000_000, workspace: 1_000_000 });
  await Promise.all(
    Array.from({ length: jobs }, () => queue.request({ ...request, connectionId: randomUUID() })),
  );
  const connection = redis.duplicate();
  const events = new QueueEvents(verificationQueueName, { connection });
  await events.waitUntilReady();
  const all = Promise.withResolvers<void>();
  let done = 0;
  events.on('completed', () => {
    done += 1;
    if (done === jobs) all.resolve();
  });
  const started = performance.now();
  const worker = await start();
  await all.promise;
  const seconds = (performance.now() - started) / 1_000;
  await worker.close();
  await Promise.all([events.close(), queue.close()]);
  connection.disconnect();
  await redis.flushdb();
  return [jobs / seconds];
}

/**
 * Our worker and job handler, up to the point where a provider would be called: the connections are gone, so each job
 * is claimed, parsed, looked up and ended.
 */
export function ours(redis: Redis, metrics: Metrics = noMetrics): Promise<Worker> {
  return startVerificationWorker({
    redis,
    metrics,
    requests: { request: undefined as never, drawHomes: async () => undefined, mend: async () => undefined },
    drawHomes: async () => undefined,
    logger: silent,
    concurrency,
    lockMs: 10_000,
    serves: [],
    threads: createRedisThreads(redis, unnoted),
    editIntervalMs: 2_000,
    providers,
    store: createRedisConnectionStore(redis, unnoted),
    history: createRedisHistory(redis, unnoted),
    check: createLocalCheck({
      store: createRedisConnectionStore(redis, unnoted),
      acceptances: createRedisAcceptanceStore(redis),
      replacements: createRedisReplacements(redis),
      cipher: createCipher([Buffer.alloc(32)]),
      metrics,
    }),
    adapterOf: undefined as never,
    mendLater: undefined as never,
    messages: createRedisMessageLog(redis),
    replacements: createRedisReplacements(redis),
    now: () => new Date(),
  });
}

async function empty(redis: Redis): Promise<Worker> {
  const worker = new BullMqWorker(verificationQueueName, async () => undefined, {
    connection: redis,
    concurrency,
  });
  await worker.waitUntilReady();
  return worker;
}

/** Our worker and handler against an empty handler of BullMQ, on the same queue at equal concurrency. */
export async function jobsPerSecond(redisUrl: string): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  await once(redis, 'ready');
  const goal = {
    name: 'jobs a second up to the call of a provider, against an empty handler',
    unit: '/s',
    bar: { atLeast: 0.5 },
  };
  const rows = await measure([goal], {
    product: () => drain(redis, () => ours(redis)),
    baseline: () => drain(redis, () => empty(redis)),
  });
  await redis.quit();
  return rows;
}
