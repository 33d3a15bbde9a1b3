import type { Actor } from '../../access/policy.ts';
import type { Message } from '../model/message.ts';
import type { ChatAdapter } from './chat-adapter.ts';
import { sendPatiently } from './retries.ts';

/** Writes to a person in the conversation between them and the bot. Throws `chat.person-unreachable` where there can be none. */
export type TellPrivately = (to: Actor, message: Message) => Promise<void>;

/** Creates what writes to one person alone, through their platform. */
export const createTellPrivately =
  (adapter: Pick<ChatAdapter, 'directConversation' | 'paginate' | 'post'>): TellPrivately =>
  async ({ workspaceId, userId }, message) => {
    const conversationId = await adapter.directConversation(workspaceId, userId);
    for (const page of adapter.paginate(message))
      await sendPatiently(() => adapter.post({ workspaceId, conversationId }, page));
  };
