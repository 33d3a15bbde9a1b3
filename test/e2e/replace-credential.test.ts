import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { createSlackPerson, readMessage, type SlackPerson } from '../../simulations/slack/person.ts';
import type { SlackPost } from '../../simulations/slack/workspace.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { until } from '../../simulations/until.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { everythingIn } from '../support/redis-content.ts';
import {
  addConnection,
  awsValues,
  formValues,
  idle,
  openForm,
  rootNow,
  rootWith,
  threadOf,
} from '../support/scenario.ts';

let bot: TestBot;
let lee: SlackPerson;
beforeAll(async () => {
  bot = await startTestBot();
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
});
afterAll(async () => {
  await lee.close();
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.tenant.problems).toEqual([]);
});
beforeEach(async () => {
  bot.person.privately.splice(0);
  await idle(bot);
});

const keyValues = (key: 'complete' | 'partial' | 'scp' | 'deleted') => ({
  'aws.accessKeyId': demoKeys[key].id,
  'aws.secretAccessKey': demoKeys[key].secret,
});
const inputIds = (blocks: readonly Record<string, unknown>[]) =>
  blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);

async function openReplacement(root: SlackPost) {
  const draws = bot.person.draws();
  await bot.person.click(root, 'replace-credential');
  return bot.person.viewAfter(draws + 1);
}

describe('a credential of AWS', () => {
  beforeAll(async () => {
    await addConnection(bot, awsValues('partial'), { verdict: /prod-eu cannot/, replies: 4 });
  });

  it('is asked for alone, of whoever may change the connection', async () => {
    const view = await openForm(bot, 'connection rotate prod-eu');
    expect(view.title.text).toBe('Replace the credential');
    expect(inputIds(view.blocks)).toEqual(['aws.accessKeyId', 'aws.secretAccessKey', 'aws.sessionToken']);
    expect(JSON.stringify(view)).not.toContain(demoKeys.partial.id);

    await lee.type('connection rotate prod-eu');
    expect(readMessage(await lee.nextReply())).toMatch(
      /^Only who added prod-eu, or whoever was given the role/,
    );
    expect(JSON.stringify((await lee.submit(view, keyValues('complete'))).body)).toContain(
      'There is no such form here',
    );
    await bot.person.type('connection rotate nowhere');
    expect(readMessage(await bot.person.nextReply())).toContain('There is no connection "nowhere" here.');
  });

  it('is told beside its field what is wrong with it', async () => {
    const view = await openForm(bot, 'connection rotate prod-eu');
    const { body } = await bot.person.submit(view, {
      'aws.accessKeyId': demoKeys.complete.id,
      'aws.secretAccessKey': 'planted/cut',
    });
    expect(body.errors).toEqual({ 'aws.secretAccessKey': expect.stringContaining('has 40 characters') });
  });

  it('that does not sign in is not kept, and the one before stays', async () => {
    const view = await openForm(bot, 'connection rotate prod-eu');
    await bot.person.submit(view, keyValues('deleted'));

    const root = await rootWith(bot, /^🔑 The new credential of prod-eu was not kept — /);
    expect(readMessage(root)).toContain('The credential before it stays in use.');
    expect(readMessage(root)).toContain('[Replace credential…] [Verify again]');
    await idle(bot);
    await bot.person.click(root, 'verify-again');
    await rootNow(bot, root, /prod-eu cannot build images: 4 permissions/);
  });

  it('of another account is asked about, and deleted where it was not meant', async () => {
    const view = await openForm(bot, 'connection rotate prod-eu');
    await bot.person.submit(view, keyValues('scp'));

    const root = await rootWith(bot, /^❔ The new credential of prod-eu signs in to another account/);
    expect(root.text).toContain('AWS 210987654321 · eu-central-1, and not 123456789012 · eu-central-1');
    await lee.click(root, 'use-replacement');
    expect(readMessage(await lee.nextReply())).toMatch(/^Only who added prod-eu/);
    await bot.person.click(root, 'drop-replacement');
    expect(readMessage(await bot.person.nextReply())).toBe(
      'The new credential of prod-eu is deleted. The one before stays in use.',
    );
    await bot.person.click(root, 'use-replacement');
    expect(readMessage(await bot.person.nextReply())).toContain('is not waiting any more');
    await bot.person.click(root, 'drop-replacement');
    expect(readMessage(await bot.person.nextReply())).toContain('is not waiting any more');
    expect(await bot.redis.prompt.keys('*:replacement:*')).toEqual([]);
  });

  it('that signs in to the same account is used from then on, with the history of the one before', async () => {
    const view = await openForm(bot, 'connection rotate prod-eu');
    await bot.person.submit(view, keyValues('complete'));

    const root = await rootWith(bot, /^✅ prod-eu can build images: .* fixed since/);
    const [first] = (await threadOf(bot, root, 2)).map(readMessage);
    expect(first).toBe(
      'The credential was replaced by kim. The one before is deleted here; delete it at the provider too.',
    );
    await idle(bot);
    await bot.person.click(root, 'verify-again');
    await until('the second run', async () =>
      (await threadOf(bot, root, 3)).some((post) => readMessage(post).includes('Nothing changed since')),
    );
    expect(await bot.redis.prompt.keys('*:replacement:*')).toEqual([]);
  });

  it('of another account is used where it was meant', async () => {
    const view = await openForm(bot, 'connection rotate prod-eu');
    await bot.person.submit(view, keyValues('scp'));
    // The question from before is still there, in this Slack.
    const root = await until('the second question', async () => {
      const posts = await bot.workspace.roots(bot.workspace.channelId);
      const questions = posts.filter(({ text }) => text.startsWith('❔ The new credential of prod-eu'));
      return (
        questions.length === 2 && questions.toSorted((one, other) => Number(other.ts) - Number(one.ts))[0]
      );
    });
    await idle(bot);
    await bot.person.click(root, 'use-replacement');

    const answer = await rootNow(bot, root, /prod-eu (cannot|may|is|can)/);
    expect(readMessage(answer)).toContain('AWS 210987654321');
  });

  it('is nowhere, whatever became of it', async () => {
    const everything = [
      await everythingIn(bot.redis.prompt),
      ...bot.logs,
      JSON.stringify(bot.workspace.calls),
    ].join();
    for (const { secret } of [demoKeys.complete, demoKeys.scp, demoKeys.deleted, demoKeys.partial])
      expect(everything).not.toContain(secret);
    expect(everything).not.toContain('planted/cut');
  });

  it('stands in the audit trail as entered and refused', async () => {
    const entries = await bot.redis.prompt.xrange(`xoap:{slack:${bot.workspace.teamId}}:audit`, '-', '+');
    const trail = entries.map(([, fields]) => fields.join(' '));
    expect(trail.filter((each) => each.includes('a new credential was entered'))).toHaveLength(4);
    expect(trail.filter((each) => each.includes('connection.change outcome refused'))).toHaveLength(2);
  });
});

