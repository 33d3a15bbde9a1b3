import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisGrantStore } from '../../adapters/redis/grant-store.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { channel, personalChat } from '../../simulations/teams/person.ts';
import { tenantId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';

// Roles through a user group of Slack, and through the members of a conversation in Teams.

const groups: Record<string, Record<string, unknown>> = {
  'usergroups.list': {
    ok: true,
    usergroups: [{ id: 'S0PLATFORM', name: 'Platform team', handle: 'platform' }],
  },
  'usergroups.users.list': { ok: true, users: [] },
};
let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ extraMethods: groups, environment: { XOAP_OPERATORS: 'nobody' } });
  const give = async (
    workspaceId: string,
    kind: 'group' | 'members' | 'person',
    id: string,
    role: 'operator' | 'admin',
  ) =>
    createRedisGrantStore(bot.redis.prompt, () => undefined).change(
      workspaceId,
      { give: { kind, id, role, by: 'U-ROOT', at: '2026-11-30T00:00:00.000Z' } },
      { keepsAdmin: false },
    );
  await give(`slack:${bot.workspace.teamId}`, 'group', 'S0PLATFORM', 'operator');
  await give(`teams:${tenantId}`, 'members', channel.id, 'operator');
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});

const onSlack = async (text: string) => {
  await bot.person.type(text);
  return readMessage(await bot.person.nextReply());
};
const refusal = 'takes the role operator; here you are a viewer';

it('whoever is in the user group has its role, and whoever leaves it has none, as soon as Slack tells', async () => {
  expect(await onSlack('connection edit nothing')).toContain(refusal);
  groups['usergroups.users.list'] = { ok: true, users: [bot.person.userId] };
  await bot.person.tellGroupChanged('S0PLATFORM');
  await expect.poll(() => onSlack('connection edit nothing')).toContain('There is no connection');
  groups['usergroups.users.list'] = { ok: true, users: [] };
  await bot.person.tellGroupChanged('S0PLATFORM');
  await expect.poll(() => onSlack('connection edit nothing')).toContain(refusal);
});

it('a group that Slack does not tell counts for nothing, and that is said', async () => {
  groups['usergroups.users.list'] = { ok: false, error: 'internal_error' };
  await bot.person.tellGroupChanged('S0PLATFORM');
  await expect.poll(() => onSlack('connection edit nothing')).toContain('could not be looked up just now');
});

it('without the scope the form says what to do', async () => {
  groups['usergroups.users.list'] = { ok: false, error: 'missing_scope' };
  expect(await onSlack('connection edit nothing')).toContain(refusal);
});

it('whoever is in the conversation in Teams has its role everywhere', async () => {
  const typed = async (text: string) => {
    const known = bot.tenant.posts.length;
    await bot.teamsPerson.type(text, personalChat);
    return readCard((await until('an answer', () => bot.tenant.posts[known])).card);
  };
  // The bot was never seen in that channel.
  expect(await typed('connection edit nothing')).toContain('could not be looked up just now');
  await bot.teamsPerson.type('help', channel);
  expect(await typed('connection edit nothing')).toContain(refusal);
});

it('and has it once they are in it', async () => {
  bot.tenant.members.set('00000000-0000-4000-8000-0000000000e1', 'Lee Example');
  const { createTeamsPerson } = await import('../../simulations/teams/person.ts');
  const lee = createTeamsPerson(bot.tenant, bot.botUrl, {
    name: 'Lee Example',
    userId: '00000000-0000-4000-8000-0000000000e1',
  });
  const known = bot.tenant.posts.length;
  await lee.type('connection edit nothing', personalChat);
  const post = await until('an answer', () => bot.tenant.posts[known]);
  expect(readCard(post.card)).toContain('There is no connection');
});
