import type { Json } from '../../simulations/slack/payloads.ts';
import type { Responses } from './responses.ts';
import type { LocalSlack } from './settings.ts';
import type { Post, SharedFile } from './wire.ts';

type SlackMessage = {
  readonly ts: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly text?: string;
  readonly blocks?: readonly Json[];
  readonly files?: readonly { readonly id: string; readonly name: string; readonly mimetype?: string }[];
  readonly edited?: unknown;
  readonly reply_count?: number;
};

const fileOf = ({ id, name, mimetype = '' }: NonNullable<SlackMessage['files']>[number]): SharedFile => ({
  id,
  name,
  isPicture: mimetype.startsWith('image/'),
});

function postOf(message: SlackMessage, people: LocalSlack['people']): Post {
  const { ts, user, text = '', blocks = [], files = [], edited, reply_count: replyCount = 0 } = message;
  return {
    id: ts,
    at: Number(ts),
    personId: people.some(({ id }) => id === user) ? user : undefined,
    text,
    blocks,
    files: files.map(fileOf),
    isEdited: edited !== undefined,
    isPrivate: false,
    replyCount,
  };
}

/** Root messages that are read at once, the newest. */
const newest = 200;

/** What a person sees in the conversations of the local Slack. */
export function createConversations(slack: LocalSlack, responses: Responses) {
  return {
    /** The newest root messages of a conversation, with what was said to this person alone; oldest first. */
    async read(person: string, conversation: string): Promise<Post[]> {
      const answer = await slack.callAs(person, 'conversations.history', {
        channel: conversation,
        limit: newest,
      });
      const posts = (answer.messages as SlackMessage[]).map((message) => postOf(message, slack.people));
      return [...posts, ...responses.of(person, conversation)].sort((one, other) => one.at - other.at);
    },
    /** A root message and its replies, oldest first. */
    async thread(person: string, conversation: string, ts: string): Promise<Post[]> {
      const answer = await slack.callAs(person, 'conversations.replies', { channel: conversation, ts });
      return (answer.messages as SlackMessage[]).map((message) => postOf(message, slack.people));
    },
    /** A person's direct messages with the bot. */
    async direct(person: string): Promise<string> {
      const { channel } = await slack.callAs('bot', 'conversations.open', { users: person });
      return (channel as { id: string }).id;
    },
  };
}
export type Conversations = ReturnType<typeof createConversations>;
