import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Line, type Listener, listen } from '../../jobs/listen.ts';
import { until } from '../../simulations/until.ts';
import { AppError } from '../../src/errors.ts';
import { openTestRedis, type TestRedis } from '../support/redis.ts';
import { silent } from '../support/silent.ts';

describe('a worker', () => {
  const name = 'test-line';
  let redis: TestRedis;
  let queue: Queue;
  let listener: Listener | undefined;
  beforeAll(async () => {
    redis = await openTestRedis();
    queue = new Queue(name, { connection: redis.patient });
  });
  afterEach(async () => {
    await listener?.close();
    await queue.obliterate({ force: true });
  });
  afterAll(async () => {
    await queue.close();
    await redis.close();
  });

  async function start(line: Pick<Line, 'work' | 'giveUp'>, lockMs = 10_000): Promise<void> {
    const dependencies = { redis: redis.patient, logger: silent, lockMs };
    listener = await listen(dependencies, { queue: name, concurrency: 1, what: 'a test', ...line });
  }

  it('puts a job aside where its fault passes by itself, and fails it elsewhere, with a code alone', async () => {
    const faults: Record<string, Error> = {
      limited: new AppError('secret', { code: 'chat.rate-limited', retryable: true, retryAfterMs: 60_000 }),
      broken: new Error('a secret'),
    };
    const told: string[] = [];
    await start({
      work: async (job) => {
        throw faults[job.name];
      },
      giveUp: async (job) => void told.push(job.name),
    });

    const [limited, broken] = await Promise.all([queue.add('limited', {}), queue.add('broken', {})]);

    await until('the last word', () => told.length > 0);
    expect(told).toEqual(['broken']);
    const failed = await queue.getJob(broken.id ?? '');
    expect(failed?.failedReason).toBe('internal fault');
    await until('the other job', async () => (await limited.getState()) === 'delayed');
    expect((await queue.getJob(limited.id ?? ''))?.attemptsMade).toBe(0);
  });

  it('stops a job whose lock was lost, since another worker takes it up', async () => {
    const begun = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<unknown>();
    await start(
      {
        async work(_job, signal) {
          begun.resolve();
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }).catch((reason: unknown) => {
            stopped.resolve(reason);
          });
        },
      },
      200,
    );
    const job = await queue.add('long', {});
    await begun.promise;

    await redis.patient.set(`bull:${name}:${job.id}:lock`, 'another worker', 'PX', 60_000);

    expect(String(await stopped.promise)).toContain('its lock was lost');
  });

  it('lets what runs end when it is closed, and takes nothing new', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const done: string[] = [];
    await start({
      async work(job) {
        begun.resolve();
        await gate.promise;
        done.push(job.name);
      },
    });
    await queue.add('first', {});
    await begun.promise;

    const closed = listener?.close();
    await queue.add('second', {});
    gate.resolve();
    await closed;

    expect(done).toEqual(['first']);
    expect(await queue.getWaitingCount()).toBe(1);
  });
});
