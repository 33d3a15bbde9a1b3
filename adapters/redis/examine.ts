import { existsSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { Examined } from '../../src/examined.ts';
import { type RedisAddress, readRedisAddress, shownAddress } from './address.ts';
import { openClient } from './client.ts';
import { keys } from './keys.ts';
import type { RedisSettings } from './open-redis.ts';
import { socketOf } from './private-redis.ts';
import { findRedisProgram } from './redis-program.ts';
import { dangersOf } from './safety.ts';
import { whyUnfit } from './unfit.ts';

const part = 'Redis';
/** Milliseconds to connect, and for each answer. */
const patienceMs = 3_000;

/** A Redis as it was found, with a connection to it where there is one; whoever gets it closes it. */
export type ExaminedRedis = { readonly examined: Examined[]; readonly redis?: Redis };

async function connect(address: RedisAddress | string): Promise<Redis> {
  const redis = openClient(address, {
    lazyConnect: true,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    maxRetriesPerRequest: 0,
    // It would ask for INFO, and write to the console where that is refused.
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  // Without a listener ioredis prints to the console; the first fault is the reason, later ones follow from it.
  let fault: Error | undefined;
  redis.on('error', (error) => {
    fault ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
    // Such as a database that there is not: commands go on in another one.
    if (fault) throw fault;
    return redis;
  } catch (error) {
    redis.disconnect();
    throw fault ?? error;
  }
}

/** What the system or Redis itself says, without the address, which may hold a password. */
function faultWords(error: unknown): string {
  if (!(error instanceof Error)) return 'it did not answer';
  const { code } = error as { code?: string };
  return code ?? error.message.split('\n', 1)[0] ?? error.name;
}

async function examinePrivate({ dataDirectory }: RedisSettings): Promise<ExaminedRedis> {
  const socket = socketOf(dataDirectory);
  if (existsSync(socket)) {
    const redis = await connect(socket).catch(() => undefined);
    if (redis)
      return { examined: [{ part, state: 'ok', text: `a private one runs in ${dataDirectory}` }], redis };
  }
  const program = await findRedisProgram();
  const text = program
    ? `a private one starts with the bot (${program})`
    : 'there is no redis-server or valkey-server that could be started';
  const todo = program ? undefined : 'Run: npm run setup. Or set REDIS_URL to a server that runs already.';
  return { examined: [{ part, state: program ? 'ok' : 'failed', text, todo }] };
}

/** Looks at the Redis that the settings name: whether it answers, keeps what it is given, and drops nothing. */
export async function examineRedis(settings: RedisSettings): Promise<ExaminedRedis> {
  const { url } = settings;
  if (!url) return examinePrivate(settings);
  const address = readRedisAddress(url) ?? url;
  const host = typeof address === 'string' ? 'it' : shownAddress(address);
  try {
    const redis = await connect(address);
    const unfit = await whyUnfit(redis, address);
    if (unfit) return { examined: [{ part, state: 'failed', ...unfit }], redis };
    // What a request would store, as /readyz asks: one that is full answers a ping.
    await redis.set(keys.readiness, '1', 'EX', 60);
    const dangers = await dangersOf(redis).catch(() => undefined);
    const found: Examined[] = dangers?.map(({ isAhead, ...danger }) => ({
      part,
      state: isAhead ? 'warning' : 'failed',
      ...danger,
    })) ?? [
      {
        part,
        state: 'warning',
        text: 'it answers, but tells nothing of how it keeps things (INFO is refused)',
        todo: 'See to it that maxmemory-policy is noeviction and appendonly is yes.',
      },
    ];
    const fine: Examined = {
      part,
      state: 'ok',
      text: `${host} answers, keeps what it is given and drops nothing`,
    };
    return { examined: found.length > 0 ? found : [fine], redis };
  } catch (error) {
    const todo = 'Check REDIS_URL: host, port, password, redis:// or rediss://, and that the server runs.';
    return {
      examined: [{ part, state: 'failed', text: `${host} cannot be used: ${faultWords(error)}`, todo }],
    };
  }
}