describe('under an answer whose sign-in failed', () => {
  it('the credential is replaced in place', async () => {
    const { root } = await addConnection(bot, awsValues('deleted', 'gone'), {
      verdict: /gone cannot sign in/,
      replies: 1,
    });
    await idle(bot);
    await bot.person.submit(await openReplacement(root), keyValues('complete'));

    const answer = await rootNow(bot, root, /^✅ gone can build images/);
    expect(readMessage(answer)).not.toContain('Replace credential');
  });

  it.each<[string, string, Record<string, string>, readonly string[], Record<string, string>]>([
    [
      'azure',
      'azure-gone',
      formValues('azure', azureCredential('contributor', { clientSecret: 'fake~wrong~'.padEnd(40, 'x') })),
      ['azure.clientSecret', 'azure.secretExpiresOn'],
      { 'azure.clientSecret': azureCredential('contributor').clientSecret ?? '' },
    ],
    [
      'google',
      'google-gone',
      { 'google.keyFile': keyFileOf('deleted'), 'google.projectId': 'xoap-complete' },
      ['google.keyFile', 'google.keyFile-text'],
      { 'google.keyFile': keyFileOf('complete') },
    ],
  ])('so it is of %s', async (provider, name, values, fields, replaced) => {
    const { root } = await addConnection(
      bot,
      { name, ...values },
      { provider, verdict: new RegExp(`${name} cannot sign in`), replies: 1 },
    );
    await idle(bot);
    const view = await openReplacement(root);
    expect(inputIds(view.blocks)).toEqual(fields);
    await bot.person.submit(view, replaced);

    await rootNow(bot, root, new RegExp(`^✅ ${name} can build images`));
  });

  it('so it is of vSphere', async () => {
    const { port, fingerprint: certificateSha256 } = bot.vsphere;
    const wrong = vsphereCredential('full', port, { certificateSha256, password: 'planted-wrong' });
    const { root } = await addConnection(
      bot,
      { name: 'vc-gone', ...formValues('vsphere', wrong) },
      { provider: 'vsphere', verdict: /vc-gone cannot sign in/, replies: 1 },
    );
    await idle(bot);
    const view = await openReplacement(root);
    expect(inputIds(view.blocks)).toEqual(['vsphere.password']);
    await bot.person.submit(view, { 'vsphere.password': vsphereCredential('full', port).password });

    await rootNow(bot, root, /^✅ vc-gone can build images/);
  });
});

describe('in Teams', () => {
  it('it is replaced in a dialog, from a card or a typed command', async () => {
    const person = bot.teamsPerson;
    const first = await person.openExtension();
    const second = person.dialogIn(
      await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }),
      true,
    );
    await person.press(second, 'Add and verify', awsValues('deleted', 'teams-eu'));
    const card = await person.card(/teams-eu cannot sign in/);
    await idle(bot);
    const dialog = await person.openDialog(card, 'Replace credential…');
    expect(readCard(dialog.card)).toContain('<Secret access key>');
    await person.press(dialog, 'Verify and replace', keyValues('complete'));
    await person.card(/teams-eu can build images/);

    await person.type('connection rotate teams-eu');
    const invitation = await person.card(/This opens a form/);
    expect((await person.openDialog(invitation, 'Replace the credential')).title).toBe(
      'Replace the credential',
    );
  });
});
