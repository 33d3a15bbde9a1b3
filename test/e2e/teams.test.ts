import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { actionsIn, readCard } from '../../simulations/teams/card-checker.ts';
import {
  type Conversation,
  channel,
  groupChat,
  personalChat,
  type TeamsPerson,
} from '../../simulations/teams/person.ts';
import type { TeamsPost, TeamsTenant } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { awsValues, verified } from '../support/scenario.ts';

let bot: TestBot;
let person: TeamsPerson;
let tenant: TeamsTenant;

beforeAll(async () => {
  bot = await startTestBot();
  person = bot.teamsPerson;
  tenant = bot.tenant;
});
afterAll(() => bot.close());

const awsDecided = { type: 'cloud', provider: 'aws' };

/** Goes through the dialog of the message extension. */
async function addConnection(values: Record<string, unknown>, where = channel) {
  const first = await person.openExtension(where);
  const second = person.dialogIn(await person.press(first, 'Next', awsDecided), true);
  return { second, answer: await person.press(second, 'Add and verify', values) };
}

it('an empty list has a button that opens the dialog', async () => {
  await person.type('connection list', personalChat);
  const list = await person.card(/There are no connections yet/);

  const dialog = await person.openDialog(list, 'Add a connection');

  expect(dialog.title).toBe('Add a connection');
});

describe('installed by a person for themselves', () => {
  const install = (action: string, where: Conversation) =>
    person.send(person.activity({ type: 'installationUpdate', action }, where));

  it('greets them with how everything stands, and a way to begin', async () => {
    const known = tenant.posts.length;
    expect((await install('add', personalChat)).status).toBe(200);

    const greeting = await until('a greeting', () => tenant.posts[known]);

    expect(greeting.conversationId).toBe(personalChat.id);
    expect(readCard(greeting.card)).toMatch(/^Hello\. This bot proves .*\nThere are no connections yet\./);
    expect((await person.openDialog(greeting, 'Add a connection')).title).toBe('Add a connection');

    await person.type('home', personalChat);
    const again = await until('the same', () => tenant.posts[known + 1]);
    expect(readCard(greeting.card)).toContain(readCard(again.card));
  });

  it('says nothing in a channel that it is added to, and nothing when it is taken away', async () => {
    const known = tenant.posts.length;

    for (const [action, where] of [
      ['add', channel],
      ['remove', personalChat],
    ] as const)
      expect((await install(action, where)).status).toBe(200);

    await person.type('help', groupChat);
    await until('the list of commands', () => tenant.posts[known]);
    expect(readCard(tenant.posts[known]?.card ?? {})).toContain('connection add');
  });
});

