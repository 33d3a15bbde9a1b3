import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { personalChat } from '../../simulations/teams/person.ts';
import { tenantId } from '../../simulations/teams/tenant.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, idle, openForm } from '../support/scenario.ts';

// What cannot be written into the audit trail is not done.

let bot: TestBot;
const keyOf = (what: string) => `xoap:{slack:${bot.workspace.teamId}}:${what}`;
beforeAll(async () => {
  bot = await startTestBot();
  await addConnection(bot, awsValues('complete', 'prod-eu'), { verdict: /prod-eu can build/, replies: 1 });
  await idle(bot);
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});
// Nothing can be added to what is no stream.
beforeEach(async () => {
  for (const key of [keyOf('audit'), `xoap:{teams:${tenantId}}:audit`]) {
    await bot.redis.prompt.del(key);
    await bot.redis.prompt.set(key, 'no stream');
  }
});

const refused = 'This could not be written into the audit trail, so it was not done.';

it('adds no connection, and takes back what was stored meanwhile', async () => {
  const answer = await bot.person.submit(await openForm(bot), awsValues('complete', 'unrecorded'));
  expect(Object.values(answer.body.errors as object)).toEqual([expect.stringContaining(refused)]);
  await expect.poll(() => bot.redis.prompt.hkeys(keyOf('names'))).toEqual(['prod-eu']);
  await expect.poll(() => bot.redis.prompt.hlen(keyOf('credentials'))).toBe(1);
});

it.each(['connection verify prod-eu', 'report now'])('carries out no %s', async (text) => {
  const roots = (await bot.workspace.roots(bot.workspace.channelId)).length;
  await bot.person.type(text);
  expect(readMessage(await bot.person.nextReply())).toContain(refused);
  await idle(bot);
  expect(await bot.workspace.roots(bot.workspace.channelId)).toHaveLength(roots);
});

it('removes and edits nothing', async () => {
  await bot.person.type('connection remove prod-eu');
  await bot.person.click(await bot.person.nextReply(), 'remove-connection');
  expect(readMessage(await bot.person.nextReply())).toContain(refused);

  const draws = bot.person.draws();
  await bot.person.type('connection edit prod-eu');
  const view = await bot.person.viewAfter(draws + 1);
  const answer = await bot.person.submit(view, { name: 'renamed' });
  expect(Object.values(answer.body.errors as object)).toEqual([expect.stringContaining(refused)]);
  expect(await bot.redis.prompt.hkeys(keyOf('names'))).toEqual(['prod-eu']);
});

it('schedules nothing', async () => {
  const view = await openForm(bot, 'report schedule');
  const answer = await bot.person.submit(view, { 'report.name': 'Unrecorded' });
  expect(Object.values(answer.body.errors as object)).toEqual([expect.stringContaining(refused)]);
  await expect.poll(() => bot.redis.prompt.hlen(keyOf('schedules'))).toBe(0);
});

it('says the same in Teams', async () => {
  const known = bot.tenant.posts.length;
  await bot.teamsPerson.type('report now', personalChat);
  await expect.poll(() => JSON.stringify(bot.tenant.posts.slice(known))).toContain('audit trail');
});
