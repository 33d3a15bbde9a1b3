import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { DecodeRequest, Decoder } from '../../src/chat/explain/decoder.ts';
import type { Cipher } from '../../src/connections/cipher.ts';
import { late, within } from '../../src/deadline.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { tryJson } from '../../src/json.ts';
import { traceLink } from '../../src/tracing.ts';
import {
  Answer,
  answerChannel,
  answeredMs,
  askChannel,
  type Question,
  SealedAnswer,
  takenMs,
} from './decode-channel.ts';
import { subscriberTo } from './subscriber.ts';

const nobody = () =>
  new AppError('No worker of this bot has this credential at hand right now', {
    code: 'verification.no-worker',
    hint: 'Try again in a minute; if it stays so, tell the operator of the bot.',
  });

const away = () => new AppError('Redis did not answer', { code: 'redis.unavailable', retryable: true });

/** By default a user of Redis who is given rights to commands and keys has none to channels. */
function mayNotHear(cause: unknown): never {
  throw new AppError('Bot and worker may not talk to each other over Redis', {
    code: 'verification.no-worker',
    cause,
    hint: 'The operator of the bot lets its user of Redis use the channels xoap:decode* (docs/operations.md).',
  });
}

const silent = () =>
  new AppError('The worker gave no answer in time', {
    code: 'verification.timed-out',
    hint: 'Try again in a minute.',
  });

/** Creates what has workers decode messages. */
export function createDecoder(redis: Redis, cipher: Cipher): Decoder {
  async function ask({ connection, text }: DecodeRequest, id: string): Promise<string> {
    const { workspaceId, id: connectionId } = connection;
    const sealed = await cipher.seal(text, { workspaceId, connectionId });
    const expiresAt = new Date(Date.now() + answeredMs).toISOString();
    const question: Question = { id, workspaceId, connectionId, sealed, expiresAt, trace: traceLink() };
    return JSON.stringify(question);
  }

  return async (request) => {
    const { workspaceId, id: connectionId } = request.connection;
    const id = randomUUID();
    const question = await ask(request, id);
    const taken = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<Exclude<Answer, { kind: 'taken' }>>();
    const hearing = subscriberTo(redis, answerChannel(id), (message) => {
      const answer = tryJson(message, Answer);
      taken.resolve();
      if (answer && answer.kind !== 'taken') ended.resolve(answer);
    });
    try {
      if ((await within(takenMs, hearing.catch(mayNotHear))) === late) throw away();
      await redis.publish(askChannel, question);
      if ((await within(takenMs, taken.promise)) === late) throw nobody();
      const answer = await within(answeredMs, ended.promise);
      if (answer === late) throw silent();
      if (answer.kind === 'failed') {
        const { code, message, hint } = answer;
        throw new AppError(message, { code: code as ErrorCode, ...(hint && { hint }) });
      }
      return SealedAnswer.parse(await cipher.open(answer.sealed, { workspaceId, connectionId }));
    } finally {
      void hearing.then(
        (subscriber) => subscriber.close(),
        () => undefined,
      );
    }
  };
}
