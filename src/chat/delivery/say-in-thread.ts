import type { Actor } from '../../access/policy.ts';
import { isAppError } from '../../errors.ts';
import type { Message } from '../model/message.ts';
import type { ChatAdapter, Destination, MessageRef } from './chat-adapter.ts';
import { sendPatiently } from './retries.ts';

/** Where somebody is to be answered: a conversation, or one thread of it. */
export type Place = {
  readonly actor: Actor;
  readonly conversationId: string;
  readonly threadId?: string | undefined;
};

/** What was said, and whether only the person reads it. */
export type Said = {
  readonly root: MessageRef;
  readonly replies: readonly MessageRef[];
  /** The thread that they are in. */
  readonly threadId: string;
  readonly isPrivate: boolean;
  /** Says one thing more in the same thread. */
  add(message: Message): Promise<void>;
};

/**
 * Says something where it was asked and the rest in a thread below it; where the bot may not write there, to the person
 * alone. Throws `chat.person-unreachable` where that cannot be either.
 */
export type SayInThread = (place: Place, root: Message, replies: readonly Message[]) => Promise<Said>;

/** Creates what says things that nobody has to be told twice: none of it is kept, so what is cut off is lost. */
export function createSayInThread(
  adapter: Pick<ChatAdapter, 'directConversation' | 'paginate' | 'post'>,
): SayInThread {
  async function postAll(to: Destination, message: Message): Promise<MessageRef[]> {
    const refs: MessageRef[] = [];
    for (const page of adapter.paginate(message))
      refs.push(await sendPatiently(() => adapter.post(to, page)));
    return refs;
  }

  async function say(
    to: Destination,
    root: Message,
    replies: readonly Message[],
    isPrivate: boolean,
  ): Promise<Said> {
    const [first, ...more] = await postAll(to, root);
    const ref = first ?? { conversationId: to.conversationId, messageId: '' };
    const threadId = to.threadId ?? ref.messageId;
    const thread = { ...to, conversationId: ref.conversationId, threadId };
    for (const reply of replies) more.push(...(await postAll(thread, reply)));
    const add = async (message: Message) => void (await postAll(thread, message));
    return { root: ref, replies: more, threadId, isPrivate, add };
  }

  return async ({ actor: { workspaceId, userId }, conversationId, threadId }, root, replies) => {
    const direct = async () =>
      say(
        { workspaceId, conversationId: await adapter.directConversation(workspaceId, userId) },
        root,
        replies,
        true,
      );
    if (conversationId === '') return direct();
    try {
      return await say({ workspaceId, conversationId, ...(threadId && { threadId }) }, root, replies, false);
    } catch (error) {
      if (!isAppError(error, 'chat.bot-not-in-conversation')) throw error;
      return direct();
    }
  };
}
