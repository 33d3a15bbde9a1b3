import type { AdapterOf } from '../../src/chat/delivery/chat-adapter.ts';
import { unreadableMessage } from '../../src/chat/messages/unreadable-message.ts';
import type { UnreadableRecords } from '../../src/connections/unreadable.ts';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';

export type TellUnreadableDependencies = {
  readonly unreadables: Pick<UnreadableRecords, 'untold' | 'remember'>;
  readonly adapterOf: AdapterOf;
  readonly logger: Logger;
};

/** Creates what tells owners, once, that something of theirs cannot be read. */
export function createTellUnreadable({ unreadables, adapterOf, logger }: TellUnreadableDependencies) {
  return async function tellUnreadable(): Promise<void> {
    for await (const found of unreadables.untold()) {
      const { workspaceId, owner, key } = found;
      try {
        const adapter = adapterOf(workspaceId);
        const conversationId = await adapter.directConversation(workspaceId, owner);
        await adapter.post({ workspaceId, conversationId }, unreadableMessage(found), { inBulk: true });
      } catch (err) {
        if (isAppError(err) && err.retryable) throw err;
        // Somebody who cannot be written to must not stand in the way of the others.
        logger.warn({ err, key }, 'an owner cannot be told that a record cannot be read');
      }
      await unreadables.remember(found);
    }
  };
}
