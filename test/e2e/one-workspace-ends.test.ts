import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { eventCallback } from '../../simulations/slack/requests.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, openForm, rootWith } from '../support/scenario.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.close());

const of = (what: string) => `xoap:{slack:${bot.workspace.teamId}}:${what}`;
const hasEnded = async () => (await bot.redis.prompt.exists(of('workspace-ended'))) === 1;

it('the workspace of SLACK_BOT_TOKEN ends with its app, and goes on when it is there all the same', async () => {
  await addConnection(bot, awsValues('partial', 'mine'), { verdict: /mine cannot/, replies: 4 });
  await bot.person.submit(await openForm(bot, 'report schedule'), { 'report.name': 'Weekly' });
  await rootWith(bot, 'Report Weekly scheduled');
  const { teamId } = bot.workspace;
  const sender = { teamId, userId: '', userName: '', appId: 'A0XOAP', botUserId: 'U0XOAP' };

  await bot.person.send(eventCallback({ ...sender, teamId: 'T0OTHER' }, { type: 'app_uninstalled' }));
  expect(await hasEnded()).toBe(false);
  await bot.person.send(eventCallback(sender, { type: 'app_uninstalled' }));
  // The mark alone is not the whole of it: schedules are paused after it.
  await until('the end', () => bot.logs.some((line) => line.includes('a workspace has ended')));
  expect(await hasEnded()).toBe(true);

  await bot.person.type('report list');
  expect(readMessage(await bot.person.nextReply())).toContain('paused: the app was removed meanwhile');
  await until('its return', async () => !(await hasEnded()));
  await bot.person.type('connection list');
  expect(readMessage(await bot.person.nextReply())).toContain('mine');
});

it('ends too when Slack refuses its token twice', async () => {
  const refused = Array.from({ length: 5 }, () => ({ error: 'token_revoked' }));
  bot.workspace.trouble.set('chat.postMessage', refused);
  bot.workspace.trouble.set('auth.test', [...refused]);

  await bot.person.type('connection verify mine');

  await until('the end', hasEnded);
  await until('the word about it', () =>
    bot.logs.some((line) => line.includes('was dropped: its workspace')),
  );
});
