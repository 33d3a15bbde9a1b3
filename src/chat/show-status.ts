import type { Actor } from '../access/policy.ts';
import type { ConnectionStore } from '../connections/store.ts';
import type { UnreadableRecords } from '../connections/unreadable.ts';
import type { Providers } from '../providers/provider.ts';
import type { ReadBotStatus } from './bot-status.ts';
import { statusMessage } from './messages/status-message.ts';
import { type Reply, replyWith } from './model/reply.ts';

export type ShowStatusDependencies = {
  readonly readStatus: ReadBotStatus;
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly providers: Providers;
  readonly unreadables: Pick<UnreadableRecords, 'count'>;
};

/** Creates what shows somebody how the bot is. */
export function createShowStatus({ readStatus, store, providers, unreadables }: ShowStatusDependencies) {
  return async function showStatus({ workspaceId }: Actor): Promise<Reply> {
    const [status, unreadable] = await Promise.all([readStatus(workspaceId), unreadables.count(workspaceId)]);
    const ids = [...new Set(status.faults.flatMap(({ connectionId }) => connectionId ?? []))];
    const found = await Promise.all(ids.map((id) => store.find(workspaceId, id)));
    const names = new Map(found.flatMap((each) => (each ? [[each.id, each.name] as const] : [])));
    return replyWith(statusMessage(status, { providers: providers.all, names, unreadable }));
  };
}
