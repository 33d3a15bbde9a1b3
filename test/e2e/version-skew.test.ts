import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verificationQueueName } from '../../jobs/verifications/verification-job.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, rootWith, verified } from '../support/scenario.ts';

// While an upgrade is under way, workers get jobs that another version of the bot put into the queue.

let bot: TestBot;
let queue: Queue;
beforeAll(async () => {
  bot = await startTestBot();
  queue = new Queue(verificationQueueName, { connection: bot.redis.patient });
  await addConnection(bot, awsValues('complete'), { verdict: /can build/, replies: 1 });
  await verified(bot);
});
afterAll(async () => {
  await queue.close();
  await bot.close();
});

async function payload() {
  const [connectionId = ''] = await bot.redis.prompt.hkeys(
    `xoap:{slack:${bot.workspace.teamId}}:connections`,
  );
  return {
    workspaceId: `slack:${bot.workspace.teamId}`,
    connectionId,
    askedBy: bot.workspace.people.kim,
    conversationId: bot.workspace.reportsChannelId,
    trigger: 'again',
  };
}

it('a job with a field that this version does not know is carried out', async () => {
  await queue.add('verify', { ...(await payload()), ofTomorrow: { deep: true } }, { attempts: 5 });

  await rootWith(bot, /prod-eu can build/, { conversation: bot.workspace.reportsChannelId });
});

it('one that cannot be read says so at once where it was asked for, and names its line in the log', async () => {
  const asked = { ...(await payload()), trigger: 'of-tomorrow' };
  const job = await queue.add('verify', asked, {
    attempts: 5,
    backoff: { type: 'exponential', delay: 5_000 },
  });

  const root = await rootWith(bot, /could not be verified, by a fault of this bot/, {
    conversation: bot.workspace.reportsChannelId,
  });
  expect(readMessage(root)).toContain(job.id);
  const line = await until('the log', () =>
    bot.logs.find((each) => each.includes(job.id ?? '-') && each.includes('could not be done')),
  );
  expect(line).toContain('jobs.unreadable');
  expect(line).toContain('trigger: invalid_value');
});
