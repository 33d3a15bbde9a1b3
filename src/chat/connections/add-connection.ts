import type { AuditTrail } from '../../access/audit.ts';
import type { AccessPolicy, Actor } from '../../access/policy.ts';
import type { Cipher } from '../../connections/cipher.ts';
import { type Connection, newConnectionId } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Provider, ProviderId, Providers } from '../../providers/provider.ts';
import type { FormReply } from '../model/reply.ts';
import {
  type Accepted,
  chosenProvider,
  readSubmission,
  redrawnForm,
  type Submission,
  underProvider,
} from './connection-answers.ts';
import type { Draft } from './connection-form.ts';
import type { VerificationRequests } from './verification-requests.ts';

export type AddConnectionDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  /** The same store over a connection that waits until Redis is back. */
  readonly patientStore: Pick<ConnectionStore, 'remove'>;
  readonly cipher: Cipher;
  readonly requests: VerificationRequests;
  readonly policy: AccessPolicy;
  readonly audit: AuditTrail;
  readonly logger: Logger;
  readonly now: () => Date;
};

/** Creates the handler of the submitted form. */
export function createAddConnection(dependencies: AddConnectionDependencies) {
  const { providers, cipher, requests, policy, audit, logger, now } = dependencies;

  /**
   * Stores the connection and queues its verification in one exchange with Redis: both commands are under way before
   * either is answered. What was stored without being queued is taken back.
   */
  async function keep(
    connection: Connection,
    sealed: string,
    { once, conversationId }: { once: string; conversationId: string },
  ) {
    const { id: connectionId, workspaceId, addedBy: askedBy } = connection;
    const created = dependencies.store.create({ connection, sealed, once });
    const queued = requests.request({ workspaceId, connectionId, askedBy, conversationId, trigger: 'add' });
    const [stored, request] = await Promise.allSettled([created, queued]);
    if (stored.status === 'fulfilled' && request.status === 'fulfilled') return stored.value;
    takeBack(connection);
    throw new AppError('Cannot store the connection', {
      code: 'redis.unavailable',
      cause: stored.status === 'rejected' ? stored.reason : (request as PromiseRejectedResult).reason,
    });
  }

  /** Undoes a half-done storing, as soon as Redis is there to do it. */
  function takeBack({ workspaceId, id }: Connection): void {
    dependencies.patientStore.remove(workspaceId, id).catch((err: unknown) => {
      logger.error(
        { err, connectionId: id },
        'could not take back a connection that was stored but not queued',
      );
    });
  }

  /** Keeps what was accepted; resolves to what became of it. */
  async function store(
    accepted: Accepted,
    { actor, once, conversationId, provider }: Keeping,
  ): Promise<FormReply> {
    const connection: Connection = {
      id: newConnectionId(),
      workspaceId: actor.workspaceId,
      provider,
      target: accepted.target,
      profileOptions: accepted.profileOptions,
      addedBy: actor.userId,
      addedAt: now().toISOString(),
      ...accepted.details,
    };
    const binding = { workspaceId: connection.workspaceId, connectionId: connection.id };
    const sealed = await cipher.seal(accepted.credential, binding);
    const outcome = await keep(connection, sealed, { once, conversationId });
    if (outcome === 'replayed') return { kind: 'replayed' };
    if (outcome === 'name-taken') {
      return problem(`There is already a connection called "${connection.name}". Choose another name.`);
    }
    void audit.record({ actor, action: 'connection.add', outcome: 'done', connectionId: connection.id });
    return { kind: 'accepted' };
  }

  return async function addConnection(submission: Submission, { conversationId }: Draft): Promise<FormReply> {
    const { actor, values, once } = submission;
    const provider = chosenProvider(providers, values);
    if (!provider) return { kind: 'problems', problems: { provider: 'Choose a provider.' } };
    // The first step has no name to ask for; its button leads to the second.
    if (values.name === undefined) return { kind: 'form', form: redrawnForm(providers, submission) };
    if (!policy.permits(actor, 'connection.add'))
      return problem('You may not add connections in this workspace.');

    const read = await readWhole(provider, values);
    if ('problems' in read) return { kind: 'problems', problems: read.problems };
    try {
      return await store(read, { actor, once, conversationId, provider: provider.id });
    } catch (err) {
      if (!isAppError(err, 'redis.unavailable')) throw err;
      logger.error({ err }, 'a connection could not be stored');
      return problem('The bot cannot reach its database, so nothing was stored. Try again in a minute.');
    }
  };
}

/** What was filled in, held against its form and against what only a look-up tells. */
async function readWhole(
  provider: Provider,
  values: Submission['values'],
): Promise<ReturnType<typeof readSubmission>> {
  const read = readSubmission(provider, values);
  if ('problems' in read) return read;
  const refused = underProvider(provider.id, (await provider.refuse?.(read.credential)) ?? {});
  return Object.keys(refused).length > 0 ? { problems: refused } : read;
}

type Keeping = {
  readonly actor: Actor;
  readonly once: string;
  readonly conversationId: string;
  readonly provider: ProviderId;
};

/** A problem that is no single field's stands beside the first one a person fills in. */
function problem(text: string): FormReply {
  return { kind: 'problems', problems: { name: text } };
}
