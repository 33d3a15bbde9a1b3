import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisGrantStore } from '../../adapters/redis/grant-store.ts';
import { createSlackPerson, readMessage, type SlackPerson } from '../../simulations/slack/person.ts';
import { actionsIn, readCard } from '../../simulations/teams/card-checker.ts';
import { channel, personalChat } from '../../simulations/teams/person.ts';
import { tenantId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { roleFor } from '../../src/access/actions.ts';
import { type Role, reaches, roles } from '../../src/access/roles.ts';
import { actionOf, commands } from '../../src/chat/commands.ts';
import { buttonActions, opensForm } from '../../src/chat/model/message.ts';
import { clickTakes } from '../../src/chat/takes.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, idle, openForm } from '../support/scenario.ts';

// Every act, with every role, on both platforms; then what people see who give roles, and who may not do something.

let bot: TestBot;
let lee: SlackPerson;
const slack = () => `slack:${bot.workspace.teamId}`;
const teams = `teams:${tenantId}`;
const store = () => createRedisGrantStore(bot.redis.prompt, () => undefined);

beforeAll(async () => {
  bot = await startTestBot();
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
  await addConnection(bot, awsValues('complete', 'prod-eu'), { verdict: /prod-eu can build/, replies: 1 });
  await idle(bot);
});
afterAll(async () => {
  await lee.close();
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.tenant.problems).toEqual([]);
});

/** Gives roles as an admin would, and waits until they count. */
async function are(given: readonly (readonly [string, Role])[], workspaceId = slack()): Promise<void> {
  for (const [id, role] of given) {
    const grant = { kind: 'person', id, role, by: 'U-ROOT', at: '2026-11-30T00:00:00.000Z' } as const;
    await store().change(workspaceId, { give: grant }, { keepsAdmin: false });
  }
  const version = await store().version();
  await until('the roles to count', () =>
    bot.logs.some(
      (line) => line.includes(`"version":"${version}"`) && line.includes('the roles are at hand'),
    ),
  );
}

const refusal = /takes the role (viewer|operator|admin)/;

describe.each(roles)('the role %s', (role) => {
  beforeAll(async () => {
    await are([[bot.person.userId, role]]);
    await are([[bot.teamsPerson.userId, role]], teams);
  });

  const acts = commands.map(({ id, example }) => ({ id, example, takes: actionOf(id) }));
  const mayDo = (takes: ReturnType<typeof actionOf>) => takes === undefined || reaches(role, roleFor(takes));

  it.each(acts.filter(({ takes }) => !mayDo(takes)))('may not type $example', async ({ example, takes }) => {
    const wanted = `takes the role ${takes && roleFor(takes)}; here you are a`;
    await bot.person.type(example);
    expect(readMessage(await bot.person.nextReply())).toContain(wanted);
    const known = bot.tenant.posts.length;
    await bot.teamsPerson.type(example, personalChat);
    const post = await until('an answer in Teams', () => bot.tenant.posts[known]);
    expect(readCard(post.card)).toContain(wanted);
  });

  const answered = acts.filter(
    ({ id, takes }) =>
      mayDo(takes) && !/^(explain|connection-(add|edit|rotate|verify)|report-(now|schedule))$/.test(id),
  );
  it.each(answered)('may type $example', async ({ example }) => {
    await bot.person.type(example);
    expect(readMessage(await bot.person.nextReply())).not.toMatch(refusal);
    const known = bot.tenant.posts.length;
    await bot.teamsPerson.type(example, personalChat);
    const post = await until('an answer in Teams', () => bot.tenant.posts[known]);
    expect(readCard(post.card)).not.toMatch(refusal);
  });

  // What opens a form of its own, and what deletes all that the others stand on, is tried by itself.
  const apart = ['change-access', 'forget-me', 'delete-workspace'];
  const clicks = buttonActions.flatMap((action) => {
    const takes = clickTakes[action];
    const isTried = takes !== 'command' && !(mayDo(takes) && apart.includes(action));
    return isTried ? [{ action, isRefused: !mayDo(takes) }] : [];
  });
  it.each(clicks)('clicks $action: refused $isRefused', async ({ action, isRefused }) => {
    const message = { text: '', blocks: [] };
    await bot.person.click(message, action, 'nothing');
    const reply = readMessage(await bot.person.nextReply());
    expect(refusal.test(reply), reply).toBe(isRefused);

    const data = { xoap: { action, value: 'nothing' } };
    const known = bot.tenant.posts.length;
    const { body } = opensForm(action)
      ? await bot.teamsPerson.invoke('task/fetch', { data }, {}, personalChat)
      : await bot.teamsPerson.invoke(
          'adaptiveCard/action',
          { action: { type: 'Action.Execute', verb: action, data }, trigger: 'manual' },
          {},
          personalChat,
        );
    const said = JSON.stringify(body);
    const told = said.includes('The answer comes')
      ? readCard((await until('an answer', () => bot.tenant.posts[known])).card)
      : said;
    expect(refusal.test(told), told).toBe(isRefused);
  });
});

describe('a form', () => {
  it('is held against the role again when it is sent, and nothing is stored', async () => {
    await are([[bot.person.userId, 'operator']]);
    const view = await openForm(bot);
    await are([[bot.person.userId, 'viewer']]);
    const answer = await bot.person.submit(view, awsValues('complete', 'too-late'));
    expect(answer.body).toMatchObject({
      response_action: 'errors',
      errors: {
        type: 'Adding a connection takes the role operator; here you are a viewer. “/xoap access” says who can give it.',
      },
    });
    expect(await bot.redis.prompt.hkeys(`xoap:{${slack()}}:names`)).toEqual(['prod-eu']);
  });
});

