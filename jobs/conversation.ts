import type { MessageRef } from '../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../src/chat/delivery/message-log.ts';
import { type Message, say, sentence } from '../src/chat/model/message.ts';
import type { AdapterOf } from '../src/chat/platform.ts';
import { isAppError } from '../src/errors.ts';

export type ConversationDependencies = { readonly adapterOf: AdapterOf; readonly messages: MessageLog };

/** Where a run answers, and whom. */
export type Addressee = {
  readonly runId: string;
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly askedBy: string;
};

export type Thread = {
  readonly runId: string;
  readonly workspaceId: string;
  readonly root: MessageRef;
  /** As the platform takes them. */
  readonly pages: readonly Message[];
  /** Aborted when the job was given to another worker, which sends what is left. */
  readonly signal: AbortSignal;
  readonly inBulk?: boolean;
};

/** What a run says: a root message and a thread below it, each message of them once, however often the run is begun. */
export type Conversation = {
  /** What was sent so far, by the name of the message; `root` is one. */
  sentBy(runId: string): Promise<ReadonlyMap<string, MessageRef>>;
  /** Shows the root message: in place of the known one, or anew where there is none any more. */
  showRoot(to: Addressee, message: Message, known: MessageRef | undefined): Promise<MessageRef>;
  /** Posts those pages of the thread that were not posted yet; resolves to where each of them is. */
  postThread(thread: Thread): Promise<MessageRef[]>;
};

/** Creates what leads the conversations of runs. */
export function createConversation({ adapterOf, messages }: ConversationDependencies): Conversation {
  /** Posts where it was asked; where the bot may not write, tells the person how to change that, and answers there. */
  async function postOrWrite(to: Addressee, message: Message): Promise<MessageRef> {
    const { runId, workspaceId, conversationId, askedBy } = to;
    const adapter = adapterOf(workspaceId);
    try {
      return await adapter.post({ workspaceId, conversationId }, message);
    } catch (error) {
      if (!isAppError(error, 'chat.bot-not-in-conversation')) throw error;
    }
    const direct = await adapter.directConversation(workspaceId, askedBy);
    // Asked from nowhere, as from a command box, there is no place to explain.
    const isElsewhere = conversationId !== '';
    if (isElsewhere && !(await messages.read(runId)).has('notice')) {
      const notice = elsewhereNotice(conversationId, adapter.inviteHint);
      const ref = await adapter.post({ workspaceId, conversationId: direct }, notice);
      await messages.remember(runId, 'notice', ref);
    }
    return adapter.post({ workspaceId, conversationId: direct }, message);
  }

  /** Replaces a message; false where it is not there any more. */
  async function replace(workspaceId: string, known: MessageRef, message: Message): Promise<boolean> {
    try {
      await adapterOf(workspaceId).update(workspaceId, known, message);
      return true;
    } catch (error) {
      if (isAppError(error, 'chat.message-gone', 'chat.bot-not-in-conversation')) return false;
      throw error;
    }
  }

  return {
    sentBy: (runId) => messages.read(runId),

    async showRoot(to, message, known) {
      const isThere = known !== undefined && (await replace(to.workspaceId, known, message));
      const root = isThere ? known : await postOrWrite(to, message);
      await messages.remember(to.runId, 'root', root);
      return root;
    },

    async postThread({ runId, workspaceId, root, pages, signal, inBulk = false }) {
      const { conversationId, messageId: threadId } = root;
      const adapter = adapterOf(workspaceId);
      const sent = await messages.read(runId);
      const refs: MessageRef[] = [];
      for (const [index, page] of pages.entries()) {
        const name = `thread-${index}`;
        const known = sent.get(name);
        if (!known) signal.throwIfAborted();
        const ref =
          known ?? (await adapter.post({ workspaceId, conversationId, threadId }, page, { inBulk }));
        if (!known) await messages.remember(runId, name, ref);
        refs.push(ref);
      }
      return refs;
    },
  };
}

function elsewhereNotice(conversationId: string, inviteHint: string): Message {
  const notice = sentence(`I may not write there, so the answer comes here. ${inviteHint}`);
  const place = say(
    'I may not write in ',
    { conversation: conversationId },
    `, so the answer comes here. ${inviteHint}`,
  );
  return { ...notice, parts: [place] };
}
