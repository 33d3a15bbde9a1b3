import { distance } from 'fastest-levenshtein';
import type { TokenSigner } from '../../access/form-token.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import { type Connection, comparableName } from '../../connections/connection.ts';
import type { VerificationHistory } from '../../connections/history.ts';
import type { Provider } from '../../providers/provider.ts';
import { type CommandId, commands, type ParsedCommand } from '../commands.ts';
import type { ChatContext } from '../model/context.ts';
import type { Form } from '../model/form.ts';
import { type Message, type Span, say, sentence, typed } from '../model/message.ts';
import type { Reply } from '../model/reply.ts';
import { createReportCommands, type ReportDependencies } from '../reports/report-commands.ts';
import { newScheduleForm } from '../reports/schedule-report.ts';
import type { AddConnectionDependencies } from './add-connection.ts';
import { connectionForm, type Draft } from './connection-form.ts';
import { connectionList } from './connection-list.ts';

export type ChatDependencies = AddConnectionDependencies &
  ReportDependencies & {
    readonly history: VerificationHistory;
    readonly signer: TokenSigner;
    readonly replayGuard: ReplayGuard;
    /** The word that people put before a command, such as `/xoap`. */
    readonly commandWord: string;
  };

type Handler = (argument: string, context: ChatContext) => Promise<Reply>;

const asReply = (message: Message): Reply => ({ kind: 'message', message });

/** The same answer for what never existed, what is gone and what belongs to another workspace. */
export const notFound = sentence('There is no such connection here.');

/** Said to whoever asks for what is being done already. */
export const alreadyRunning = (name: string) =>
  sentence(`${typed(name)} is being verified right now. The answer comes where that was asked for.`);

export const notPermitted = (name: string, what = 'remove') =>
  sentence(`Only who added ${typed(name)}, or an administrator of this bot, may ${what} it.`);

