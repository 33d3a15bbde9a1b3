import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAdapter } from '../../src/chat/delivery/chat-adapter.ts';
import type { Message, Part } from '../../src/chat/model/message.ts';
import { sentence } from '../../src/chat/model/message.ts';

/** A platform as the contract sees it: what stands where, and how to make it refuse. */
export type AdapterHarness = {
  readonly adapter: ChatAdapter;
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly userId: string;
  /** The texts of the root messages of a conversation, oldest first. */
  roots(conversationId: string): Promise<string[]>;
  /** The texts in the thread of a root message, oldest first. */
  replies(conversationId: string, messageId: string): Promise<string[]>;
  /** Makes the next calls fail: as one who may not write there, or as a platform that is down. */
  refuse(how: 'not-in-conversation' | 'down'): void;
  /** What the platform would not have taken; must stay empty. */
  readonly problems: readonly string[];
  close(): Promise<unknown>;
};

/** What every chat adapter promises. */
export function describeChatAdapter(name: string, create: () => Promise<AdapterHarness>): void {
  describe(`${name} as a chat adapter`, () => {
    let harness: AdapterHarness;
    beforeAll(async () => {
      harness = await create();
    });
    afterAll(() => harness.close());
    const here = () => ({ workspaceId: harness.workspaceId, conversationId: harness.conversationId });

    it('posts a message, and changes it in place', async () => {
      const { adapter, workspaceId } = harness;
      const ref = await adapter.post(here(), sentence('first words'));

      await adapter.update(workspaceId, ref, sentence('second words'));

      const roots = await harness.roots(harness.conversationId);
      expect(roots).toContain('second words');
      expect(roots).not.toContain('first words');
    });

    it('answers in the thread of a message', async () => {
      const root = await harness.adapter.post(here(), sentence('a root'));

      await harness.adapter.post({ ...here(), threadId: root.messageId }, sentence('an answer'));

      expect(await harness.replies(harness.conversationId, root.messageId)).toEqual(['an answer']);
      expect(await harness.roots(harness.conversationId)).not.toContain('an answer');
    });

    it('says of a message that is not there that it is gone', async () => {
      const { adapter, workspaceId, conversationId } = harness;
      const gone = { conversationId, messageId: '1000000000000.000001' };

      await expect(adapter.update(workspaceId, gone, sentence('x'))).rejects.toMatchObject({
        code: 'chat.message-gone',
      });
    });

    it('says that it may not write where it may not', async () => {
      harness.refuse('not-in-conversation');

      await expect(harness.adapter.post(here(), sentence('x'))).rejects.toMatchObject({
        code: 'chat.bot-not-in-conversation',
      });
    });

    it('says that a platform is down, so that it is tried again', async () => {
      harness.refuse('down');

      await expect(harness.adapter.post(here(), sentence('x'))).rejects.toMatchObject({
        code: 'chat.unavailable',
        retryable: true,
      });
    });

    it('writes to a person alone', async () => {
      const { adapter, workspaceId, userId } = harness;
      const conversationId = await adapter.directConversation(workspaceId, userId);

      await adapter.post({ workspaceId, conversationId }, sentence('between us'));

      expect(await harness.roots(conversationId)).toEqual(['between us']);
    });

    it('splits what is too long, loses nothing, and every page is taken', async () => {
      const list: Part = {
        kind: 'list',
        items: Array.from({ length: 400 }, (_, index) => [`item-${index}: ${'x'.repeat(60)}`]),
      };
      const table: Part = {
        kind: 'table',
        columns: ['A', 'B'],
        rows: Array.from({ length: 200 }, (_, index) => [[`row-${index};`], [{ code: 'cell' }]]),
      };
      const message: Message = {
        summary: 'long',
        parts: [list, table, { kind: 'text', spans: ['ß'.repeat(30_000)] }],
      };
      const [first, ...rest] = harness.adapter.paginate(message);
      if (!first) throw new Error('No page');

      const root = await harness.adapter.post(here(), first);
      for (const page of rest) await harness.adapter.post({ ...here(), threadId: root.messageId }, page);

      const roots = await harness.roots(harness.conversationId);
      const all = [roots.at(-1), ...(await harness.replies(harness.conversationId, root.messageId))].join(
        '\n',
      );
      for (let index = 0; index < 400; index += 1) expect(all).toContain(`item-${index}:`);
      for (let index = 0; index < 200; index += 1) expect(all).toContain(`row-${index};`);
      expect(all.match(/ß/g)).toHaveLength(30_000);
      expect(harness.problems).toEqual([]);
    });

    it('keeps what a person typed as it was typed', async () => {
      const typed = '*b* _i_ `c` <!channel> <at>x</at> [a](http://example.com) & "ייצור" 🚀 {{TIME(x)}}';

      const root = await harness.adapter.post(here(), {
        summary: typed,
        parts: [{ kind: 'text', spans: [{ bold: typed }] }],
      });

      expect(root.messageId).not.toBe('');
      expect(await harness.roots(harness.conversationId)).toContain(typed);
    });
  });
}
