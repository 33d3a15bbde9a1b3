import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { createSlackPerson, readMessage, type SlackPerson } from '../../simulations/slack/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, idle, openForm, rootWith } from '../support/scenario.ts';

let bot: TestBot;
let lee: SlackPerson;
beforeAll(async () => {
  bot = await startTestBot();
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
  await addConnection(bot, awsValues('complete'), { verdict: /prod-eu can build/, replies: 1 });
  await addConnection(bot, awsValues('complete', 'taken'), { verdict: /taken can build/, replies: 1 });
});
afterAll(async () => {
  await lee.close();
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});
beforeEach(async () => {
  bot.person.privately.splice(0);
  await idle(bot);
});

const problemsOf = async (values: Record<string, unknown>, view = openForm(bot, 'connection edit prod-eu')) =>
  (await bot.person.submit(await view, values)).body.errors;

/** What a form shows already, by its input. */
function shownIn({ blocks }: { blocks: readonly Record<string, unknown>[] }): Record<string, unknown> {
  type Element = { initial_value?: string; initial_option?: { value: string } };
  const inputs = blocks.filter(({ type }) => type === 'input') as { block_id: string; element: Element }[];
  return Object.fromEntries(
    inputs.map(({ block_id, element }) => [block_id, element.initial_value ?? element.initial_option?.value]),
  );
}

it('asks for what may be changed, as it is, and for nothing that says where a secret goes', async () => {
  const view = await openForm(bot, 'connection edit prod-eu');
  expect(shownIn(view)).toEqual({
    name: 'prod-eu',
    description: undefined,
    tags: undefined,
    'aws.region': 'eu-central-1',
    'aws.profileOptions': undefined,
  });
  await lee.type('edit prod-eu');
  expect(readMessage(await lee.nextReply())).toMatch(
    /^Only who added prod-eu, or whoever was given the role/,
  );
});

it('refuses a name that is taken or empty, and keeps everything', async () => {
  expect(await problemsOf({ name: 'TAKEN', 'aws.region': 'eu-central-1' })).toEqual({
    name: 'There is already a connection called "TAKEN". Choose another name.',
  });
  expect(await problemsOf({ name: ' ', 'aws.region': 'eu-central-1' })).toEqual({
    name: 'Enter a name, such as prod-eu.',
  });
  await bot.person.type('show prod-eu');
  expect(readMessage(await bot.person.nextReply())).toContain('prod-eu, AWS · 123456789012 · eu-central-1');
});

it('refuses what was filled in while somebody else changed the connection', async () => {
  const late = await openForm(bot, 'connection edit prod-eu');
  const values = { name: 'prod-eu', description: 'Ours.', tags: 'production', 'aws.region': 'eu-west-1' };
  await bot.person.submit(await openForm(bot, 'connection edit prod-eu'), values);
  await rootWith(bot, /prod-eu can build/);
  expect(
    await problemsOf({ name: 'prod-late', 'aws.region': 'eu-central-1' }, Promise.resolve(late)),
  ).toEqual({
    name: expect.stringContaining('Somebody has changed this connection'),
  });
});

it('renames and moves a connection, verifies it there, and keeps its history', async () => {
  const values = { name: 'it\'s "prod" 🚀', tags: 'production, eu', 'aws.region': 'eu-central-1' };
  await bot.person.submit(await openForm(bot, 'connection edit prod-eu'), values);
  const root = await rootWith(bot, /^✅ it's "prod" 🚀 can build images/);
  expect(readMessage(root)).toContain('AWS 123456789012 · eu-central-1');

  await bot.person.type('show it\'s "prod" 🚀');
  const shown = readMessage(await bot.person.nextReply());
  expect(shown).toContain('Tags: production, eu');
  expect(shown).toContain('The last 3, since');
  expect(shown).toMatch(/last changed by .*kim/);
  await bot.person.type('show prod-eu');
  expect(readMessage(await bot.person.nextReply())).toContain('There is no connection "prod-eu" here.');
});

it('changes what an uploaded key builds with, without the key file', async () => {
  const file = bot.workspace.upload('key.json', keyFileOf('complete'));
  const added = { name: 'shared', 'google.keyFile': [file] };
  await addConnection(bot, added, { verdict: /shared can build/, replies: 1, provider: 'google' });
  const account = 'builder@xoap-demo.iam.gserviceaccount.com';
  const values = { name: 'shared', 'google.instanceServiceAccount': account };
  await bot.person.submit(await openForm(bot, 'connection edit shared'), values);
  await rootWith(bot, /shared (can|cannot|may)/);
  expect(shownIn(await openForm(bot, 'connection edit shared'))).toMatchObject({
    'google.instanceServiceAccount': account,
  });
  await idle(bot);
  const cleared = { name: 'shared', 'google.instanceServiceAccount': '' };
  await bot.person.submit(await openForm(bot, 'connection edit shared'), cleared);
  expect(shownIn(await openForm(bot, 'connection edit shared'))).toMatchObject({
    'google.instanceServiceAccount': undefined,
  });
});
