import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Conversation, channel, personalChat } from '../../simulations/teams/person.ts';
import { tenantId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.close());

const of = (what: string) => `xoap:{teams:${tenantId}}:${what}`;
const reason = async () => JSON.parse((await bot.redis.prompt.get(of('workspace-ended'))) ?? '{}').reason;
const told = (action: string, where: Conversation) =>
  bot.teamsPerson.send(bot.teamsPerson.activity({ type: 'installationUpdate', action }, where));

it('a tenant ends when the app is removed from its last conversation, and goes on when it is added again', async () => {
  await told('add', channel);
  await told('add', personalChat);
  await told('remove', channel);
  expect(await reason()).toBeUndefined();

  await told('remove', personalChat);
  expect(await reason()).toBe('last-conversation');
  // Told twice, it is the same end.
  await told('remove', personalChat);
  const entries = await bot.redis.prompt.xrange(of('audit'), '-', '+');
  expect(entries.filter(([, fields]) => fields.includes('workspace.end'))).toHaveLength(1);

  await told('add', channel);
  expect(await reason()).toBeUndefined();
});

it('a tenant ends when every message was refused for a day, and goes on when somebody uses it', async () => {
  await bot.teamsPerson.type('help', channel);
  await until('the answer', () => bot.tenant.posts.length > 0);
  const refused = async () => {
    bot.tenant.trouble.push({ status: 403, code: 'MessageWritesBlocked' });
    await bot.teamsPerson.type('help', channel);
    await until('the refusal', () => bot.tenant.trouble.length === 0);
    return until('the note', () => bot.redis.prompt.get(of('refused-since')).then((at) => at ?? false));
  };

  await refused();
  expect(await reason()).toBeUndefined();
  await bot.redis.prompt.set(of('refused-since'), new Date(Date.now() - 25 * 3_600_000).toISOString());
  await refused();
  await until('the end', () => bot.logs.some((line) => line.includes('"forbidden"')));
  expect(await reason()).toBe('forbidden');

  await bot.teamsPerson.type('help', channel);
  await until('its return', async () => (await reason()) === undefined);
  await until('the note to go', async () => (await bot.redis.prompt.exists(of('refused-since'))) === 0);
});
