import type { Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRedisAddress } from '../../../adapters/redis/address.ts';
import { openClient } from '../../../adapters/redis/client.ts';
import { startRedisSentinels } from '../../support/redis-servers.ts';

let servers: Awaited<ReturnType<typeof startRedisSentinels>>;
beforeAll(async () => {
  servers = await startRedisSentinels();
}, 60_000);
afterAll(() => servers.close());

/** The connection of a client, and those over which it hears of a new master. */
type Inside = {
  readonly stream: Socket;
  readonly connector: {
    readonly failoverDetector: { readonly sentinels: readonly { readonly client: Redis }[] };
  };
};

it('a client that hears of a new master while it looks for it finds it', async () => {
  const address = readRedisAddress(servers.url);
  if (!address) throw new Error('No address');
  const redis = openClient(address, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  try {
    await redis.ping();
    const { stream, connector } = redis as unknown as Inside;
    const { sentinels } = connector.failoverDetector;
    const looking = Promise.withResolvers<void>();
    redis.once('connecting', looking.resolve);
    // As when the master dies.
    stream.destroy();
    await looking.promise;

    // What a sentinel would say now is heard by whoever still listens to it.
    for (const { client } of sentinels)
      if (client.status === 'ready') client.emit('message', '+switch-master', 'main');

    expect(await redis.ping()).toBe('PONG');
  } finally {
    redis.disconnect();
  }
});
