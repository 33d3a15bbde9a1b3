import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisOutbox } from '../../../jobs/reports/outbox.ts';
import { createRedisPlans } from '../../../jobs/reports/plan.ts';
import { reportCheckQueueName, reportQueueName } from '../../../jobs/reports/report-job.ts';
import { createReportQueue } from '../../../jobs/reports/report-queue.ts';
import { startReportWorker } from '../../../jobs/reports/report-worker.ts';
import { createRedisSlots } from '../../../jobs/reports/slots.ts';
import { batchSize } from '../../../jobs/reports/verify-batch.ts';
import { until } from '../../../simulations/until.ts';
import { storesOn } from '../../../src/app/stores.ts';
import type { ChatAdapter } from '../../../src/chat/delivery/chat-adapter.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { silent } from '../../support/silent.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());

it('a report about more connections than are verified at once is about all of them, each once, with few jobs at a time', async () => {
  const workspaceId = 'slack:T1';
  const total = 2 * batchSize + 50;
  const stores = storesOn(redis.patient, silent);
  const ids = Array.from({ length: total }, (_none, index) => `c-${String(index).padStart(5, '0')}`);
  await Promise.all(
    ids.map((id) =>
      stores.store.create({ connection: connectionOf({ id, name: id, workspaceId }), sealed: 's', once: id }),
    ),
  );
  const posts: string[] = [];
  const adapter: ChatAdapter = {
    inviteHint: '',
    commandWord: '/xoap',
    paginate: (message) => [message],
    linkTo: async () => undefined,
    async post({ conversationId }, { summary }) {
      posts.push(summary);
      return { conversationId, messageId: String(posts.length) };
    },
    update: async () => undefined,
    directConversation: async () => 'D1',
  };
  const checked: string[] = [];
  let mostJobs = 0;
  const checks = new Queue(reportCheckQueueName('aws'), { connection: redis.patient });
  const queue = await createReportQueue(redis.patient, silent);
  const worker = await startReportWorker({
    ...stores,
    redis: redis.patient,
    queue,
    logger: silent,
    lockMs: 10_000,
    providers: await loadProviders(),
    async check({ connection }) {
      checked.push(connection.id);
      const {
        waiting = 0,
        delayed = 0,
        active = 0,
      } = await checks.getJobCounts('waiting', 'delayed', 'active');
      mostJobs = Math.max(mostJobs, waiting + delayed + active);
      return verificationOf({}, { startedAt: new Date().toISOString() });
    },
    adapterOf: () => adapter,
    mendLater: async () => undefined,
    outbox: createRedisOutbox(redis.patient),
    plans: createRedisPlans(redis.patient),
    slots: createRedisSlots(redis.patient, { mostAtOnce: total, leaseMs: 10_000 }),
    spreadMs: 0,
    checksAtOnce: 20,
    timeZone: 'UTC',
    maxKeyAgeDays: 90,
    sweep: async () => undefined,
    now: () => new Date(),
  });

  await queue.request({ workspaceId, askedBy: 'U1', conversationId: 'C1' });
  await until('the report', () => posts.length > 0, 60_000);
  expect(posts[0]).toBe(`✅ Report — all ${total.toLocaleString('en-US')} connections can build images`);
  expect(checked.toSorted()).toEqual(ids);
  expect(mostJobs).toBeGreaterThan(batchSize / 2);
  expect(mostJobs).toBeLessThanOrEqual(batchSize);
  const kept = await redis.patient.keys(`bull:${reportQueueName}:r-*`);
  expect(kept.length).toBeLessThan(10);
  await worker.close();
  await Promise.all([queue.close(), checks.close()]);
});
