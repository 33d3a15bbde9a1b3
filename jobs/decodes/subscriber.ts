import type { Cluster, Redis } from 'ioredis';

export type Subscriber = { close(): void };

/** A connection of its own, since one that hears can do nothing else. */
function ownConnection(redis: Redis): Redis {
  const options = { enableOfflineQueue: true, lazyConnect: false };
  // A cluster takes its nodes first: the same ones.
  if (redis.isCluster) return (redis as unknown as Cluster).duplicate([], options) as unknown as Redis;
  return redis.duplicate({ ...options, maxRetriesPerRequest: null });
}

/**
 * Hears what is said on a channel until it is closed; resolves when it hears, which waits while Redis is away. Rejects where the
 * user of Redis may not use the channel.
 */
export async function subscriberTo(
  redis: Redis,
  channel: string,
  onMessage: (message: string) => void,
): Promise<Subscriber> {
  const own = ownConnection(redis);
  // Without a listener ioredis prints to the console; that Redis is away is in the log already.
  own.on('error', () => undefined);
  own.on('message', (_channel: string, message: string) => onMessage(message));
  try {
    await own.subscribe(channel);
  } catch (error) {
    own.disconnect();
    throw error;
  }
  return { close: () => own.disconnect() };
}
