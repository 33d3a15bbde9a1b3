import { describe, expect, it } from 'vitest';
import { createFormTokens } from '../../src/access/form-token.ts';
import { type ChatDependencies, createChat } from '../../src/chat/chat.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { everybodyIs } from '../support/access.ts';
import { silent } from '../support/silent.ts';

const actor = { workspaceId: 'slack:T1', userId: 'U1' };
const context = { actor, conversationId: 'C1' };
const formTokens = createFormTokens([Buffer.alloc(32, 1)]);
// Nothing here reaches a store: what does is told apart end to end.
const chat = createChat({
  providers: await loadProviders(),
  formTokens,
  logger: silent,
  timeZone: 'UTC',
  commandWord: '/xoap',
  now: () => new Date(),
  heldNames: () => [],
  access: everybodyIs('operator'),
  intake: { mode: 'chat' },
} as unknown as ChatDependencies);

const formIn = async (reply: ReturnType<typeof chat.openAhead>) => {
  const resolved = await reply;
  if (resolved?.kind !== 'form') throw new Error('no form');
  return resolved.form;
};

describe('commands', () => {
  it('that only open a form open it ahead, at once where nothing is asked', async () => {
    const opened = chat.openAhead('connection add aws', context);
    expect(opened).not.toBeInstanceOf(Promise);
    expect((await formIn(opened)).title).toBe('Add a connection');
    expect((await formIn(chat.openAhead('report schedule', context))).title).toBe('Schedule a report');
  });

  it('that do more never run ahead', () => {
    for (const text of ['connection list', 'connection remove x', 'report now', 'help', 'nonsense'])
      expect(chat.openAhead(text, context)).toBeUndefined();
  });

  it('open the same form by a button', async () => {
    const click = { action: 'open-form', value: 'connection add aws', message: undefined } as const;
    const reply = await chat.click(click, context);
    const { token: _token, ...form } = await formIn(reply);
    const { token: _other, ...typed } = await formIn(await chat.command('connection add aws', context));
    expect(form).toEqual(typed);
  });

  it('name the provider that there is not, and those there are', async () => {
    expect(chat.openAhead('connection add moon', context)).toMatchObject({
      kind: 'message',
      message: { summary: expect.stringMatching(/no provider "moon".*aws, azure, google, vsphere/) },
    });
  });
});

describe('a form that comes back', () => {
  const redraw = (draft: unknown, holder = actor) =>
    chat.redraw({ actor, token: formTokens.sign(draft, holder), values: { provider: 'aws' } });

  it('is drawn by what its token says it is', async () => {
    const form = await redraw({ form: 'add-connection', conversationId: 'C1' });
    expect(form.fields.map(({ id }) => id)).toContain('aws.accessKeyId');
  });

  it.each([
    ['of another version', { conversationId: 'C1' }],
    ['of a kind that there is not', { form: 'launch-rocket', conversationId: 'C1' }],
    ['without what its kind needs', { form: 'snooze-report', conversationId: 'C1' }],
    ['that is no object', 'C1'],
  ])('%s is told to be outdated', async (_what, draft) => {
    await expect(redraw(draft)).rejects.toMatchObject({ code: 'chat.form-outdated' });
  });

  it('of somebody else is unknown', async () => {
    const draft = { form: 'add-connection', conversationId: 'C1' };
    const other = { ...actor, userId: 'U2' };
    await expect(redraw(draft, other)).rejects.toMatchObject({ code: 'access.unknown-form' });
  });
});