describe('a command that opens a form', () => {
  it('is recorded where it is refused', async () => {
    await are([[bot.person.userId, 'viewer']]);
    const before = await bot.redis.prompt.xlen(`xoap:{${slack()}}:audit`);
    await bot.person.type('connection add aws');
    await bot.person.nextReply();
    const [last] = await bot.redis.prompt.xrevrange(`xoap:{${slack()}}:audit`, '+', '-', 'COUNT', 1);
    expect(last?.[1].join(' ')).toContain('action connection.add outcome refused');
    expect(await bot.redis.prompt.xlen(`xoap:{${slack()}}:audit`)).toBe(before + 1);
  });
});

describe('whoever was made an operator', () => {
  it('changes what others added; where everybody is one, nobody does', async () => {
    await lee.type('connection edit prod-eu');
    expect(readMessage(await lee.nextReply())).toContain(
      'Only who added prod-eu, or whoever was given the role operator or admin, may change it.',
    );
    await are([[lee.userId, 'operator']]);
    const draws = bot.person.draws();
    await lee.type('connection edit prod-eu');
    expect((await bot.person.viewAfter(draws + 1)).title.text).toBe('Edit the connection');
  });
});

describe('roles in chat', () => {
  it('are shown, given and taken in a form, recorded, and count at once', async () => {
    await are([
      [bot.person.userId, 'admin'],
      [lee.userId, 'viewer'],
    ]);
    await lee.type('connection add aws');
    const refused = readMessage(await lee.nextReply());
    expect(refused).toContain(
      `Adding a connection takes the role operator; here you are a viewer. <@${bot.person.userId}> can give it. They use /xoap access.`,
    );

    await bot.person.type('access');
    const table = await bot.person.nextReply();
    const shown = readMessage(table);
    expect(shown).toContain('Who may do what');
    expect(shown).toContain('Whoever is not named here is operator, and changes what they added themselves.');
    expect(shown).toContain(`<@${lee.userId}>`);
    const draws = bot.person.draws();
    await bot.person.click(table, 'change-access');
    const view = await bot.person.viewAfter(draws + 1);
    const answer = await bot.person.submit(view, {
      'access.people': [lee.userId],
      'access.role': 'operator',
    });
    expect(JSON.stringify(answer.body)).toContain('Who may do what');

    const opened = bot.person.draws();
    await lee.type('connection add aws');
    expect((await bot.person.viewAfter(opened + 1)).title.text).toBe('Add a connection');
    const entries = await bot.redis.prompt.xrange(`xoap:{${slack()}}:audit`, '-', '+');
    expect(JSON.stringify(entries)).toContain(`person ${lee.userId}: viewer → operator`);
  });

  it('never end with the last admin', async () => {
    const draws = bot.person.draws();
    await bot.person.type('access');
    await bot.person.click(await bot.person.nextReply(), 'change-access');
    const view = await bot.person.viewAfter(draws + 1);
    const answer = await bot.person.submit(view, {
      'access.people': [bot.person.userId],
      'access.role': 'none',
    });
    expect(answer.body).toMatchObject({
      errors: { 'access.role': expect.stringContaining('This is the last admin here.') },
    });
  });

  it('are given to a channel, for whoever acts there', async () => {
    const draws = bot.person.draws();
    await bot.person.type('access');
    await bot.person.click(await bot.person.nextReply(), 'change-access');
    const first = await bot.person.viewAfter(draws + 1);
    const second = await bot.person.choose(first, 'access.kind', 'channel');
    const values = { 'access.conversation': bot.workspace.channelId, 'access.role': 'viewer' };
    const answer = await bot.person.submit(second, { 'access.kind': 'channel', ...values });
    expect(JSON.stringify(answer.body)).toContain('Who may do what');

    const other = await createSlackPerson(bot.workspace, bot.botUrl, { userId: 'U0STRANGER' });
    await other.type('connection add aws');
    expect(readMessage(await other.nextReply())).toContain('here you are a viewer');
    const opened = bot.person.draws();
    await other.type('connection add aws', 'C0ELSEWHERE');
    await bot.person.viewAfter(opened + 1);
    await other.close();
  });

  it('are given in Teams in the same words', async () => {
    await are([[bot.teamsPerson.userId, 'admin']], teams);
    const known = bot.tenant.posts.length;
    await bot.teamsPerson.type('access', channel);
    const post = await until('the table', () => bot.tenant.posts[known]);
    expect(readCard(post.card)).toContain('Who may do what');
    expect(actionsIn(post.card).map(({ title }) => title)).toContain('Give or take a role…');
    const first = await bot.teamsPerson.openDialog(post, 'Give or take a role…');
    const second = bot.teamsPerson.dialogIn(await bot.teamsPerson.press(first, 'Change'), false);
    const third = bot.teamsPerson.dialogIn(
      await bot.teamsPerson.press(second, 'Next', { 'access.kind': 'channel' }),
      false,
    );
    const saved = await bot.teamsPerson.press(third, 'Save', { 'access.role': 'viewer' });
    expect(JSON.stringify(saved.body)).toContain('Who may do what');
    expect(await store().all(teams)).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'channel', id: channel.id, role: 'viewer' })]),
    );
  });
});