describe('adding a connection through the message extension', () => {
  let root: TeamsPost;

  it('asks for type and provider first, then for the fields of the provider', async () => {
    const first = await person.openExtension();
    expect(readCard(first.card)).toBe('<Type>\n<Provider>\n[Next]');

    const second = person.dialogIn(await person.press(first, 'Next', awsDecided), true);

    expect(second.title).toBe('Add a connection');
    const text = readCard(second.card);
    expect(text).toContain('Type: Cloud provider\nProvider: AWS\nHow it signs in: Access key');
    expect(text).toContain('<Access key id>');
    expect(text).toContain('[Add and verify] [Change]');
  });

  it('says so when the provider is not of the type', async () => {
    const first = await person.openExtension();

    const answer = await person.press(first, 'Next', { type: 'on-premises', provider: 'aws' });

    expect(readCard(person.dialogIn(answer, true).card)).toContain(
      '<Provider>\nThat is not offered here. Choose another.',
    );
  });

  it('says beside a field what is wrong, and keeps what was typed but secrets', async () => {
    const { second, answer } = await addConnection({
      ...awsValues('partial', 'prod-eu'),
      'aws.region': 'eu-moon-1',
      tags: 'kept, too',
    });
    expect(JSON.stringify(second.card)).toContain('"style":"Password"');

    const again = person.dialogIn(answer, true);

    const text = readCard(again.card);
    expect(text).toMatch(/<Region>\nThere is no such region/);
    for (const kept of ['prod-eu', 'eu-moon-1', 'kept, too'])
      expect(JSON.stringify(again.card)).toContain(`"value":"${kept}"`);
    expect(JSON.stringify(again.card)).toContain(demoKeys.partial.id);
    expect(JSON.stringify(again.card)).not.toContain(demoKeys.partial.secret);
    expect(text).toMatch(/<Secret access key>\nIf you entered one, enter it again: secrets are not kept\./);
  });

  it('answers in the channel: the verdict in a card, what is missing in its thread', async () => {
    const { answer } = await addConnection(awsValues('partial', 'prod-eu'));
    expect(answer.body).toEqual({
      task: { type: 'message', value: 'Verifying. The answer comes in this conversation.' },
    });

    root = await person.card(/prod-eu cannot build images/);
    const thread = await person.thread(root, 4);

    expect(root.conversationId).toBe(`${channel.id};messageid=${root.id}`);
    expect(readCard(root.card)).toContain('· Kim Example');
    expect(readCard(root.card)).toContain('[Verify again] [Accept…] [Show all checks]');
    expect(root.updates).toBeGreaterThan(0);
    const texts = thread.map(({ card }) => readCard(card));
    expect(texts[0]).toContain('"ec2:DeregisterImage"');
    expect(texts[1]).toContain('ec2:CreateImage');
    expect(texts[3]).toContain('What was checked and how');
  });

  it('verifies again on a click, and says in the thread what was fixed', async () => {
    bot.cloud.holder(demoKeys.partial.id).policies = bot.cloud.holder(demoKeys.complete.id).policies;

    await verified(bot);
    const answer = await person.click(root, 'Verify again');

    expect(answer.body).toMatchObject({ statusCode: 200, value: expect.stringContaining('Verifying') });
    await person.card(/prod-eu can build images: .* fixed since/);
    const thread = await person.thread(root, 5);
    expect(readCard(thread[4]?.card ?? {})).toContain('Fixed since');
    expect(tenant.posts.filter(({ card }) => readCard(card).includes('can build images'))).toHaveLength(1);
  });

  it('takes the same click from a client without Action.Execute', async () => {
    const updates = root.updates;

    expect((await person.clickFallback(root, 'Show all checks')).status).toBe(200);

    const checks = await person.card(/All checks of prod-eu/);
    expect(readCard(checks.card)).toContain('✅ granted | ec2:CreateKeyPair');
    expect(root.updates).toBe(updates);
  });
});

describe('typed commands', () => {
  it.each([channel, groupChat, personalChat])('are answered in $kind', async (where) => {
    const known = tenant.posts.length;

    expect((await person.type('help', where)).status).toBe(200);

    const help = tenant.posts
      .slice(known)
      .find(({ card }) => readCard(card).includes('What this bot understands'));
    expect(help?.conversationId.startsWith(where.id)).toBe(true);
    expect(readCard(help?.card ?? {})).toContain('@xoap connection verify NAME');
  });

  it('open the form with a button, and the answer to it comes to the chat they were typed in', async () => {
    await person.type('connection add aws', groupChat);
    const invitation = await person.card(/This opens a form/);
    expect(invitation.conversationId).toBe(groupChat.id);

    const dialog = await person.openDialog(invitation, 'Add a connection');
    const answer = await person.press(dialog, 'Add and verify', awsValues('complete', 'in-group'));

    expect(answer.body).toEqual({});
    const root = await person.card(/in-group can build images/);
    expect(tenant.posts.find(({ id }) => id === root.id)).toBeDefined();
  });

  it('ask before a connection is removed, and put the answer in place of the question', async () => {
    await person.type('connection remove in-group', personalChat);
    const question = await person.card(/Remove in-group\?/);

    const answer = await person.click(question, 'Remove');

    expect(answer.body).toMatchObject({ type: 'application/vnd.microsoft.card.adaptive' });
    await person.card(/^Removed in-group with its credential/);
    expect(actionsIn(question.card)).toEqual([]);
  });

  it('may name the bot in plain text where there is nobody to mention', async () => {
    await person.type('@xoap connection list nothing-of-that-name', personalChat);

    await person.card(/No connection has a name that contains "nothing-of-that-name"/);
  });

  it('say what was meant', async () => {
    await person.type('conection lst', personalChat);

    await person.card(
      /There is no command "conection lst"\. @xoap help lists all\. Did you mean @xoap connection list\?/,
    );
  });
});

it('sent nothing that Teams would refuse', () => {
  expect(tenant.problems).toEqual([]);
  expect(bot.logs.filter((line) => /"level":"error"/.test(line))).toEqual([]);
});
