import { Queue, UnrecoverableError, Worker } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createReadBotStatus, workerName } from '../../jobs/queue-status.ts';
import { verificationQueueName } from '../../jobs/verifications/verification-job.ts';
import { until } from '../../simulations/until.ts';
import { statusMessage } from '../../src/chat/messages/status-message.ts';
import { plainText } from '../../src/chat/model/message.ts';
import { createAws } from '../../src/providers/aws/provider.ts';
import { providersOf } from '../../src/providers/registry.ts';
import { openTestRedis } from '../support/redis.ts';
import { silent } from '../support/silent.ts';

let redis: Awaited<ReturnType<typeof openTestRedis>>;
let queue: Queue;
let status: ReturnType<typeof createReadBotStatus>;
beforeAll(async () => {
  redis = await openTestRedis();
  queue = new Queue(verificationQueueName, { connection: redis.patient });
  status = createReadBotStatus(redis.prompt, {
    providers: ['aws', 'vsphere'],
    logger: silent,
  });
});
afterAll(async () => {
  await status.close();
  await queue.close();
  await redis.close();
});

const wordsOf = async (workspaceId: string) => {
  const message = statusMessage(await status.read(workspaceId), {
    providers: providersOf([createAws()]).all,
    names: new Map([['c-1', 'prod-eu']]),
    unreadable: 0,
  });
  const list = message.parts.find((part) => part.kind === 'list');
  return [message.summary, ...(list?.items.map(plainText) ?? [])];
};

it('says that nobody works, and what waits', async () => {
  await queue.add('verify', { workspaceId: 'slack:T1', connectionId: 'c-1' }, { jobId: 'run-1' });
  await queue.add('verify', { workspaceId: 'slack:T2', connectionId: 'c-2' }, { delay: 60_000 });

  expect(await wordsOf('slack:T1')).toEqual([
    '⚠️ The bot is here, but no worker is there, so nothing is verified until one is',
    'Verifications: 0 running, 1 waiting, 1 planned',
    'Reports: 0 running, 0 waiting, 0 planned',
    'Workers that answer: 0; that verify: AWS 0',
    'No fault of this workspace in the last 7 days',
  ]);
});

it('tells the faults of a workspace to nobody else, and which workers verify what', async () => {
  const name = workerName(['aws']);
  const worker = new Worker(
    verificationQueueName,
    async () => {
      throw new UnrecoverableError('connections.key-missing');
    },
    { connection: redis.patient, name },
  );
  await until('the fault', async () => (await queue.getFailedCount()) === 1);

  const mine = await wordsOf('slack:T1');
  expect(mine[0]).toBe('✅ The bot is working');
  expect(mine.slice(3)).toEqual([
    'Workers that answer: 1; that verify: AWS 1',
    'The last 1 fault of this workspace:',
    expect.stringMatching(
      /^\d{4}-.* UTC a verification of prod-eu failed: connections\.key-missing, in the log under run-1$/,
    ),
  ]);
  expect(await wordsOf('slack:T2')).toContain('No fault of this workspace in the last 7 days');
  await worker.close();
});
