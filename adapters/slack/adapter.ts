import type { WebClient } from '@slack/web-api';
import type { ChatAdapter, Destination, MessageRef } from '../../src/chat/adapter.ts';
import type { Message } from '../../src/chat/message.ts';
import { slackError } from './errors.ts';
import { isFile, paginate } from './paginate.ts';
import { render } from './render.ts';

const extensions = { json: 'json', shell: 'sh', hcl: 'tf', bicep: 'bicep', text: 'txt' } as const;

/** Messages that nobody waits for, through Slack's Web API. */
export function createSlackAdapter(client: WebClient, commandWord: string): ChatAdapter {
  async function calling<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (cause) {
      throw slackError(cause, what);
    }
  }

  function thread({ conversationId: channel, threadId }: Destination) {
    return threadId ? { channel_id: channel, thread_ts: threadId } : { channel_id: channel };
  }

  /** Sends a snippet that is too long for a message as a file. */
  async function upload(to: Destination, { summary, parts }: Message): Promise<MessageRef> {
    const snippet = parts.find(isFile);
    const filename = `snippet.${extensions[snippet?.language ?? 'text']}`;
    const file = { content: snippet?.text ?? '', filename, title: summary, initial_comment: summary };
    await calling('upload a file', () => client.filesUploadV2({ ...thread(to), ...file }));
    return { conversationId: to.conversationId, messageId: filename };
  }

  return {
    platform: 'slack',
    inviteHint: `To get answers there, type /invite with the name of this bot in that channel, and ${commandWord} again.`,
    paginate,
    async post(to, message) {
      if (message.parts.some(isFile)) return upload(to, message);
      const { conversationId: channel, threadId: thread_ts } = to;
      const content = render(message);
      const posted = await calling('post a message', () =>
        client.chat.postMessage({
          channel,
          ...content,
          ...(thread_ts && { thread_ts }),
          unfurl_links: false,
        }),
      );
      return { conversationId: posted.channel ?? channel, messageId: posted.ts ?? '' };
    },
    async update(_workspaceId, { conversationId: channel, messageId: ts }, message) {
      await calling('change a message', () => client.chat.update({ channel, ts, ...render(message) }));
    },
    async directConversation(_workspaceId, userId) {
      const opened = await calling('open a direct conversation', () =>
        client.conversations.open({ users: userId }),
      );
      return opened.channel?.id ?? userId;
    },
  };
}
