import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPrivateKey, keyFileOf, refusedFiles } from '../../simulations/google/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { openForm, rootWith, threadOf } from '../support/scenario.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.google.faults).toEqual([]);
});

const form = () => openForm(bot, 'connection add google');
const errorsOf = (body: Record<string, unknown>) => body.errors as Record<string, string>;

/** Uploads a file in the form, as Slack tells it to the bot. */
async function submitFile(
  name: string,
  content: string,
  more: Parameters<TestBot['workspace']['upload']>[2] = {},
) {
  const file = bot.workspace.upload('key.json', content, more);
  return bot.person.submit(await form(), { name, 'google.keyFile': [file] });
}

describe('the form', () => {
  it('takes the key as a file or as text, and says that an upload stays in Slack', async () => {
    const { blocks } = await form();
    const keyInputs = blocks.filter(({ block_id }) => String(block_id).startsWith('google.keyFile'));

    expect(keyInputs.map(({ element }) => (element as { type: string }).type)).toEqual([
      'file_input',
      'plain_text_input',
    ]);
    expect(keyInputs[0]?.element).toMatchObject({ filetypes: ['json'], max_files: 1 });
    expect(JSON.stringify(keyInputs)).toContain('stays in Slack under your name until you delete it');
  });
});

describe('an uploaded key file', () => {
  it('is verified, and its owner is told how to delete it', async () => {
    const { status, text } = await submitFile('uploaded', keyFileOf('complete'));
    expect([status, text]).toEqual([200, '']);

    const root = await rootWith(bot, /uploaded can build images: 38 of 38 met/);
    expect(readMessage(root)).toContain('Google Cloud xoap-complete · service account builder@xoap-complete');
    const notice = await until('the notice', () =>
      bot.workspace.calls.find(
        ({ method, body }) => method === 'chat.postMessage' && String(body.text).includes('stays in Slack'),
      ),
    );
    expect(JSON.stringify(notice.body.blocks)).toContain('https://example.slack.com/files/U0/');
    expect(notice.body.channel).not.toBe(bot.workspace.channelId);
  });

  it.each(Object.entries(refusedFiles))('that is %s is refused beside the field', async (_what, content) => {
    const { body } = await submitFile('refused', content);

    expect(body.response_action).toBe('errors');
    expect(Object.keys(errorsOf(body))).toEqual(['google.keyFile']);
  });

  it('of 3 MB is not even fetched, whatever size it claims to have', async () => {
    const large = refusedFiles['a 3 MB file'] ?? '';

    expect(errorsOf((await submitFile('large', large)).body)['google.keyFile']).toContain(
      'larger than 64 KB',
    );
    expect(errorsOf((await submitFile('liar', large, { size: 2_000 })).body)['google.keyFile']).toContain(
      'larger than 64 KB',
    );
  });

  it('that Slack answers with its sign-in page names the missing scope', async () => {
    const { body } = await submitFile('page', '<html>', { contentType: 'text/html; charset=utf-8' });

    expect(errorsOf(body)['google.keyFile']).toContain('files:read is missing');
  });

  it('at another host is never fetched, so the bot’s token never leaves Slack', async () => {
    for (const address of ['https://files.slack.com.example.com/x', 'http://192.0.2.1/x', 'not an address']) {
      const { body } = await submitFile('elsewhere', keyFileOf('complete'), {
        url_private_download: address,
      });

      expect(errorsOf(body)['google.keyFile']).toContain('is not kept by Slack itself');
    }
  });

  it('and its text at once are refused', async () => {
    const view = await form();
    const file = bot.workspace.upload('key.json', keyFileOf('complete'));
    const sent = bot.person.recordNext();
    await bot.person.submit(view, { name: 'both', 'google.keyFile': [file] });
    await rootWith(bot, /both can build images/);

    const payload = JSON.parse(new URLSearchParams(sent().body).get('payload') ?? '');
    const text = payload.view.state.values['google.keyFile-text']['google.keyFile'];
    text.value = keyFileOf('complete');
    const { body } = await bot.person.sendPayload(payload);

    expect(errorsOf(body)['google.keyFile']).toContain('not both');
  });
});

describe('a pasted key file', () => {
  it('is verified, with a thread that names the role and the command', async () => {
    const pasted = keyFileOf('instances')
      .replaceAll('\\n', '\n')
      .replace(/"([^"]*)"/gs, '“$1”');
    await bot.person.submit(await form(), { name: 'pasted', 'google.keyFile': pasted });

    const root = await rootWith(bot, /pasted cannot build images: role compute/);
    const thread = (await threadOf(bot, root, 4)).map(readMessage).join('\n');

    expect(readMessage(root)).toContain('[Verify again in 7 minutes]');
    expect(thread).toContain('gcloud projects add-iam-policy-binding xoap-instances');
    expect(thread).toContain('resource "google_project_iam_member"');
  });

  it('with Shared VPC asks for the host project beside its field', async () => {
    const values = {
      name: 'vpc',
      'google.keyFile': keyFileOf('shared'),
      'google.profileOptions': ['shared-vpc'],
    };
    const { body } = await bot.person.submit(await form(), values);

    expect(Object.keys(errorsOf(body))).toEqual(['google.hostProjectId']);
  });
});

it('keeps the key out of messages and logs', () => {
  const line = demoPrivateKey.split('\n')[1] ?? '';

  expect(line.length).toBeGreaterThan(40);
  expect(bot.logs.join('').includes(line)).toBe(false);
  expect(JSON.stringify(bot.workspace.calls).includes(line)).toBe(false);
});
