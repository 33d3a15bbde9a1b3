import type { Redis } from 'ioredis';
import { AppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { readRedisAddress } from './address.ts';
import { botName, type ClientOptions, openClient } from './client.ts';
import { keys } from './keys.ts';
import { startPrivateRedis } from './private-redis.ts';
import { dangersOf, fillingUp } from './safety.ts';
import { refuseUnfit, unfitIn } from './unfit.ts';

export type RedisAccess = {
  /** For requests that a person waits for: fails within 1.5 s when Redis is away. */
  readonly prompt: Redis;
  /** For work in the background: waits until Redis is back. */
  readonly patient: Redis;
  /** Whether it takes in what a request would store at this moment; one that is full still answers a ping. */
  isReady(): Promise<boolean>;
  /** Closes all connections and, if it is ours, the server. */
  close(): Promise<void>;
};

export type RedisSettings = {
  readonly url: string | undefined;
  readonly dataDirectory: string;
  /** Waits for a Redis that is away at the start, as a worker does that nobody waits for. */
  readonly waits?: boolean;
};

/** Resolves once a connection stands, however long that takes; why it does not is in the log. */
async function untilReady(redis: Redis): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.once('ready', resolve);
  // It goes on to try by itself.
  redis.connect().catch(() => undefined);
  await promise;
}

/** Milliseconds between two looks at how full it is. */
const watchMs = 600_000;

/** Connects to the given Redis or to a private one. Throws `redis.unavailable` when it cannot be reached at start. */
export async function openRedis(
  { url, dataDirectory, waits = false }: RedisSettings,
  logger: Logger,
): Promise<RedisAccess> {
  const server = url ? undefined : await startPrivateRedis(dataDirectory, logger);
  // What is no address is the path of a socket.
  const address = url ? (readRedisAddress(url) ?? url) : (server?.socket ?? '');
  let unfit: AppError | undefined;
  const open = (options: ClientOptions): Redis => {
    const redis = openClient(address, { ...options, connectionName: botName });
    // Without a listener ioredis prints to the console; the reason matters, repetitions do not.
    let isDown = false;
    redis.on('error', (err) => {
      // A cluster's client tells why here, and throws less.
      unfit ??= unfitIn(err);
      if (!isDown) logger.warn({ err }, 'Redis is away');
      isDown = true;
    });
    redis.on('ready', () => {
      if (isDown) logger.info('Redis is back');
      isDown = false;
    });
    return redis;
  };
  // One that answers and refuses is asked anew over a new connection, which may lead to another server: without this,
  // a worker that waits for work asks thousands of times in a second.
  const reconnectOnError = (error: Error) =>
    /^(READONLY|LOADING|MASTERDOWN)\b/.test(error.message) ? 1 : false;
  const retryStrategy = (attempt: number) => Math.min(attempt * 50, 1_000);
  const patient = open({ maxRetriesPerRequest: null, retryStrategy, reconnectOnError });
  const prompt = open({
    maxRetriesPerRequest: 0,
    commandTimeout: 1_500,
    enableOfflineQueue: false,
    retryStrategy,
    reconnectOnError,
    lazyConnect: true,
  });

  // Of an outside one: a private one has no limit.
  const watching = url ? setInterval(() => void warnIfFilling(prompt, logger), watchMs).unref() : undefined;

  async function close(): Promise<void> {
    clearInterval(watching);
    prompt.disconnect();
    patient.disconnect();
    await server?.close();
  }

  try {
    if (waits) await untilReady(prompt);
    else await prompt.connect();
    const logRefusal = createRefusalLog(logger);
    translateFaults(prompt, logRefusal);
    logRefusals(patient, logRefusal);
    if (url) {
      await refuseUnfit(prompt, address);
      await warnIfUnsafe(prompt, logger);
    }
  } catch (cause) {
    await close();
    const reason = unfitIn(cause) ?? unfit;
    if (reason) throw reason;
    throw new AppError('Cannot reach Redis', {
      code: 'redis.unavailable',
      cause,
      hint: 'Check REDIS_URL and that the server runs.',
    });
  }
  const isReady = () =>
    prompt.set(keys.readiness, '1', 'EX', 60).then(
      () => true,
      () => false,
    );
  return { prompt, patient, isReady, close };
}

/** Says in the log what about an outside Redis may lose or drop what the bot keeps there. */
async function warnIfUnsafe(redis: Redis, logger: Logger): Promise<void> {
  try {
    for (const { text, todo } of await dangersOf(redis)) logger.warn(`${text}: ${todo}`);
  } catch (err) {
    // A user who may not ask for INFO can do the rest all the same.
    logger.warn({ err }, 'Redis does not tell whether it keeps what it is given, and drops nothing');
  }
}

/** Says in the log that Redis fills up, while there is time. */
async function warnIfFilling(redis: Redis, logger: Logger): Promise<void> {
  const found = await fillingUp(redis).catch(() => undefined);
  if (found) logger.warn(`${found.text}: ${found.todo}`);
}

/** What a Redis answers that is there and cannot take anything in: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const refusal = /^(OOM|READONLY|MISCONF|LOADING|NOREPLICAS|MASTERDOWN|CLUSTERDOWN)\b/;

/** The word that a Redis refuses with; undefined for an answer that says something about the command. */
const refusalIn = (error: unknown): string | undefined =>
  error instanceof Error && error.name === 'ReplyError' ? refusal.exec(error.message)?.[1] : undefined;

/** Milliseconds between two lines about the same refusal. */
const quietMs = 60_000;

type Send = Redis['sendCommand'];

/** Looks at what comes of every command of a connection. */
function watch(redis: Redis, onFault: (cause: unknown) => never): void {
  const send: Send = redis.sendCommand.bind(redis);
  redis.sendCommand = (...args) => {
    const sent = Promise.resolve(send(...args)).catch(onFault);
    // A transaction drops these and tells its own result; dropped, a rejection would end the process.
    sent.catch(() => undefined);
    return sent;
  };
}

/** Creates what says in the log that Redis refuses to write, once in a while. */
function createRefusalLog(logger: Logger): (cause: unknown) => string | undefined {
  let saidAt = 0;
  return (cause) => {
    const word = refusalIn(cause);
    if (word && Date.now() - saidAt > quietMs) {
      saidAt = Date.now();
      logger.error({ refusal: word }, 'Redis answers, but takes nothing in');
    }
    return word;
  };
}

/** Makes every command of a connection fail with `redis.unavailable` when Redis did not carry it out. */
function translateFaults(redis: Redis, logRefusal: (cause: unknown) => string | undefined): void {
  watch(redis, (cause) => {
    const word = logRefusal(cause);
    // Redis itself answers with a ReplyError; everything else means that no answer came.
    if (!word && cause instanceof Error && cause.name === 'ReplyError') throw cause;
    throw new AppError(word ? `Redis takes nothing in (${word})` : 'Redis did not answer', {
      code: 'redis.unavailable',
      cause,
      retryable: true,
    });
  });
}

/** Says in the log what a connection meets; its callers get what Redis said. */
function logRefusals(redis: Redis, logRefusal: (cause: unknown) => string | undefined): void {
  watch(redis, (cause) => {
    logRefusal(cause);
    throw cause;
  });
}
