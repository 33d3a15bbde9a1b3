import { Redis } from 'ioredis';
import { createRedisConnectionStore } from '../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../adapters/redis/history.ts';
import { connectionOf, verificationOf } from '../test/support/findings.ts';
import { unnoted } from '../test/support/unnoted.ts';
import type { Row } from './measure.ts';

const [connections, verifications] = [200, 30];
/** About what a sealed AWS key takes. */
const sealed = 's'.repeat(600);
const kilobyte = 1_024;

async function usedKilobytes(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]) / kilobyte;
}

/** What a connection takes in Redis, the index and 30 verifications included, of which every other one lacks something. */
export async function storedConnections(redisUrl: string): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const store = createRedisConnectionStore(redis, unnoted);
  const history = createRedisHistory(redis, unnoted);
  const before = await usedKilobytes(redis);
  for (let index = 0; index < connections; index += 1) {
    const connection = connectionOf({ id: `c-${index}`, name: `prod-${index}` });
    const key = { workspaceId: connection.workspaceId, connectionId: connection.id };
    await store.create({ connection, sealed, once: connection.id });
    for (let run = 0; run < verifications; run += 1)
      await history.add(key, `run-${run}`, verificationOf(run % 2 ? { 'ec2:CreateImage': 'missing' } : {}));
  }
  const product = ((await usedKilobytes(redis)) - before) / connections;
  await redis.flushdb();
  await redis.quit();
  const [bar, baseline] = [{ atMost: 40 }, 0];
  return [
    {
      name: `what a connection with ${verifications} verifications takes in Redis`,
      unit: 'KB',
      compare: 'difference',
      product,
      baseline,
      result: product,
      bar,
      reached: product <= bar.atMost,
    },
  ];
}
