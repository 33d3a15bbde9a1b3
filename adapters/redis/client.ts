import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.ts';
import { PatientSentinels } from './sentinels.ts';

export type ClientOptions = Pick<
  RedisOptions,
  | 'lazyConnect'
  | 'commandTimeout'
  | 'connectionName'
  | 'connectTimeout'
  | 'enableOfflineQueue'
  | 'enableReadyCheck'
  | 'maxRetriesPerRequest'
  | 'reconnectOnError'
> & { readonly retryStrategy: (attempt: number) => number | null };

/** Milliseconds between two tries of a command while a cluster or its sentinels choose another master. */
const failoverMs = 100;

/**
 * A client for a Redis of any kind, or for a private one by its socket. A cluster's client has all commands that the bot uses,
 * so nobody needs to know which it is; only what goes over all keys asks each master (`scanKeys`).
 */
export function openClient(address: RedisAddress | string, options: ClientOptions): Redis {
  if (typeof address === 'string') return new Redis(address, options);
  const { kind, hosts, username, password, db, name, isEncrypted } = address;
  const own = {
    ...options,
    ...(username && { username }),
    ...(password && { password }),
    ...(isEncrypted && { tls: {} }),
  };
  const [first] = hosts;
  if (kind === 'single' && first) return new Redis({ ...own, ...first, db });
  if (kind === 'sentinel')
    return new Redis({
      ...own,
      db,
      name: name ?? '',
      sentinels: [...hosts],
      role: 'master',
      Connector: PatientSentinels,
      // Hears of a new master at once, and not when the old one's connection has run out.
      failoverDetector: true,
      sentinelRetryStrategy: options.retryStrategy,
      ...(address.sentinelUsername && { sentinelUsername: address.sentinelUsername }),
      ...(address.sentinelPassword && { sentinelPassword: address.sentinelPassword }),
      ...(isEncrypted && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    });
  const { lazyConnect, enableOfflineQueue, retryStrategy, ...redisOptions } = own;
  const cluster = new Cluster([...hosts], {
    redisOptions,
    clusterRetryStrategy: retryStrategy,
    retryDelayOnFailover: failoverMs,
    retryDelayOnClusterDown: failoverMs,
    retryDelayOnTryAgain: failoverMs,
    ...(lazyConnect !== undefined && { lazyConnect }),
    ...(enableOfflineQueue !== undefined && { enableOfflineQueue }),
    // Certificates name hosts, which the nodes tell as addresses.
    ...(isEncrypted && { dnsLookup: (host, done) => done(null, host) }),
  });
  return cluster as unknown as Redis;
}

const mastersOf = (redis: Redis): Redis[] =>
  redis.isCluster ? (redis as unknown as Cluster).nodes('master') : [redis];

/** The keys of a pattern, over all masters, some hundreds at a time. */
export async function* scanKeys(redis: Redis, { match }: { readonly match: string }): AsyncGenerator<string> {
  for (const master of mastersOf(redis))
    for await (const found of master.scanStream({ match, count: 500 })) yield* found as string[];
}

/** What Redis knows the connections of a bot and its workers by. */
export const botName = 'xoap-bot';

/** Whether a bot or a worker is connected; undefined where Redis does not tell. */
export async function isBotConnected(redis: Redis): Promise<boolean | undefined> {
  try {
    const lists = await Promise.all(mastersOf(redis).map((master) => master.client('LIST')));
    return lists.some((list) => String(list).includes(`name=${botName}`));
  } catch {
    return undefined;
  }
}
