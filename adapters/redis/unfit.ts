import type { Redis } from 'ioredis';
import { AppError, isAppError } from '../../src/errors.ts';
import type { RedisAddress } from './address.ts';

const noCluster = { text: 'This Redis is no cluster', todo: 'Name it with redis://HOST:PORT.' };

/** What a server says of itself; undefined where its user may not ask. */
const infoOf = (redis: Redis) =>
  Promise.all([redis.info('cluster'), redis.info('replication')]).then(
    (parts) => parts.join('\n'),
    () => undefined,
  );

/** Why a Redis cannot be used as it is named, and what to do; undefined where nothing speaks against it. */
export async function whyUnfit(
  redis: Redis,
  address: RedisAddress | string,
): Promise<{ text: string; todo: string } | undefined> {
  const info = await infoOf(redis);
  if (info === undefined || typeof address === 'string') return undefined;
  const is = (name: string, value: string) => new RegExp(`^${name}:${value}\\r?$`, 'm').test(info);
  if (address.kind === 'single' && is('cluster_enabled', '1'))
    return {
      text: 'This Redis is a node of a cluster',
      todo: 'Name it as one: redis+cluster://HOST:PORT,HOST:PORT.',
    };
  if (address.kind === 'cluster' && is('cluster_enabled', '0')) return noCluster;
  if (address.kind === 'single' && is('role', 'slave'))
    return {
      text: 'This Redis is a replica, which takes nothing in',
      todo: 'Name its master, or its sentinels: redis+sentinel://HOST:PORT,HOST:PORT/NAME.',
    };
  return undefined;
}

/** The reason in what a cluster's client throws that finds no cluster. */
export function unfitIn(cause: unknown): AppError | undefined {
  if (isAppError(cause, 'redis.unfit')) return cause;
  const { lastNodeError } = (cause ?? {}) as { lastNodeError?: { message?: string } };
  if (!lastNodeError?.message?.includes('cluster support disabled')) return undefined;
  return new AppError(noCluster.text, { code: 'redis.unfit', hint: noCluster.todo });
}

/** Throws `redis.unfit` for a Redis that would take the bot's connection and then none of its work. */
export async function refuseUnfit(redis: Redis, address: RedisAddress | string): Promise<void> {
  const found = await whyUnfit(redis, address);
  if (found) throw new AppError(found.text, { code: 'redis.unfit', hint: found.todo });
}
