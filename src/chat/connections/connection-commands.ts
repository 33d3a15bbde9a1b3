import type { AuditTrail } from '../../access/audit.ts';
import { permits } from '../../access/policy.ts';
import type { Connection } from '../../connections/connection.ts';
import type { VerificationHistory } from '../../connections/history.ts';
import { onlyBeginning } from '../../connections/nearest-name.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Providers } from '../../providers/provider.ts';
import type { ChatAdapter } from '../delivery/chat-adapter.ts';
import { openThread, type Threads } from '../delivery/threads.ts';
import type { CommandSpan } from '../messages/command-messages.ts';
import {
  alreadyRunning,
  noConnection,
  notYourConnection,
  removalQuestion,
  tooMuchWaits,
  unknownConnection,
  whichConnection,
} from '../messages/connection-messages.ts';
import type { Subject } from '../messages/subject.ts';
import { goesOnMessage } from '../messages/verification-messages.ts';
import type { ChatContext } from '../model/context.ts';
import type { CommandHandler } from '../model/handlers.ts';
import { type Reply, replySaying, replyWith } from '../model/reply.ts';
import { unquote } from '../parse-command.ts';
import type { AskReport } from '../reports/ask-report.ts';
import type { ReportSelection } from '../reports/report-requests.ts';
import { connectionList } from './connection-list.ts';
import type { createEditConnection } from './edit-connection.ts';
import type { createReplaceCredential } from './replace-credential.ts';
import { connectionDetails } from './show-connection.ts';
import type { VerificationRequests } from './verification-requests.ts';

export type ConnectionCommandDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly requests: Pick<VerificationRequests, 'request'>;
  readonly audit: AuditTrail;
  readonly command: CommandSpan;
  readonly askReport: AskReport;
  readonly threads: Pick<Threads, 'all'>;
  readonly linkTo: ChatAdapter['linkTo'];
  readonly editConnection: ReturnType<typeof createEditConnection>;
  readonly replaceCredential: ReturnType<typeof createReplaceCredential>;
  readonly now: () => Date;
  readonly maxKeyAgeDays: number;
};

/** Connections that a name is held against, to say which may have been meant. */
const mostCompared = 200;

/** Keyboards make one dash of two. */
const dashes = '(?:--|—|–)';
const all = new RegExp(`^${dashes}all$`, 'i');
const tagged = new RegExp(`^${dashes}tag(?:\\s+|=)(.+)$`, 'i');

/** The connections that are meant by a flag in place of a name; undefined where there is none. */
function severalIn(argument: string): ReportSelection | undefined {
  if (all.test(argument)) return {};
  const tag = tagged.exec(argument)?.[1]?.trim();
  return tag === undefined ? undefined : { tag: unquote(tag) };
}

/** Creates what carries out the commands about connections. */
export function createConnectionCommands(dependencies: ConnectionCommandDependencies) {
  const { providers, store, threads, requests, audit, command, askReport, linkTo, now } = dependencies;
  const { editConnection, replaceCredential } = dependencies;

  /** The connection of this name, or the only one whose name begins with it. */
  async function meant(workspaceId: string, name: string): Promise<Connection | undefined> {
    if (name === '') return undefined;
    const exact = await store.findByName(workspaceId, name);
    if (exact) return exact;
    const { total, connections } = await store.list({ workspaceId, match: name, limit: mostCompared });
    return total <= mostCompared ? onlyBeginning(connections, name) : undefined;
  }

  /** Carries out what needs a connection by its name, or says which there are. */
  const named =
    (words: string, use: (connection: Connection, context: ChatContext) => Promise<Reply>): CommandHandler =>
    async (name, context) => {
      const { workspaceId } = context.actor;
      const found = await meant(workspaceId, name);
      if (found) return use(found, context);
      const { connections } = await store.list({ workspaceId, limit: mostCompared });
      return replyWith(
        name === ''
          ? whichConnection(command(`${words} NAME`), connections)
          : unknownConnection(words, { name, known: connections }, command),
      );
    };

  /** The same of what also needs to know its provider. */
  const seen = (
    words: string,
    use: (found: Subject, context: ChatContext) => Promise<Reply>,
  ): CommandHandler =>
    named(words, async (connection, context) => {
      const provider = providers.find(connection.provider);
      return provider ? use({ connection, provider }, context) : replyWith(noConnection);
    });

  async function verify(connection: Connection, context: ChatContext): Promise<Reply> {
    const { id: connectionId, name } = connection;
    const { actor, conversationId } = context;
    const { workspaceId, userId: askedBy } = actor;
    const request = { workspaceId, connectionId, askedBy, conversationId, trigger: 'command' } as const;
    await audit.record({ actor, action: 'connection.verify', outcome: 'done', connectionId });
    const state = await requests.request(request);
    if (state === 'already-running') return replyWith(alreadyRunning(name));
    if (typeof state === 'object') return replySaying(tooMuchWaits(state));
    const before = openThread(await threads.all({ workspaceId, connectionId }), {
      conversationId,
      now: now(),
    });
    if (!before) return { kind: 'none' };
    const link = await linkTo(workspaceId, before.root);
    return replyWith(goesOnMessage(connection, { at: before.at, link }));
  }

  const verifyOne = named('connection verify', verify);

  async function remove(connection: Connection, { actor }: ChatContext): Promise<Reply> {
    const { id: connectionId, name } = connection;
    if (permits(actor, 'connection.remove', connection)) return replyWith(removalQuestion(connection));
    await audit.record({ actor, action: 'connection.remove', outcome: 'refused', connectionId });
    return replyWith(notYourConnection(name, 'remove'));
  }

  return {
    'connection-list': async (match, { actor }) =>
      replyWith(await connectionList(dependencies, actor, { match, offset: 0 })),
    'connection-verify': async (argument, context) => {
      const several = severalIn(argument);
      return several ? askReport(several, context) : verifyOne(argument, context);
    },
    'connection-show': seen('connection show', async ({ connection, provider }) =>
      replyWith(await connectionDetails(dependencies, connection, provider)),
    ),
    'connection-edit': seen('connection edit', editConnection.openFor),
    'connection-rotate': seen('connection rotate', replaceCredential.openFor),
    'connection-remove': named('connection remove', remove),
  } satisfies Record<string, CommandHandler>;
}
