import type { AdapterOf } from '../../src/chat/delivery/chat-adapter.ts';
import { expiryMessage } from '../../src/chat/messages/expiry-message.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import { type AppError, isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { dueReminder, type Expiry, expiryOf } from '../../src/reports/expiry.ts';
import type { Reminders } from '../../src/reports/reminders.ts';

export type RemindDependencies = {
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly reminders: Reminders;
  readonly adapterOf: AdapterOf;
  readonly logger: Logger;
  readonly maxKeyAgeDays: number;
  readonly now: () => Date;
};

type Due = {
  readonly connection: Connection;
  readonly expiry: Expiry;
  readonly days: number;
  /** What may succeed when it is tried again. */
  readonly left: AppError[];
};

/** Connections looked at in one exchange. */
const atOnce = 200;

/** Creates what reminds the owners of connections whose credentials end soon; each reminder is sent once. */
export function createRemindOfExpiry(dependencies: RemindDependencies) {
  const { store, history, reminders, adapterOf, logger, maxKeyAgeDays, now } = dependencies;

  async function remind({ connection, expiry, days, left }: Due): Promise<void> {
    const { workspaceId, id: connectionId, addedBy } = connection;
    const reminder = { workspaceId, connectionId, on: expiry.on, days };
    if (await reminders.isSent(reminder)) return;
    try {
      const adapter = adapterOf(workspaceId);
      const conversationId = await adapter.directConversation(workspaceId, addedBy);
      await adapter.post({ workspaceId, conversationId }, expiryMessage(connection, expiry), {
        inBulk: true,
      });
    } catch (err) {
      if (isAppError(err, 'chat.rate-limited')) throw err;
      // Somebody who cannot be written to must not stand in the way of the others.
      logger.warn({ err, connectionId }, 'an owner cannot be reminded');
      if (isAppError(err) && err.retryable) left.push(err);
      return;
    }
    await reminders.remember(reminder);
  }

  async function remindWorkspace(workspaceId: string, left: AppError[]): Promise<void> {
    for (let offset = 0; ; offset += atOnce) {
      const { connections, total } = await store.list({ workspaceId, offset, limit: atOnce });
      const ids = connections.map(({ id }) => id);
      const latest = await history.latestVerdicts(workspaceId, ids);
      for (const connection of connections) {
        const expiry = expiryOf(latest.get(connection.id)?.credential, { now: now(), maxKeyAgeDays });
        const days = dueReminder(expiry);
        // What is over is told by every verification.
        if (expiry && days) await remind({ connection, expiry, days, left });
      }
      if (offset + atOnce >= total) return;
    }
  }

  return async function remindOfExpiry(): Promise<void> {
    const left: AppError[] = [];
    for await (const workspaceId of store.workspaces()) await remindWorkspace(workspaceId, left);
    const [first] = left;
    if (first) throw first;
  };
}
