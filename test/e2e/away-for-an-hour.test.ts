import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportQueueName } from '../../jobs/reports/report-job.ts';
import { verificationQueueName } from '../../jobs/verifications/verification-job.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues, openForm, takenOver, threadOf } from '../support/scenario.ts';
import { createWorkers, end } from '../support/worker-process.ts';

// Slack and Teams answer nothing. What was accepted is tried again at longer and longer intervals; that an hour passes is
// brought about by making the jobs an hour older, and by not waiting for their next try.

const anHourMs = 3_600_000;
let redis: Awaited<ReturnType<typeof startRedisChild>>;
let bot: TestBot;
const workers = createWorkers(() => bot);
const queues: Queue[] = [];
beforeAll(async () => {
  redis = await startRedisChild();
  bot = await startTestBot({ redisUrl: redis.url, environment: { XOAP_PROCESS: 'bot' } });
  for (const name of [verificationQueueName, reportQueueName])
    queues.push(new Queue(name, { connection: bot.redis.patient }));
});
afterAll(async () => {
  await workers.endAll();
  await Promise.all(queues.map((queue) => queue.close()));
  await bot.close();
  await redis.close();
});

/** What is put aside until the platforms are back, once nothing is under way any more. */
async function allPutAside(count: number) {
  return until(
    `${count} jobs that wait`,
    async () => {
      const delayed = (await Promise.all(queues.map((queue) => queue.getDelayed()))).flat();
      const waiting = delayed.filter(
        ({ name, data }) => ['verify', 'send'].includes(name) && data.workspaceId,
      );
      return waiting.length >= count && waiting;
    },
    takenOver.timeoutMs,
  );
}

it('every accepted verification and report ends with its one answer, though the platforms were away and the worker died', async () => {
  const worker = await workers.start();
  const { root } = await addConnection(
    bot,
    { ...awsValues('complete', 'base'), tags: 'few' },
    { verdict: /base can build/, replies: 1 },
  );
  const views = [await openForm(bot), await openForm(bot)];
  const { teamsPerson } = bot;
  const next = await teamsPerson.press(await teamsPerson.openExtension(), 'Next', {
    type: 'cloud',
    provider: 'aws',
  });
  const dialog = teamsPerson.dialogIn(next, true);

  bot.workspace.isAway = true;
  bot.tenant.isAway = true;
  for (const [index, view] of views.entries())
    expect((await bot.person.submit(view, awsValues('complete', `added-${index}`))).text).toBe('');
  await bot.person.type('connection verify --tag few');
  await bot.person.nextReply();
  await bot.person.click(root, 'verify-again');
  expect((await teamsPerson.press(dialog, 'Add and verify', awsValues('complete', 'on-teams'))).status).toBe(
    200,
  );

  const atFirst = await allPutAside(5);
  expect(atFirst.map(({ attemptsMade }) => attemptsMade)).toEqual([0, 0, 0, 0, 0]);
  for (const { queueName, id, timestamp } of atFirst)
    await bot.redis.patient.hset(`bull:${queueName}:${id}`, 'timestamp', timestamp - anHourMs);
  await Promise.all(atFirst.map((job) => job.promote().catch(() => undefined)));
  const later = await until(
    'their next tries',
    async () => {
      const waiting = await allPutAside(5);
      return waiting.every(({ delay }) => delay === 300_000) && waiting;
    },
    takenOver.timeoutMs,
  );
  expect(later.map(({ attemptsMade }) => attemptsMade)).toEqual([0, 0, 0, 0, 0]);
  await end(worker, 'SIGKILL');
  await workers.start();

  bot.workspace.isAway = false;
  bot.tenant.isAway = false;
  await Promise.all(later.map((job) => job.promote()));
  const roots = () => bot.workspace.roots(bot.workspace.channelId);
  const said = await until(
    'every answer',
    async () => {
      const texts = (await roots()).map(({ text }) => text);
      return texts.filter((text) => /can build|Report/.test(text)).length >= 4 && texts;
    },
    takenOver.timeoutMs,
  );
  expect(said.toSorted()).toEqual([
    '✅ Report on few — the connection can build images',
    expect.stringMatching(/^✅ added-0 can build images/),
    expect.stringMatching(/^✅ added-1 can build images/),
    expect.stringMatching(/^✅ base can build images/),
  ]);
  await teamsPerson.card(/on-teams can build images/);
  expect(bot.tenant.posts.filter(({ card }) => /Verifying/.test(readCard(card)))).toEqual([]);
  expect(await threadOf(bot, root, 2)).toHaveLength(2);
});
