import type { Destination, MessageRef, RunKey } from '../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../src/chat/delivery/message-log.ts';
import { createTwins, type TwinDependencies } from '../src/chat/delivery/twins.ts';
import { type Message, say, sentence } from '../src/chat/model/message.ts';
import { isAppError } from '../src/errors.ts';

export type ConversationDependencies = TwinDependencies & {
  readonly messages: MessageLog;
};

/** Where a run answers, and whom. */
export type Addressee = {
  readonly runId: string;
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly askedBy: string;
};

/** One message of a run, and where it goes. */
export type Posting = {
  readonly runId: string;
  /** The name of the message in its run. */
  readonly name: string;
  readonly to: Destination;
  readonly message: Message;
  readonly inBulk?: boolean;
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
  sentBy(run: RunKey): Promise<ReadonlyMap<string, MessageRef>>;
  /** Posts a message, unless it turns out to be there; resolves to where it is. */
  post(posting: Posting): Promise<MessageRef>;
  /** Shows the root message: in place of the known one, or anew where there is none any more. */
  showRoot(to: Addressee, message: Message, known: MessageRef | undefined): Promise<MessageRef>;
  /** Replaces a message; false where it is not there any more. */
  replace(workspaceId: string, known: MessageRef, message: Message): Promise<boolean>;
  /** Posts those pages of the thread that were not posted yet; resolves to where each of them is. */
  postThread(thread: Thread): Promise<MessageRef[]>;
};

/** Creates what leads the conversations of runs. */
export function createConversation(dependencies: ConversationDependencies): Conversation {
  const { adapterOf, messages } = dependencies;
  const twins = createTwins(dependencies);

  /** Posts a message that is not there, or is no more where it was. */
  async function postAnew(
    { runId, name, to, message, inBulk = false }: Posting,
    gone?: MessageRef,
  ): Promise<{ ref: MessageRef; isNew: boolean }> {
    const { workspaceId } = to;
    const begun = await messages.begin({ workspaceId, runId, name }, gone);
    if ('known' in begun) return { ref: begun.known, isNew: false };
    const mark = { runId, name, attempt: begun.attempt };
    const posted = await adapterOf(workspaceId).post(to, message, { inBulk, mark });
    const ref = await twins.settle({ workspaceId, name: { runId, name }, ref: posted });
    return { ref, isNew: ref.messageId === posted.messageId };
  }

  const post = async (posting: Posting) => (await postAnew(posting)).ref;

  /** Posts where it was asked; where the bot may not write, tells the person how to change that, and answers there. */
  async function postOrWrite(
    { runId, workspaceId, conversationId, askedBy }: Addressee,
    message: Message,
    gone?: MessageRef,
  ) {
    const adapter = adapterOf(workspaceId);
    const posting = { runId, name: 'root', message };
    try {
      return await postAnew({ ...posting, to: { workspaceId, conversationId } }, gone);
    } catch (error) {
      if (!isAppError(error, 'chat.bot-not-in-conversation')) throw error;
    }
    const to = { workspaceId, conversationId: await adapter.directConversation(workspaceId, askedBy) };
    // Asked from nowhere, as from a command box, there is no place to explain.
    if (conversationId !== '') {
      const notice = elsewhereNotice(conversationId, adapter.inviteHint);
      await post({ runId, name: 'notice', to, message: notice });
    }
    return postAnew({ ...posting, to }, gone);
  }

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
    sentBy: (run) => messages.read(run),
    post,
    replace,

    async showRoot(to, message, known) {
      const { runId, workspaceId } = to;
      if (known && (await replace(workspaceId, known, message)))
        return messages.settle({ workspaceId, runId, name: 'root' }, known);
      const { ref, isNew } = await postOrWrite(to, message, known);
      // It was heard of only now, and may say what was said before.
      if (!isNew) await replace(workspaceId, ref, message);
      return ref;
    },

    async postThread({ runId, workspaceId, root, pages, signal, inBulk = false }) {
      const { conversationId, messageId: threadId } = root;
      const sent = await messages.read({ workspaceId, runId });
      const refs: MessageRef[] = [];
      for (const [index, message] of pages.entries()) {
        const name = `thread-${index}`;
        const known = sent.get(name);
        if (!known) signal.throwIfAborted();
        const to = { workspaceId, conversationId, threadId };
        refs.push(known ?? (await post({ runId, name, to, message, inBulk })));
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
