import type { Redis } from 'ioredis';
import pLimit from 'p-limit';
import type { Cipher } from '../../src/connections/cipher.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import type { HeldFolder } from '../../src/held/held-folder.ts';
import { type Issuer, speaking } from '../../src/issuer/issuer.ts';
import { tryJson } from '../../src/json.ts';
import type { Logger } from '../../src/logger.ts';
import { onBehalfOf } from '../../src/outgoing.ts';
import type { Provider, Providers } from '../../src/providers/provider.ts';
import { continuing, traced } from '../../src/tracing.ts';
import { createOpenCredential, type OpenCredentialDependencies } from '../checks/open-credential.ts';
import type { Listener } from '../listen.ts';
import { type Answer, answerChannel, askChannel, claimKey, Question } from './decode-channel.ts';
import { subscriberTo } from './subscriber.ts';

export type AnswerDecodesDependencies = OpenCredentialDependencies & {
  readonly redis: Redis;
  readonly store: Pick<ConnectionStore, 'find' | 'sealedCredential'>;
  readonly providers: Providers;
  readonly cipher: Cipher;
  readonly issuer?: Issuer | undefined;
  readonly held?: Pick<HeldFolder, 'fieldsOf' | 'has'> | undefined;
  /** Whether this process verifies connections of a provider whose credentials are stored. */
  readonly serves: (provider: Provider) => boolean;
  readonly logger: Logger;
};

/** Questions that one process answers at once; milliseconds of one call. */
const mostAtOnce = 4;
const callTimeoutMs = 10_000;

/** What the person may be told of a fault; the rest is in the log. */
function publicAnswer(error: unknown): Answer {
  if (!isAppError(error))
    return { kind: 'failed', code: 'provider.not-decoded', message: 'The message could not be decoded' };
  const { code, message, hint } = error;
  return { kind: 'failed', code, message, ...(hint && { hint }) };
}

/** Starts to decode what bots ask for, where this process has the credential; resolves when it hears them. */
export async function answerDecodes(dependencies: AnswerDecodesDependencies): Promise<Listener> {
  const { redis, store, providers, cipher, issuer, held, serves, logger } = dependencies;
  const open = createOpenCredential(dependencies);
  const limit = pLimit(mostAtOnce);
  const underWay = new Set<Promise<void>>();

  const say = (id: string, answer: Answer) => redis.publish(answerChannel(id), JSON.stringify(answer));

  /** Whether the credential of a connection is to be had here. */
  async function isHere({ workspaceId, held: name }: Connection, provider: Provider): Promise<boolean> {
    if (name === undefined) return serves(provider);
    return (await held?.has({ workspaceId, provider: provider.id, name })) ?? false;
  }

  async function decode(
    { workspaceId, connectionId, sealed }: Question,
    { connection, provider }: { readonly connection: Connection; readonly provider: Provider },
    signal: AbortSignal,
  ): Promise<string> {
    const key = { workspaceId, connectionId };
    const [text, opened] = await Promise.all([cipher.open(sealed, key), open({ connection, provider })]);
    if (opened instanceof AppError) throw opened;
    if (!opened || !provider.decode)
      throw new AppError('The connection is gone', { code: 'provider.not-decoded' });
    const { credential } = opened;
    const workload = issuer?.workloadOf(key) ?? speaking(key);
    const { decode } = provider;
    const asked = { credential, workload, signal, callTimeoutMs, emit: () => undefined, text: String(text) };
    return cipher.seal(await onBehalfOf(provider.id, () => decode(asked)), key);
  }

  async function answer(message: string): Promise<void> {
    const question = tryJson(message, Question);
    if (!question || Date.parse(question.expiresAt) < Date.now()) return;
    const { id, workspaceId, connectionId, expiresAt } = question;
    const connection = await store.find(workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    if (!connection || !provider?.decode || !(await isHere(connection, provider))) return;
    if ((await redis.set(claimKey(id), '1', 'EX', 60, 'NX')) !== 'OK') return;
    await say(id, { kind: 'taken' });
    const signal = AbortSignal.timeout(Math.max(0, Date.parse(expiresAt) - Date.now()));
    const facts = { workspaceId, connectionId, provider: provider.id };
    const work = () => decode(question, { connection, provider }, signal);
    try {
      const told = await continuing(question.trace, () => traced('decode', facts, work));
      await say(id, { kind: 'told', sealed: told });
    } catch (err) {
      if (!isAppError(err)) logger.warn({ err, connectionId }, 'a message could not be decoded');
      await say(id, publicAnswer(err));
    }
  }

  const hear = (message: string): void => {
    const work = limit(() => answer(message)).catch((err: unknown) =>
      logger.warn({ err }, 'a message could not be decoded'),
    );
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  // Nothing else needs this, so a worker that may not hear does the rest.
  const subscriber = await subscriberTo(redis, askChannel, hear).catch((err: unknown) =>
    logger.warn(
      { err },
      'this worker decodes nothing: its user of Redis may not use the channels xoap:decode*',
    ),
  );
  return {
    async close() {
      subscriber?.close();
      await Promise.all(underWay);
    },
  };
}
