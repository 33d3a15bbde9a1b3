import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slackManifest } from '../../adapters/slack/manifest.ts';
import { teamsManifest } from '../../adapters/teams/manifest.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { actionsIn, readCard } from '../../simulations/teams/card-checker.ts';
import { personalChat } from '../../simulations/teams/person.ts';
import { clientId, type TeamsPost } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { commands, formCommands } from '../../src/chat/commands.ts';
import { type ButtonAction, buttonActions, opensForm } from '../../src/chat/model/message.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, rootWith } from '../support/scenario.ts';

// Every command and every button, done on both platforms; the words must be the same but for how the bot is called.

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
  await addConnection(bot, awsValues('complete', 'prod-eu'), { verdict: /prod-eu can build/, replies: 1 });
  const { teamsPerson: person } = bot;
  const first = await person.openExtension(personalChat);
  const second = person.dialogIn(await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }), true);
  await person.press(second, 'Add and verify', awsValues('complete', 'prod-eu'));
  await threadsInTeams(1);
});
afterAll(() => bot.close());

/** Waits for the last card of so many verifications, so that what comes next is the answer to what was done next. */
function threadsInTeams(count: number) {
  const isLast = ({ card }: TeamsPost) => readCard(card).includes('What was checked and how');
  return until(`${count} threads`, () => bot.tenant.posts.filter(isLast).length >= count);
}

/** The same words, whatever the platform calls the bot, draws lists, tables and moments with. */
function plain(text: string): string {
  return text
    .replaceAll('`', '')
    .replaceAll(/[/@]xoap/g, 'xoap')
    .replaceAll(/\{\{DATE\([^)]*\)\}\} |\{\{TIME\([^)]*\)\}\}|\d{4}-\d\d-\d\d |\d\d:\d\d UTC/g, '')
    .replaceAll(/^[•\s]+/gm, '')
    .replaceAll(/ — | \| /g, ' ')
    .trim();
}

/** What one message on each platform says after something was done there. */
async function onSlack(act: () => Promise<unknown>): Promise<string> {
  await act();
  return plain(readMessage(await bot.person.nextReply()));
}
async function inTeams(act: () => Promise<{ body: Record<string, unknown> }>): Promise<string> {
  const known = bot.tenant.posts.length;
  const { body } = await act();
  const { value } = body as { value?: unknown };
  if (typeof value === 'string' && !value.startsWith('The answer comes')) return plain(value);
  const post = await until('an answer in Teams', () => bot.tenant.posts[known]);
  return plain(readCard(post.card));
}

