import type { Actor } from '../../access/policy.ts';
import type { ChatContext } from '../model/context.ts';
import { type Message, sentence } from '../model/message.ts';
import { type Reply, replyWith } from '../model/reply.ts';
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

/** Said in a conversation that others read, where the answer went to the person alone. */
export const sentPrivately = sentence('The answer is for you alone: it is in your chat with this bot.');

/** What is said to one person alone, also where others read along: there the answer goes to their chat with the bot. */
export async function answerAlone(
  tellPrivately: TellPrivately,
  { actor, isOverheard = false }: ChatContext,
  message: Message,
): Promise<Reply> {
  if (!isOverheard) return replyWith(message);
  await tellPrivately(actor, message);
  return replyWith(sentPrivately);
}
