import { z } from 'zod';
import type { AuditTrail } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import type { Actor } from '../../access/policy.ts';
import type { ProviderId } from '../../catalog/profile.ts';
import type { Cipher } from '../../connections/cipher.ts';
import { type Connection, newConnectionId } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import type { CommandSpan } from '../messages/command-messages.ts';
import { tooMuchWaits } from '../messages/connection-messages.ts';
import type { ChatContext } from '../model/context.ts';
import type { FormValues, Submission } from '../model/form.ts';
import type { FormHandler } from '../model/handlers.ts';
import { typed } from '../model/message.ts';
import { type FormReply, type Reply, refusalAt, replySaying } from '../model/reply.ts';
import { type Accepted, chosenProvider, readAnswers, underProvider } from './connection-answers.ts';
import { connectionForm, redrawnForm } from './connection-form.ts';
import { type OfferedWays, unheldProblem, type WaysDependencies, waysFor } from './offered-ways.ts';
import type { TooMuchWaits, VerificationRequests } from './verification-requests.ts';

/** What the form to add a connection remembers: where it was asked for, and what the connection will be known by. */
export const AddDraft = z.object({
  form: z.literal('add-connection'),
  conversationId: z.string(),
  // Made when the form opens, since a trust at the provider names it. A form of an older version has none.
  connectionId: z.string().default(newConnectionId),
});
export type AddDraft = z.infer<typeof AddDraft>;

export type AddConnectionDependencies = WaysDependencies & {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'create'>;
  /** The same store over a connection that waits until Redis is back. */
  readonly patientStore: Pick<ConnectionStore, 'takeBack'>;
  readonly cipher: Cipher;
  readonly formTokens: FormTokens;
  readonly requests: Pick<VerificationRequests, 'request'>;
  readonly audit: AuditTrail;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly command: CommandSpan;
};

/** What is kept of a submission besides what was accepted. */
type Keeping = Pick<Submission, 'actor' | 'once'> & {
  readonly conversationId: string;
  readonly connectionId: string;
  readonly provider: ProviderId;
};

/** A refusal that is no single field's stands beside the first one a person fills in. */
const refusal = (text: string) => refusalAt('name', text);

