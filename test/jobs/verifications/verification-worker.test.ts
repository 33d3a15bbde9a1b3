import { setTimeout as heldUp } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisAcceptanceStore } from '../../../adapters/redis/acceptance-store.ts';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { createRedisMessageLog } from '../../../adapters/redis/message-log.ts';
import { createRedisReplacements } from '../../../adapters/redis/replacements.ts';
import { createRedisThreads } from '../../../adapters/redis/threads.ts';
import { createLocalCheck } from '../../../jobs/checks/check.ts';
import { createProgressReporter } from '../../../jobs/progress-reporter.ts';
import { verificationQueueName } from '../../../jobs/verifications/verification-job.ts';
import { createVerificationQueue } from '../../../jobs/verifications/verification-queue.ts';
import { startVerificationWorker } from '../../../jobs/verifications/verification-worker.ts';
import { until } from '../../../simulations/until.ts';
import type { ChatAdapter } from '../../../src/chat/delivery/chat-adapter.ts';
import type { Message } from '../../../src/chat/model/message.ts';
import { createCipher } from '../../../src/connections/cipher.ts';
import { AppError } from '../../../src/errors.ts';
import { createLogger } from '../../../src/logger.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import { connectionOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { silent } from '../../support/silent.ts';
import { unnoted } from '../../support/unnoted.ts';

const providers = await loadProviders();

type Handed = Pick<ChatAdapter, 'post' | 'update' | 'directConversation'>;
const adapterWith = (handed: Handed): ChatAdapter => ({
  inviteHint: '',
  commandWord: '/xoap',
  linkTo: async () => undefined,
  paginate: (message) => [message],
  ...handed,
});

const waitFor = { person: 10, workspace: 10 };

describe('a worker', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openTestRedis();
  });
  afterAll(() => redis.close());

  /** Stores a connection whose credential nobody can open here. */
  async function storeSealed(name: string) {
    const connection = { ...connectionOf({ name }), id: `c-${name}` };
    const { workspaceId, id: connectionId } = connection;
    const cipher = createCipher([Buffer.alloc(32, 1)]);
    const sealed = await cipher.seal({ secretAccessKey: 'planted-secret' }, { workspaceId, connectionId });
    await createRedisConnectionStore(redis.patient, unnoted).create({ connection, sealed, once: name });
    const where = { askedBy: 'U1', conversationId: 'C1', trigger: 'command' } as const;
    return { workspaceId, connectionId, ...where };
  }

  function start(
    adapter: ChatAdapter,
    requests: Awaited<ReturnType<typeof createVerificationQueue>>,
    logger = silent,
  ) {
    const store = createRedisConnectionStore(redis.patient, unnoted);
    const replacements = createRedisReplacements(redis.patient);
    return startVerificationWorker({
      redis: redis.patient,
      requests,
      mendLater: requests.mendTwin,
      logger,
      concurrency: 1,
      lockMs: 10_000,
      serves: [],
      drawHomes: async () => undefined,
      threads: createRedisThreads(redis.patient, unnoted),
      editIntervalMs: 2_000,
      providers,
      store,
      history: createRedisHistory(redis.patient, unnoted),
      check: createLocalCheck({
        store,
        acceptances: createRedisAcceptanceStore(redis.patient),
        replacements,
        cipher: createCipher([Buffer.alloc(32, 2)]),
      }),
      adapterOf: () => adapter,
      messages: createRedisMessageLog(redis.patient),
      replacements,
      now: () => new Date(),
    });
  }

  it('says in the conversation that a credential cannot be opened, once, and leaves only a code in Redis', async () => {
    const said: Message[] = [];
    const adapter = adapterWith({
      post: async ({ conversationId }, message) => {
        said.push(message);
        return { conversationId, messageId: '1.1' };
      },
      update: async (_workspaceId, _ref, message) => void said.push(message),
      directConversation: async () => 'D1',
    });
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    const queue = await createVerificationQueue(redis.prompt, silent, waitFor);
    const worker = await start(adapter, queue, logger);

    await queue.request(await storeSealed('locked'));
    await until('the last word', () =>
      said.some(({ summary }) => summary.includes('by a fault of this bot')),
    );

    expect(said.filter(({ summary }) => summary.includes('fault'))).toHaveLength(1);
    const jobs = new Queue(verificationQueueName, { connection: redis.patient });
    const [job] = await jobs.getFailed();
    expect(job?.failedReason).toBe('connections.key-missing');
    expect(JSON.stringify(job)).not.toContain('planted');
    // The message names the run, and the log has a line about it.
    expect(lines.join('')).toMatch(new RegExp(`${job?.id}.*has failed for good`));
    await jobs.close();
    await worker.close();
    await queue.close();
  });

  it('waits out an outage of the platform, which is no failed attempt', async () => {
    const away = async () => {
      throw new AppError('Slack is away', { code: 'chat.unavailable', retryable: true });
    };
    const adapter = adapterWith({ post: away, update: away, directConversation: away });
    const requests = await createVerificationQueue(redis.prompt, silent, waitFor);
    const queue = new Queue(verificationQueueName, { connection: redis.patient });
    const worker = await start(adapter, requests);

    await requests.request(await storeSealed('outage'));

    const [job] = await until('the job to be put aside', async () => {
      const delayed = await queue.getDelayed();
      return delayed.length > 0 && delayed;
    });
    expect(job?.attemptsMade).toBe(0);
    expect(await queue.getFailed()).not.toContainEqual(expect.objectContaining({ id: job?.id }));
    await worker.close();
    await Promise.all([queue.close(), requests.close()]);
  });

  it('says later what it could not say when a run came to nothing, and keeps its turn until then', async () => {
    const said: string[] = [];
    const tried = Promise.withResolvers<void>();
    let isAway = true;
    const adapter = adapterWith({
      post: async ({ conversationId }) => ({ conversationId, messageId: '1.1' }),
      async update(_workspaceId, _ref, { summary }) {
        if (!isAway) return void said.push(summary);
        tried.resolve();
        throw new AppError('later', { code: 'chat.rate-limited', retryable: true, retryAfterMs: 120_000 });
      },
      directConversation: async () => 'D1',
    });
    await redis.prompt.flushdb();
    const requests = await createVerificationQueue(redis.prompt, silent, waitFor);
    const queue = new Queue(verificationQueueName, { connection: redis.patient });
    const worker = await start(adapter, requests);
    const request = await storeSealed('unsaid');
    await requests.request(request);
    await tried.promise;
    const [job] = await until('the failed job', async () => {
      const failed = await queue.getFailed();
      return failed.length > 0 && failed;
    });

    expect(await requests.request(request)).toBe('already-running');
    // The time that the worker has to say it by itself is over.
    await redis.prompt.hset(`bull:${verificationQueueName}:${job?.id}`, 'finishedOn', Date.now() - 600_000);
    isAway = false;
    await requests.mend();
    await until('the last word', () => said.some((text) => text.includes('by a fault of this bot')));

    await until('the end of its turn', async () => (await requests.request(request)) === 'queued');
    await worker.close();
    await Promise.all([queue.close(), requests.close()]);
  });
});

