import { permits } from '../../access/policy.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { ChatAdapter } from '../delivery/chat-adapter.ts';
import type { Threads } from '../delivery/threads.ts';
import { noConnection } from '../messages/connection-messages.ts';
import { stillRunning, toldElsewhere } from '../messages/verification-messages.ts';
import type { ClickHandler } from '../model/handlers.ts';
import { replyWith } from '../model/reply.ts';
import type { VerificationRequests } from './verification-requests.ts';

export type CheckProgressDependencies = {
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly threads: Pick<Threads, 'all'>;
  readonly requests: Pick<VerificationRequests, 'isUnderWay'>;
  readonly linkTo: ChatAdapter['linkTo'];
};

/** Creates what answers whoever doubts that a verification goes on: it does, or its answer is elsewhere. */
export function createCheckProgress(dependencies: CheckProgressDependencies): ClickHandler {
  const { store, threads, requests, linkTo } = dependencies;

  return async ({ value: connectionId }, { actor }) => {
    const { workspaceId } = actor;
    const connection = await store.find(workspaceId, connectionId);
    if (!connection || !permits(actor, 'connection.show', connection)) return replyWith(noConnection);
    if (await requests.isUnderWay({ connectionId })) return replyWith(stillRunning(connection));
    const [newest] = await threads.all({ workspaceId, connectionId });
    const link = newest && (await linkTo(workspaceId, newest.root));
    return replyWith(toldElsewhere(connection, { isTold: newest !== undefined, link }));
  };
}
