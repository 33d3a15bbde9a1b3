import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSlackAdapter } from '../../../adapters/slack/adapter.ts';
import { clientsWith } from '../../../adapters/slack/clients.ts';
import { formView } from '../../../adapters/slack/form.ts';
import { createGrants } from '../../../adapters/slack/grants.ts';
import { asWords, cutAtLines } from '../../../adapters/slack/without-files.ts';
import { readMessage } from '../../../simulations/slack/person.ts';
import { botToken } from '../../../simulations/slack/seed.ts';
import { type SlackWorkspace, startSlackWorkspace } from '../../../simulations/slack/workspace.ts';
import { silent } from '../../support/silent.ts';

describe('a long snippet where no file may be attached', () => {
  let workspace: SlackWorkspace;
  beforeAll(async () => {
    workspace = await startSlackWorkspace();
  });
  afterAll(() => workspace.close());
  beforeEach(() => {
    workspace.calls.length = 0;
    workspace.trouble.clear();
  });

  const lines = Array.from({ length: 300 }, (_none, index) => `line ${index}: ${'x'.repeat(20)}\n`);
  const snippet = {
    summary: 'Fix',
    parts: [{ kind: 'code' as const, language: 'shell' as const, text: lines.join('') }],
  };

  async function posted(scopes?: readonly string[]) {
    const clients = clientsWith(botToken, { slackApiUrl: workspace.apiUrl, logger: silent, scopes });
    const adapter = createSlackAdapter({
      clientsOf: async () => clients,
      endings: { isOver: async () => false },
      pacing: { reserve: async () => 0 },
      commandWord: '/xoap',
    });
    const to = { workspaceId: `slack:${workspace.teamId}`, conversationId: workspace.channelId };
    await adapter.post(to, snippet);
    const posts = workspace.calls.filter(({ method }) => method === 'chat.postMessage');
    return posts.map(({ body }) => readMessage(body as never));
  }

  it('comes in several messages, with nothing lost and the reason in the first', async () => {
    const texts = await posted(['chat:write']);

    expect(texts.length).toBeGreaterThan(2);
    expect(texts[0]).toContain('Fix, part 1 of');
    expect(texts[0]).toContain('(scope files:write), so this comes in parts');
    const code = texts.map((text) => text.slice(text.indexOf('line '))).join('\n');
    for (const line of lines) expect(code).toContain(line.trim());
    expect(workspace.problems).toEqual([]);
    expect(workspace.calls.some(({ method }) => method.startsWith('files.'))).toBe(false);
  });

  it('comes so too where Slack says only then that the scope is missing', async () => {
    workspace.trouble.set('files.getUploadURLExternal', [{ error: 'missing_scope' }]);
    expect((await posted())[0]).toContain('Fix, part 1 of');
  });
});

it('a text is cut behind its lines, and within one that is too long', () => {
  expect(cutAtLines('one\ntwo\nthree', 8)).toEqual(['one\ntwo\n', 'three']);
  expect(cutAtLines('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  expect(cutAtLines('short', 10)).toEqual(['short']);
});

it('a picture is told in words, with the reason', () => {
  expect(JSON.stringify(asWords('Report', 'prod-eu is ready'))).toMatch(
    /prod-eu is ready.*the picture is left out/,
  );
});

describe('a form that takes a file', () => {
  const field = { id: 'google.keyFile', label: 'Key file', kind: 'file', hint: 'JSON.' } as const;
  const form = { title: 'Add', submitLabel: 'Add', token: 't', fields: [field], notes: [], snippets: [] };
  const drawn = (scopes?: readonly string[]) => JSON.stringify(formView(form, createGrants(scopes)).blocks);

  it('asks for its text alone where the bot may not read files, and says why', () => {
    expect(drawn(['commands'])).not.toContain('file_input');
    expect(drawn(['commands'])).toContain('does not let the bot read files (scope files:read)');
  });

  it('takes both where it may, and where that is not known', () => {
    expect(drawn(['files:read'])).toContain('file_input');
    expect(drawn()).toContain('file_input');
  });
});