describe('the progress reporter', () => {
  it('sends the newest state only, once an interval, and nothing that is due after the end', async () => {
    const sent: number[] = [];
    const first = Promise.withResolvers<void>();
    const reporter = createProgressReporter(async (state: number) => {
      sent.push(state);
      first.resolve();
    }, 20);

    for (const state of [1, 2, 3]) reporter.report(state);
    await first.promise;
    reporter.report(4);
    await reporter.finish();

    expect(sent).toEqual([3]);
  });

  it('lands its edits in their order, however long one is held up', async () => {
    const landed: number[] = [];
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const reporter = createProgressReporter(async (state: number) => {
      begun.resolve();
      if (state === 1) await gate.promise;
      landed.push(state);
    }, 1);

    reporter.report(1);
    await begun.promise;
    reporter.report(2);
    const finished = reporter.finish();
    gate.resolve();
    await finished;
    landed.push(3);

    expect(landed).toEqual([1, 3]);
  });

  it('counts the interval from the end of an edit, however long one is held up', async () => {
    let ended = Number.NaN;
    const begun = Promise.withResolvers<void>();
    const second = Promise.withResolvers<number>();
    const reporter = createProgressReporter(async (state: number) => {
      if (state === 2) return second.resolve(performance.now());
      begun.resolve();
      await heldUp(100);
      ended = performance.now();
    }, 50);

    reporter.report(1);
    await begun.promise;
    reporter.report(2);

    // Timers count whole milliseconds.
    expect((await second.promise) - ended).toBeGreaterThanOrEqual(49);
    await reporter.finish();
  });

  it('waits for the edit that is under way, and takes no offence when one fails', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let isDone = false;
    const reporter = createProgressReporter(async () => {
      begun.resolve();
      await gate.promise;
      isDone = true;
      throw new Error('Slack is away');
    }, 1);

    reporter.report(1);
    await begun.promise;
    const finished = reporter.finish();
    gate.resolve();
    await finished;

    expect(isDone).toBe(true);
  });
});
