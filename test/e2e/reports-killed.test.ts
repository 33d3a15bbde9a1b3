import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues } from '../support/scenario.ts';
import { createWorkers, end } from '../support/worker-process.ts';

// Workers are processes of their own and are killed; jobs/reports-cut-off.test.ts does the same at every single call.

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let bot: TestBot;
const workers = createWorkers(() => bot);
beforeAll(async () => {
  redis = await startRedisChild();
  bot = await startTestBot({
    redisUrl: redis.url,
    environment: { XOAP_PROCESS: 'bot', XOAP_REPORT_SPREAD_SECONDS: '0' },
  });
  const worker = await workers.start();
  await addConnection(bot, awsValues('complete', 'prod-eu'), { verdict: /prod-eu can build/, replies: 1 });
  await addConnection(bot, awsValues('complete', 'test-eu'), { verdict: /test-eu can build/, replies: 1 });
  await addConnection(bot, awsValues('partial', 'dev'), { verdict: /dev cannot/, replies: 4 });
  await end(worker, 'SIGTERM');
});
afterEach(async () => {
  bot.cloud.delayMs = 0;
  await workers.endAll();
});
afterAll(async () => {
  await bot.close();
  await redis.close();
});

const roots = async () =>
  (await bot.workspace.roots(bot.workspace.channelId)).filter(({ text }) => /^❌ Report/.test(text));

/** Waits for the report of another worker, and holds it to be one, and whole. */
async function expectOneReport(known: number): Promise<void> {
  const all = await until('the report', async () => (await roots()).length > known && roots(), 40_000);
  const root = all.at(-1);
  const thread = await until(
    'its thread',
    async () => {
      const replies = await bot.workspace.thread(bot.workspace.channelId, root?.ts ?? '');
      return replies.length >= 2 && replies;
    },
    40_000,
  );
  expect(thread.map((reply) => readMessage(reply).split('\n')[0])).toEqual([
    'What AWS connections meet',
    'dev lacks 4 of 34 requirements',
  ]);
  await until('the end', async () => (await bot.redis.prompt.keys('bull:xoap-reports:de:*')).length === 0);
  expect(await roots()).toHaveLength(known + 1);
}

/** Asks for a report, kills the worker at a moment, and lets another go on. */
async function killWhen(moment: () => Promise<unknown>): Promise<void> {
  const known = (await roots()).length;
  const worker = await workers.start();
  await bot.person.type('report now');
  await moment();
  await end(worker, 'SIGKILL');
  bot.cloud.delayMs = 0;
  await workers.start();
  await expectOneReport(known);
}

describe('a report whose worker is killed', () => {
  it('while connections are verified: the rest is verified, and it is sent once', async () => {
    bot.cloud.delayMs = 500;
    const calls = bot.cloud.calls.length;
    await killWhen(() => until('a check', () => bot.cloud.calls.length > calls));
  });

  it('while its root message is sent', async () => {
    bot.workspace.trouble.set('chat.postMessage', ['hangs']);
    await killWhen(() =>
      until('the hanging call', () => bot.workspace.trouble.get('chat.postMessage')?.length === 0),
    );
  });

  it('while its thread is sent: nothing is verified again', async () => {
    bot.workspace.trouble.set('chat.postMessage', ['passes', 'passes', 'hangs']);
    let calls = 0;
    await killWhen(async () => {
      await until('the hanging call', () => bot.workspace.trouble.get('chat.postMessage')?.length === 0);
      calls = bot.cloud.calls.length;
    });
    expect(bot.cloud.calls).toHaveLength(calls);
  });
});
