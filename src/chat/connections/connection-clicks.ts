import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { AuditTrail } from '../../access/audit.ts';
import { type Action, type Actor, permits } from '../../access/policy.ts';
import type { Connection } from '../../connections/connection.ts';
import type { VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { tryJson } from '../../json.ts';
import type { Providers } from '../../providers/provider.ts';
import type { Threads } from '../delivery/threads.ts';
import {
  alreadyRunning,
  noConnection,
  notYourConnection,
  removalQuestion,
  tooMuchWaits,
} from '../messages/connection-messages.ts';
import { allChecksMessage, fixMessage } from '../messages/finding-messages.ts';
import { verifyLaterMessage } from '../messages/verification-messages.ts';
import type { ChatContext } from '../model/context.ts';
import type { Click, ClickHandler } from '../model/handlers.ts';
import { type Message, sentence, typed } from '../model/message.ts';
import { type Reply, replacementSaying, replySaying, replyWith } from '../model/reply.ts';
import { type ChangeConnection, verifyChanged } from './change-connection.ts';
import { connectionList } from './connection-list.ts';
import { connectionDetails } from './show-connection.ts';
import type { VerificationRequests } from './verification-requests.ts';

export type ConnectionClickDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly threads: Pick<Threads, 'all'>;
  readonly requests: VerificationRequests;
  readonly audit: AuditTrail;
  readonly changeConnection: ChangeConnection;
  readonly now: () => Date;
  readonly maxKeyAgeDays: number;
};

const Page = z.object({ match: z.string(), offset: z.int().min(0) });
const firstPage = { match: '', offset: 0 };

const Confirmation = z.object({ id: z.string(), confirm: z.record(z.string(), z.string()) });