/** Creates the form to add a connection: how it is opened, drawn anew, and taken. */
export function createAddConnection(dependencies: AddConnectionDependencies) {
  const { providers, store, patientStore, cipher, formTokens, requests } = dependencies;
  const { audit, logger, now, command } = dependencies;

  /** How the connection that this form makes can sign in. */
  const waysOf = ({ workspaceId }: Actor, { connectionId }: Pick<AddDraft, 'connectionId'>) =>
    waysFor(dependencies, { workspaceId, connectionId });

  /** Opens the form. Nothing here waits for Redis: a platform gives three seconds, most of them already spent. */
  function open(argument: string, { actor, conversationId }: ChatContext): Reply {
    const provider = argument ? providers.find(argument) : undefined;
    if (argument && !provider) {
      const known = providers.all.map(({ id }) => id).join(', ');
      const text = `This version has no provider "${typed(argument)}". It has: ${known}. `;
      return replySaying(text, command('connection add'), ' opens the form.');
    }
    const connectionId = newConnectionId();
    const draft: AddDraft = { form: 'add-connection', conversationId, connectionId };
    return {
      kind: 'form',
      form: connectionForm({
        providers,
        token: formTokens.sign(draft, actor),
        provider,
        ways: waysOf(actor, draft),
      }),
    };
  }

  /**
   * Records, stores and queues in one exchange with Redis: all commands are under way before any is answered. What was
   * stored without being recorded or queued is taken back.
   */
  async function keep(
    connection: Connection,
    sealed: string,
    { once, conversationId }: Pick<Keeping, 'once' | 'conversationId'>,
  ) {
    const { id: connectionId, workspaceId, name: detail, addedBy: askedBy } = connection;
    const actor = { workspaceId, userId: askedBy };
    const entry = { actor, action: 'connection.add', connectionId, detail } as const;
    const recording = audit.record({ ...entry, outcome: 'done' });
    const created = store.create({ connection, sealed, once });
    const queued = requests.request({ workspaceId, connectionId, askedBy, conversationId, trigger: 'add' });
    const [written, stored, request] = await Promise.allSettled([recording, created, queued]);
    const faults = [stored, request, written].filter((each) => each.status === 'rejected');
    if (stored.status === 'fulfilled' && request.status === 'fulfilled' && faults.length === 0) {
      const isWaiting = typeof request.value !== 'object';
      if (stored.value === 'stored' && isWaiting) return stored.value;
      // Nobody waits for it: what is wrong is said first.
      audit.record({ ...entry, outcome: 'failed' }).catch(() => undefined);
      if (stored.value !== 'stored') return stored.value;
      takeBack(connection, once);
      return request.value as TooMuchWaits;
    }
    takeBack(connection, once);
    // The trail may be the only thing that could not be written.
    const code =
      faults.length === 1 && written.status === 'rejected' ? 'access.not-recorded' : 'redis.unavailable';
    throw new AppError('Cannot store the connection', { code, cause: faults[0]?.reason });
  }

  /** Undoes a half-done storing, as soon as Redis is there to do it. */
  function takeBack(connection: Connection, once: string): void {
    const { id: connectionId } = connection;
    patientStore.takeBack({ connection, once }).catch((err: unknown) => {
      logger.error({ err, connectionId }, 'could not take back a connection that was stored but not queued');
    });
  }

  /** Keeps what was accepted; resolves to what became of it. */
  async function accept(accepted: Accepted, keeping: Keeping): Promise<FormReply> {
    const { actor, provider, connectionId } = keeping;
    const connection: Connection = {
      id: connectionId,
      workspaceId: actor.workspaceId,
      provider,
      target: accepted.target,
      settings: { ...accepted.settings },
      profiles: accepted.profiles,
      profileOptions: accepted.profileOptions,
      ...(accepted.keyless !== undefined && { keyless: accepted.keyless }),
      ...(accepted.held !== undefined && { held: accepted.held }),
      addedBy: actor.userId,
      addedAt: now().toISOString(),
      ...accepted.details,
    };
    const { workspaceId, name } = connection;
    const sealed = await cipher.seal(accepted.credential, { workspaceId, connectionId });
    const outcome = await keep(connection, sealed, keeping);
    if (outcome === 'replayed') return { kind: 'replayed' };
    if (typeof outcome === 'object') return refusal(`${tooMuchWaits(outcome)} Nothing was stored.`);
    if (outcome === 'exists')
      return refusal('This form was sent before. Close it, and look at the list of connections.');
    if (outcome === 'name-taken')
      return refusal(`There is already a connection called "${name}". Choose another name.`);
    return { kind: 'accepted' };
  }

  const handler: FormHandler<AddDraft> = {
    redraw: (answers, draft) => redrawnForm(providers, answers, waysOf(answers.actor, draft)),

    async check({ values }) {
      const provider = chosenProvider(providers, values);
      if (!provider) return {};
      const read = readAnswers(provider, values);
      return 'problems' in read ? read.problems : {};
    },

    async submit(submission, draft) {
      const { actor, values, once } = submission;
      const provider = chosenProvider(providers, values);
      if (!provider) return refusalAt('provider', 'Choose a provider.');
      // The first step has no name to ask for; its button leads to the second.
      if (values.name === undefined)
        return {
          kind: 'form',
          form: redrawnForm(providers, submission, waysOf(actor, draft)),
        };
      const read = await readWhole(provider, values, waysOf(actor, draft));
      if ('problems' in read) return { kind: 'problems', problems: read.problems };
      try {
        const { conversationId, connectionId } = draft;
        return await accept(read, { actor, once, conversationId, connectionId, provider: provider.id });
      } catch (err) {
        if (!isAppError(err, 'redis.unavailable')) throw err;
        logger.error({ err }, 'a connection could not be stored');
        return refusal('The bot cannot reach its database, so nothing was stored. Try again in a minute.');
      }
    },
  };

  return { open, ...handler };
}

/** What was filled in, held against its form and against what only a look-up tells. */
async function readWhole(
  provider: Provider,
  values: FormValues,
  ways: OfferedWays,
): Promise<ReturnType<typeof readAnswers>> {
  const read = readAnswers(provider, values);
  if ('problems' in read) return read;
  const refused = underProvider(provider.id, {
    ...unheldProblem(provider, read.credential, ways),
    ...(await provider.refuse?.(read.credential)),
  });
  return Object.keys(refused).length > 0 ? { problems: refused } : read;
}
