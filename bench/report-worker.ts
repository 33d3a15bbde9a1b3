import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { paginate } from '../adapters/slack/paginate.ts';
import { createRedisOutbox } from '../jobs/reports/outbox.ts';
import { createRedisPlans } from '../jobs/reports/plan.ts';
import { createReportQueue } from '../jobs/reports/report-queue.ts';
import { startReportWorker } from '../jobs/reports/report-worker.ts';
import { createRedisSlots } from '../jobs/reports/slots.ts';
import { growInSmallSteps } from '../src/app/heap.ts';
import { storesOn } from '../src/app/stores.ts';
import type { ChatAdapter } from '../src/chat/delivery/chat-adapter.ts';
import { loadProviders } from '../src/providers/registry.ts';
import { verificationOf } from '../test/support/findings.ts';
import { silent } from '../test/support/silent.ts';

// What makes reports, in a process of its own, so that its memory is nobody else's: the product's worker, whose checks and
// whose platform answer at once. Every tenth connection lacks something. Says when it is ready and when a report was sent.

const redis = new Redis(process.env.REDIS_URL ?? '', { maxRetriesPerRequest: null });
await once(redis, 'ready');
const stores = storesOn(redis, silent);
const queue = await createReportQueue(redis, silent);
const outbox = createRedisOutbox(redis);
const now = () => new Date();

const adapter: ChatAdapter = {
  inviteHint: '',
  commandWord: '/xoap',
  paginate,
  linkTo: async () => undefined,
  post: async ({ conversationId }) => ({ conversationId, messageId: randomUUID() }),
  update: async () => undefined,
  directConversation: async () => 'D1',
};

const worker = await startReportWorker({
  ...stores,
  redis,
  queue,
  logger: silent,
  lockMs: 10_000,
  providers: await loadProviders(),
  check: async ({ connection }) => {
    const lacks = Number.parseInt(connection.id.slice(-1), 10) === 7;
    const startedAt = now().toISOString();
    // Without an account: those of one account wait for each other.
    const target = { region: 'eu-central-1' };
    return verificationOf(lacks ? { 'ec2:CreateImage': 'missing' } : {}, { startedAt, target });
  },
  adapterOf: () => adapter,
  mendLater: async () => undefined,
  outbox: {
    ...outbox,
    async letGo(runId) {
      await outbox.letGo(runId);
      console.log('sent');
    },
  },
  plans: createRedisPlans(redis),
  slots: createRedisSlots(redis, { mostAtOnce: 2, leaseMs: 10_000 }),
  spreadMs: 0,
  checksAtOnce: 10,
  timeZone: 'UTC',
  maxKeyAgeDays: 90,
  sweep: async () => undefined,
  now,
});
process.once('SIGTERM', async () => {
  await worker.close();
  process.exit(0);
});
growInSmallSteps();
console.log('ready');
