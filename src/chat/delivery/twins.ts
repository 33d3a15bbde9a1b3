import { isAppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { twinMessage } from '../messages/twin-message.ts';
import type { Message } from '../model/message.ts';
import type { AdapterOf, MessageName, MessageRef } from './chat-adapter.ts';
import type { MessageLog } from './message-log.ts';

export type TwinDependencies = {
  readonly messages: Pick<MessageLog, 'read' | 'settle'>;
  readonly adapterOf: AdapterOf;
  /** Has a twin mended by a worker, however often that takes; also when this process ends now. */
  readonly mendLater: (sent: Sent) => Promise<void>;
  readonly logger: Logger;
};

/** A message of a run that is somewhere. */
export type Sent = { readonly workspaceId: string; readonly name: MessageName; readonly ref: MessageRef };

/**
 * Messages that stand twice: where the answer to a post is lost nobody can tell whether the message is there, so it is posted
 * again. The one that is found first counts; the other is edited to point to it as soon as anything tells of it.
 */
export type Twins = {
  /** Remembers where a message is; resolves to the one that counts. A twin of that is mended in a moment. */
  settle(sent: Sent): Promise<MessageRef>;
  /** Lets a message that is the twin of another point to that; resolves to how, and to nothing where it is no twin. */
  reveal(sent: Sent): Promise<Message | undefined>;
  /** Lets a twin point to the message that counts. Throws what the platform says, but where the twin is gone. */
  mend(sent: Sent): Promise<void>;
};

/** Creates what finds and mends twins. */
export function createTwins({ messages, adapterOf, mendLater, logger }: TwinDependencies): Twins {
  const isSame = (one: MessageRef, other: MessageRef) => one.messageId === other.messageId;

  /** The message that counts, where this one is its twin. */
  async function firstOf({ workspaceId, name, ref }: Sent): Promise<MessageRef | undefined> {
    const first = (await messages.read({ workspaceId, ...name })).get(name.name);
    return first && !isSame(first, ref) ? first : undefined;
  }

  async function point({ workspaceId, ref }: Sent, message: Message): Promise<void> {
    await adapterOf(workspaceId)
      .update(workspaceId, ref, message)
      .catch((err: unknown) => {
        if (!isAppError(err, 'chat.message-gone')) throw err;
      });
  }

  const pointerTo = async ({ workspaceId }: Sent, first: MessageRef) =>
    twinMessage(await adapterOf(workspaceId).linkTo(workspaceId, first));

  return {
    async settle(sent) {
      const first = await messages.settle({ workspaceId: sent.workspaceId, ...sent.name }, sent.ref);
      if (!isSame(first, sent.ref)) await mendLater(sent);
      return first;
    },
    async reveal(sent) {
      const first = await firstOf(sent);
      if (!first) return undefined;
      const message = await pointerTo(sent, first);
      // One that cannot be edited now is found again by the next click.
      await point(sent, message).catch((err: unknown) =>
        logger.warn({ err, ...sent.name }, 'a message stands twice'),
      );
      return message;
    },
    async mend(sent) {
      const first = await firstOf(sent);
      if (first) await point(sent, await pointerTo(sent, first));
    },
  };
}