/** One handler for each command of the table. */
export function createCommandHandlers(dependencies: ChatDependencies) {
  const { providers, store, requests, policy, audit, commandWord } = dependencies;
  const command = (words: string) => ({ code: `${commandWord} ${words}` });

  function help(): Message {
    const items = commands.map(({ words, argument, summary }): Span[] => [
      command([words, argument].filter(Boolean).join(' ')),
      ` ${summary}`,
    ]);
    const example: Span[] = ['Start with ', command('connection add aws'), '.'];
    const title = 'What this bot understands';
    return { summary: title, parts: [say({ bold: title }), { kind: 'list', items }, say(...example)] };
  }

  async function unknownName(words: string, name: string, { actor }: ChatContext): Promise<Message> {
    const { connections } = await store.list({ workspaceId: actor.workspaceId, limit: 200 });
    if (name === '') {
      const names = connections.slice(0, 10).map((connection) => typed(connection.name));
      const more = connections.length > names.length ? ` and ${connections.length - names.length} more` : '';
      const known = names.length > 0 ? ` There are: ${names.join(', ')}${more}.` : '';
      return {
        summary: 'Which connection?',
        parts: [say('Which connection? ', command(`${words} NAME`), `.${known}`)],
      };
    }
    const wanted = comparableName(name);
    const [nearest] = connections
      .map((connection) => ({ connection, steps: distance(wanted, comparableName(connection.name)) }))
      .filter(({ steps }) => steps <= Math.max(2, wanted.length / 3))
      .sort((one, other) => one.steps - other.steps);
    const hint: Span[] = nearest
      ? [' Did you mean ', { bold: typed(nearest.connection.name) }, '?']
      : [' ', command('connection list'), ' shows all.'];
    return { ...notFound, parts: [say(`There is no connection "${typed(name)}" here.`, ...hint)] };
  }

  /** Runs what needs a connection by its name, or says which there are. */
  async function named(
    words: string,
    name: string,
    { context, use }: { context: ChatContext; use: (connection: Connection) => Promise<Reply> },
  ): Promise<Reply> {
    const connection = name === '' ? undefined : await store.findByName(context.actor.workspaceId, name);
    return connection ? use(connection) : asReply(await unknownName(words, name, context));
  }

  const handlers: Record<CommandId, Handler> = {
    help: async () => asReply(help()),

    // Nothing here waits for Redis: the platform gives three seconds to open a form, most of them already spent.
    'connection-add': async (argument, { actor, conversationId }) => {
      const provider = argument ? providers.find(argument) : undefined;
      if (argument && !provider) {
        const known = providers.all.map(({ id }) => id).join(', ');
        const text = `This version has no provider "${typed(argument)}". It has: ${known}.`;
        return asReply({
          summary: text,
          parts: [say(`${text} `, command('connection add'), ' opens the form.')],
        });
      }
      return { kind: 'form', form: addForm(dependencies, provider, { actor, conversationId }) };
    },

    ...createReportCommands(dependencies),
    'report-schedule': async (_argument, context) => ({
      kind: 'form',
      form: await newScheduleForm(dependencies, context),
    }),

    'connection-list': async (match, { actor }) =>
      asReply(await connectionList(dependencies, actor, { match, offset: 0 })),

    'connection-verify': (name, context) =>
      named('connection verify', name, {
        context,
        use: async ({ id: connectionId, name: connectionName }) => {
          const { actor, conversationId } = context;
          const { workspaceId, userId: askedBy } = actor;
          const request = { workspaceId, connectionId, askedBy, conversationId, trigger: 'command' } as const;
          const state = await requests.request(request);
          if (state === 'already-running') return asReply(alreadyRunning(connectionName));
          await audit.record({ actor, action: 'connection.verify', outcome: 'done', connectionId });
          return { kind: 'none' };
        },
      }),

    'connection-remove': (name, context) =>
      named('connection remove', name, {
        context,
        use: async (connection) => {
          if (!policy.permits(context.actor, 'connection.remove', connection)) {
            const { id: connectionId } = connection;
            await audit.record({
              actor: context.actor,
              action: 'connection.remove',
              outcome: 'refused',
              connectionId,
            });
            return asReply(notPermitted(connection.name));
          }
          return asReply(removalQuestion(connection));
        },
      }),
  };

  return async function handleCommand(parsed: ParsedCommand, context: ChatContext): Promise<Reply> {
    if (parsed.kind === 'command') return handlers[parsed.id](parsed.argument, context);
    const text = `There is no command "${typed(parsed.typed)}".`;
    const spans: Span[] = [
      `${text} Did you mean `,
      command(parsed.nearest.words),
      '? ',
      command('help'),
      ' lists all.',
    ];
    return asReply({ summary: text, parts: [say(...spans)] });
  };
}

/** The form to add a connection; made without asking anything of Redis. */
function addForm(
  { providers, signer }: ChatDependencies,
  provider: Provider | undefined,
  { actor, conversationId }: ChatContext,
): Form {
  const draft: Draft = { conversationId };
  return connectionForm({ providers, token: signer.sign(draft, actor), provider });
}

/** The form that a command opens, if all it does is to open one; reads and changes nothing. */
export function formOf(
  dependencies: ChatDependencies,
  parsed: ParsedCommand,
  context: ChatContext,
): Form | Promise<Form> | undefined {
  if (parsed.kind !== 'command') return undefined;
  if (parsed.id === 'report-schedule') return newScheduleForm(dependencies, context);
  if (parsed.id !== 'connection-add') return undefined;
  const provider = dependencies.providers.find(parsed.argument);
  return parsed.argument && !provider ? undefined : addForm(dependencies, provider, context);
}

function removalQuestion({ id, name }: Connection): Message {
  const spans: Span[] = [
    'Remove ',
    { bold: typed(name) },
    '? Its credential and its history are deleted here; nothing changes at the provider.',
  ];
  return {
    summary: `Remove ${typed(name)}?`,
    parts: [
      say(...spans),
      {
        kind: 'buttons',
        buttons: [
          { label: 'Remove', action: 'remove-connection', value: id, style: 'danger' },
          { label: 'Keep', action: 'keep-connection', value: id },
        ],
      },
    ],
  };
}
