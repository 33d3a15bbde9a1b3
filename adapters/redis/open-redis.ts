import { Redis, type RedisOptions } from 'ioredis';
import { AppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { startPrivateRedis } from './private-redis.ts';
import { dangersOf } from './safety.ts';

export type RedisAccess = {
  /** For requests that a person waits for: fails within 1.5 s when Redis is away. */
  readonly prompt: Redis;
  /** For work in the background: waits until Redis is back. */
  readonly patient: Redis;
  /** Closes all connections and, if it is ours, the server. */
  close(): Promise<void>;
};

export type RedisSettings = { readonly url: string | undefined; readonly dataDirectory: string };

/** Connects to the given Redis or to a private one. Throws `redis.unavailable` when it cannot be reached at start. */
export async function openRedis({ url, dataDirectory }: RedisSettings, logger: Logger): Promise<RedisAccess> {
  const server = url ? undefined : await startPrivateRedis(dataDirectory, logger);
  const address = url ?? server?.socket ?? '';
  const open = (options: Omit<RedisOptions, 'replyMapping'>): Redis => {
    const redis = new Redis(address, options);
    // Without a listener ioredis prints to the console; the reason matters, repetitions do not.
    let isDown = false;
    redis.on('error', (err) => {
      if (!isDown) logger.warn({ err }, 'Redis is away');
      isDown = true;
    });
    redis.on('ready', () => {
      if (isDown) logger.info('Redis is back');
      isDown = false;
    });
    return redis;
  };
  const retryStrategy = (attempt: number) => Math.min(attempt * 50, 1_000);
  const patient = open({ maxRetriesPerRequest: null, retryStrategy });
  const prompt = open({
    maxRetriesPerRequest: 0,
    commandTimeout: 1_500,
    enableOfflineQueue: false,
    retryStrategy,
    lazyConnect: true,
  });

  async function close(): Promise<void> {
    prompt.disconnect();
    patient.disconnect();
    await server?.close();
  }

  try {
    await prompt.connect();
    translateFaults(prompt);
    if (url) await warnIfUnsafe(prompt, logger);
  } catch (cause) {
    await close();
    throw new AppError('Cannot reach Redis', {
      code: 'redis.unavailable',
      cause,
      hint: 'Check REDIS_URL and that the server runs.',
    });
  }
  return { prompt, patient, close };
}

/** Says in the log what about an outside Redis may lose or drop what the bot keeps there. */
async function warnIfUnsafe(redis: Redis, logger: Logger): Promise<void> {
  for (const { text, todo } of await dangersOf(redis)) logger.warn(`${text}: ${todo}`);
}

/** Makes every command of a connection fail with `redis.unavailable` when Redis did not carry it out. */
function translateFaults(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (...args) => {
    const sent = Promise.resolve(send(...args)).catch((cause: unknown) => {
      // Redis itself answers with a ReplyError; everything else means that no answer came.
      if (cause instanceof Error && cause.name === 'ReplyError') throw cause;
      throw new AppError('Redis did not answer', { code: 'redis.unavailable', cause, retryable: true });
    });
    // A transaction drops these and tells its own result; dropped, a rejection would end the process.
    sent.catch(() => undefined);
    return sent;
  };
}