describe('every command says the same on Slack and in Teams', () => {
  const typed = [
    ...commands.map(({ example }) => example),
    'connection list',
    'connection verify nothing',
    'conection lst',
    'connection add moon',
  ];
  const opening = commands
    .filter(({ id }) => formCommands.includes(id))
    .map(({ example }) => example as string);
  const posting = ['connection verify prod-eu'];
  const reporting = ['report now'];
  const elsewhere = [...opening, ...posting, ...reporting];

  it.each(typed.filter((text) => !elsewhere.includes(text)))('%s', async (text) => {
    const [slack, teams] = await Promise.all([
      onSlack(() => bot.person.type(text)),
      inTeams(() => bot.teamsPerson.type(text, personalChat)),
    ]);
    const nameless = (text: string) => text.replaceAll(/\bkim\b|Kim Example/g, '…');
    expect(nameless(withoutColumns(teams))).toBe(nameless(slack));
  });

  it.each(opening)('%s opens the same questions', async (text) => {
    const draws = bot.person.draws();
    await bot.person.type(text);
    const { blocks } = await bot.person.viewAfter(draws + 1);
    const asked = blocks.filter(({ type }) => type === 'input').map(({ block_id }) => String(block_id));

    const known = bot.tenant.posts.length;
    await bot.teamsPerson.type(text, personalChat);
    const invitation = await until('an invitation', () => bot.tenant.posts[known]);
    const [button] = actionsIn(invitation.card) as { title: string }[];
    const { card } = await bot.teamsPerson.openDialog(invitation, button?.title ?? '');
    const inputs = JSON.stringify(card).matchAll(/"id":"([^"]+)"/g);
    const [submit] = actionsIn(card) as { data: { xoap: { decided: object } } }[];
    const decided = Object.keys(submit?.data.xoap.decided ?? {});

    // Teams cannot list conversations, so what is asked for in one goes there; its dialogs take no files.
    const slackAlone = ['report.conversation', 'explain.file-attached'];
    const there = asked.filter((id) => !slackAlone.includes(id)).sort();
    expect([...decided, ...[...inputs].map(([, id]) => id)].sort()).toEqual(there);
  });

  it.each(posting)('%s answers with the same root message', async (text) => {
    const known = bot.tenant.posts.length;
    await Promise.all([bot.person.type(text), bot.teamsPerson.type(text, personalChat)]);
    const slack = await rootWith(bot, /prod-eu can build/);
    const teams = await until('the verdict', () =>
      bot.tenant.posts.slice(known).find(({ card }) => readCard(card).includes('can build images')),
    );
    const words = (root: string) => plain(root).replaceAll(/\d\.\d s|<@\w+>|Kim Example/g, '…');

    expect(words(readCard(teams.card))).toBe(words(readMessage(slack)));
    await threadsInTeams(2);
  });

  it.each(reporting)('%s answers with the same report', async (text) => {
    const known = bot.tenant.posts.length;
    const said = await Promise.all([
      onSlack(() => bot.person.type(text)),
      inTeams(() => bot.teamsPerson.type(text, personalChat)),
    ]);
    expect(said[0]).toBe(said[1]);
    const slack = await rootWith(bot, /^✅ Report/);
    const teams = await until('the report', () =>
      bot.tenant.posts.slice(known).find(({ card }) => readCard(card).includes('✅ Report')),
    );
    const words = (root: string) => plain(root).replaceAll(/\*\w+\*|Kim Example/g, '…');

    expect(words(readCard(teams.card))).toBe(words(readMessage(slack)));
  });

  it('is offered by both manifests', () => {
    const hint = slackManifest({ command: '/xoap' }).features.slash_commands[0]?.usage_hint ?? '';
    const [list] =
      teamsManifest({
        clientId,
        privacyUrl: 'https://example.com/privacy',
        termsUrl: 'https://example.com/terms',
      }).bots[0]?.commandLists ?? [];

    for (const { words } of commands) expect(hint).toContain(words);
    // Teams takes no more than twelve.
    const first = commands.slice(0, 12).map(({ words }) => words);
    expect(list?.commands.map(({ title }) => title)).toEqual(first);
  });
});

/** Teams draws the titles of tables that are lists on Slack. */
function withoutColumns(text: string): string {
  return text.replaceAll(/^(Connections\n)?Connection Where .*\n|^Report When .*\n/gm, '');
}

describe('every button does the same on Slack and in Teams', () => {
  const valueFor = (action: ButtonAction) =>
    action === 'confirm' ? JSON.stringify({ id: 'c-none', confirm: {} }) : 'c-none';
  const without: readonly ButtonAction[] = [
    'run-command',
    'home-page',
    'list-more',
    'keep-connection',
    'keep-schedule',
    'change-access',
    'audit-older',
    'forget-me',
    'delete-workspace',
  ];
  const ofSchedules: readonly ButtonAction[] = [
    'report-again',
    'report-now',
    'snooze-report',
    'change-schedule',
    'remove-schedule',
  ];
  const post = (): TeamsPost => {
    const [any] = bot.tenant.posts;
    if (!any) throw new Error('Nothing was posted');
    return any;
  };

  it.each(buttonActions)('%s, on what is not there', async (action) => {
    const value = action === 'open-form' ? 'no form' : valueFor(action);
    const root = await rootWith(bot, /prod-eu can build/);
    const data = { xoap: { action, value } };
    const invoke = () =>
      opensForm(action)
        ? bot.teamsPerson.invoke('task/fetch', { data }, { replyToId: post().id }, personalChat)
        : bot.teamsPerson.invoke('adaptiveCard/action', { action: { verb: action, data } }, {}, personalChat);

    const slack = await onSlack(() => bot.person.click({ ...root, blocks: [] }, action, value));
    const teams = opensForm(action)
      ? plain(((await invoke()).body as { task: { value: string } }).task.value)
      : await inTeams(invoke);

    expect(withoutColumns(teams)).toBe(slack);
    const what = ofSchedules.includes(action) ? 'report schedule' : 'connection';
    if (!without.includes(action)) expect(slack).toBe(`There is no such ${what} here.`);
  });
});
