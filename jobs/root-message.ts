import type { MessageRef } from '../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../src/chat/delivery/message-log.ts';
import { type Message, say, sentence } from '../src/chat/model/message.ts';
import type { AdapterOf } from '../src/chat/platform.ts';
import { isAppError } from '../src/errors.ts';

export type RootMessageDependencies = { readonly adapterOf: AdapterOf; readonly messages: MessageLog };

/** A run as far as its root message is concerned. */
export type RootOf = {
  readonly id: string;
  readonly job: { readonly workspaceId: string; readonly conversationId: string; readonly askedBy: string };
};

/** Creates what shows the root message of a run: in place of the known one, or anew where there is none any more. */
export function createRootMessage({ adapterOf, messages }: RootMessageDependencies) {
  /** Posts where it was asked; where the bot may not write, tells the person how to change that, and answers there. */
  async function postOrWrite({ id, job }: RootOf, message: Message): Promise<MessageRef> {
    const { workspaceId, conversationId, askedBy } = job;
    const adapter = adapterOf(workspaceId);
    try {
      return await adapter.post({ workspaceId, conversationId }, message);
    } catch (error) {
      if (!isAppError(error, 'chat.bot-not-in-conversation')) throw error;
    }
    const direct = await adapter.directConversation(workspaceId, askedBy);
    const place = say(
      'I may not write in ',
      { conversation: conversationId },
      `, so the answer comes here. ${adapter.inviteHint}`,
    );
    const text = `I may not write there, so the answer comes here. ${adapter.inviteHint}`;
    // Asked from nowhere, as from a command box, there is no place to explain.
    const isElsewhere = conversationId !== '';
    if (isElsewhere && !(await messages.read(id)).has('notice')) {
      const notice = { ...sentence(text), parts: [place] };
      const ref = await adapter.post({ workspaceId, conversationId: direct }, notice);
      await messages.remember(id, 'notice', ref);
    }
    return adapter.post({ workspaceId, conversationId: direct }, message);
  }

  return async function showRoot(
    { id, job }: RootOf,
    message: Message,
    known: MessageRef | undefined,
  ): Promise<MessageRef> {
    const isThere =
      known &&
      (await adapterOf(job.workspaceId)
        .update(job.workspaceId, known, message)
        .then(
          () => true,
          (error: unknown) => {
            if (isAppError(error, 'chat.message-gone', 'chat.bot-not-in-conversation')) return false;
            throw error;
          },
        ));
    const root = isThere ? known : await postOrWrite({ id, job }, message);
    await messages.remember(id, 'root', root);
    return root;
  };
}