/** Creates what answers clicks about connections. */
export function createConnectionClicks(dependencies: ConnectionClickDependencies) {
  const { providers, store, history, threads, requests, audit, changeConnection } = dependencies;

  /** A connection that this person may do something with. */
  async function permitted(
    connectionId: string,
    actor: Actor,
    action: Action,
  ): Promise<Connection | undefined> {
    const connection = await store.find(actor.workspaceId, connectionId);
    return connection && permits(actor, action, connection) ? connection : undefined;
  }

  /** The request to verify a connection, in place of the message that was clicked if there is one. */
  const requestOf = (
    { id: connectionId, workspaceId }: Connection,
    { actor, conversationId }: ChatContext,
    root: Click['message'],
  ) => ({
    workspaceId,
    connectionId,
    askedBy: actor.userId,
    conversationId,
    trigger: 'again' as const,
    ...(root && { root }),
  });

  async function verify(value: string, context: ChatContext, root: Click['message']): Promise<Reply> {
    const { actor } = context;
    const connection = await permitted(value, actor, 'connection.verify');
    if (!connection) return replyWith(noConnection);
    await audit.record({ actor, action: 'connection.verify', outcome: 'done', connectionId: value });
    const state = await requests.request(requestOf(connection, context, root));
    if (state === 'already-running') return replyWith(alreadyRunning(connection.name));
    if (typeof state === 'object') return replySaying(tooMuchWaits(state));
    return { kind: 'none' };
  }

  const verifyLater: ClickHandler = async ({ value, message: root }, context) => {
    const { actor } = context;
    const connection = await permitted(value, actor, 'connection.verify');
    if (!connection) return replyWith(noConnection);
    const minutes = providers.find(connection.provider)?.settlingMinutes ?? 0;
    await audit.record({ actor, action: 'connection.verify', outcome: 'done', connectionId: value });
    const planned = await requests.requestLater(requestOf(connection, context, root), minutes * 60_000);
    return replyWith(verifyLaterMessage(connection, planned));
  };

  const cancelLater: ClickHandler = async ({ value }, { actor }) => {
    const connection = await permitted(value, actor, 'connection.verify');
    if (!connection) return { kind: 'replacement', message: noConnection };
    const isCancelled = await requests.cancelLater({ connectionId: connection.id });
    const name = typed(connection.name);
    return replacementSaying(
      isCancelled
        ? `${name} will not be verified again by itself.`
        : `Nothing is planned for ${name} any more.`,
    );
  };

  /** Takes what a person saw and confirmed into the credential, as long as it is what the newest check offers. */
  const confirm: ClickHandler = async ({ value, message: root }, context) => {
    const { actor } = context;
    const confirmation = tryJson(value, Confirmation);
    const connection = confirmation && (await permitted(confirmation.id, actor, 'connection.verify'));
    if (!connection) return replyWith(noConnection);
    const { workspaceId, id: connectionId, name } = connection;
    const isPermitted = permits(actor, 'connection.change', connection);
    const outcome = isPermitted ? 'done' : 'refused';
    await audit.record({ actor, action: 'connection.change', outcome, connectionId });
    if (!isPermitted) return replyWith(notYourConnection(name, 'change'));
    const latest = await history.latest({ workspaceId, connectionId });
    if (!isDeepStrictEqual(latest?.error?.confirm, confirmation.confirm)) {
      const text = `What ${typed(name)} offers to confirm is not what you saw any more. Verify again and look at it anew.`;
      return replyWith(sentence(text));
    }
    const change = { fields: confirmation.confirm, changedBy: actor.userId };
    const changed = await changeConnection(connection, change);
    if (changed === 'outdated')
      return replyWith(sentence(`Somebody has changed ${typed(name)} just now. Try again.`));
    if (changed !== 'changed') return replyWith(noConnection);
    await verifyChanged(requests, requestOf(connection, context, root));
    return { kind: 'none' };
  };

  /** Shows the person alone what the latest verification says; `draw` makes the message of it. */
  const showing =
    (draw: typeof allChecksMessage): ClickHandler =>
    async ({ value: connectionId }, { actor }) => {
      const connection = await permitted(connectionId, actor, 'connection.show');
      const provider = connection && providers.find(connection.provider);
      if (!connection || !provider) return replyWith(noConnection);
      const { workspaceId, name } = connection;
      const latest = await history.latest({ workspaceId, connectionId });
      const nothing = (): Message => sentence(`${typed(name)} has not been verified yet.`);
      return replyWith(latest ? draw({ connection, provider }, latest) : nothing());
    };

  const remove: ClickHandler = async ({ value: connectionId }, { actor }) => {
    const connection = await store.find(actor.workspaceId, connectionId);
    if (!connection) return { kind: 'replacement', message: noConnection };
    const outcome = permits(actor, 'connection.remove', connection) ? 'done' : 'refused';
    const said = await threads.all({ workspaceId: actor.workspaceId, connectionId });
    const { name } = connection;
    await audit.record({ actor, action: 'connection.remove', outcome, connectionId, detail: name });
    if (outcome === 'done') await store.remove(actor.workspaceId, connectionId);
    // The question stays for whoever may answer it.
    if (outcome === 'refused') return replyWith(notYourConnection(connection.name, 'remove'));
    const { workspaceId, userId: by } = actor;
    const roots = said.map(({ root }) => root);
    await requests.tellRemoved({ workspaceId, name: connection.name, by, roots });
    const text = `Removed ${typed(connection.name)} with its credential and its history. To be safe, delete the key at the provider too.`;
    return replacementSaying(text);
  };

  const keep: ClickHandler = async ({ value }, { actor }) => {
    const connection = await store.find(actor.workspaceId, value);
    if (connection && !permits(actor, 'connection.remove', connection))
      return replyWith(notYourConnection(connection.name, 'remove'));
    return replacementSaying('Nothing was removed.');
  };

  const showOne: ClickHandler = async ({ value: connectionId }, { actor }) => {
    const connection = await permitted(connectionId, actor, 'connection.show');
    const provider = connection && providers.find(connection.provider);
    if (!connection || !provider) return replyWith(noConnection);
    return replyWith(await connectionDetails(dependencies, connection, provider));
  };

  const askToRemove: ClickHandler = async ({ value: connectionId }, { actor }) => {
    const connection = await store.find(actor.workspaceId, connectionId);
    if (!connection) return replyWith(noConnection);
    if (permits(actor, 'connection.remove', connection)) return replyWith(removalQuestion(connection));
    await audit.record({ actor, action: 'connection.remove', outcome: 'refused', connectionId });
    return replyWith(notYourConnection(connection.name, 'remove'));
  };

  return {
    'show-connection': showOne,
    'ask-to-remove': askToRemove,
    'verify-again': ({ value, message }, context) => verify(value, context, message),
    'verify-connection': ({ value }, context) => verify(value, context, undefined),
    'verify-later': verifyLater,
    'cancel-later': cancelLater,
    confirm,
    'show-all-checks': showing(allChecksMessage),
    'show-fix': showing(fixMessage),
    'remove-connection': remove,
    'keep-connection': keep,
    'list-more': async ({ value }, { actor }) =>
      replyWith(await connectionList(dependencies, actor, tryJson(value, Page) ?? firstPage)),
  } satisfies Record<string, ClickHandler>;
}
