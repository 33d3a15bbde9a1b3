import { isAppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { twinMessage } from '../messages/twin-message.ts';
import type { Message } from '../model/message.ts';
import type { AdapterOf, MessageName, MessageRef } from './chat-adapter.ts';
import type { MessageLog } from './message-log.ts';

export type TwinDependencies = {
  readonly messages: Pick<MessageLog, 'read' | 'settle'>;
  readonly adapterOf: AdapterOf;
  readonly logger: Logger;
};

/** A message of a run that is somewhere. */
export type Sent = { readonly workspaceId: string; readonly name: MessageName; readonly ref: MessageRef };

/**
 * Messages that stand twice: where the answer to a post is lost nobody can tell whether the message is there, so it is posted
 * again. The one that is found first counts; the other is edited to point to it as soon as anything tells of it.
 */
export type Twins = {
  /** Remembers where a message is; resolves to the one that counts. */
  settle(sent: Sent): Promise<MessageRef>;
  /** Lets a message that is the twin of another point to that; resolves to how, and to nothing where it is no twin. */
  reveal(sent: Sent): Promise<Message | undefined>;
};

/** Creates what finds and mends twins. */
export function createTwins({ messages, adapterOf, logger }: TwinDependencies): Twins {
  const isSame = (one: MessageRef, other: MessageRef) => one.messageId === other.messageId;

  /** Lets a twin point to the message that counts; one that cannot be edited now is found again by a click on it. */
  async function point({ workspaceId, name, ref }: Sent, first: MessageRef): Promise<Message> {
    const adapter = adapterOf(workspaceId);
    const message = twinMessage(await adapter.linkTo(workspaceId, first));
    try {
      await adapter.update(workspaceId, ref, message);
    } catch (err) {
      if (!isAppError(err, 'chat.message-gone')) logger.warn({ err, ...name }, 'a message stands twice');
    }
    return message;
  }

  return {
    async settle(sent) {
      const first = await messages.settle({ workspaceId: sent.workspaceId, ...sent.name }, sent.ref);
      if (!isSame(first, sent.ref)) await point(sent, first);
      return first;
    },
    async reveal(sent) {
      const { workspaceId, name } = sent;
      const first = (await messages.read({ workspaceId, ...name })).get(name.name);
      return !first || isSame(first, sent.ref) ? undefined : point(sent, first);
    },
  };
}
