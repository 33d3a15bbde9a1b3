import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openRedis, type RedisAccess } from '../../adapters/redis/open-redis.ts';
import { silent } from './silent.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: declaration merging needs an interface
  export interface ProvidedContext {
    /** The address of a Redis in a container, where Docker answers. */
    redisUrl: string | undefined;
  }
}

export type TestRedis = RedisAccess & { readonly dataDirectory: string; readonly url: string | undefined };

/** An empty real Redis for one test file: the given one, a database of the container's, or a private server. */
export async function openTestRedis(given?: string): Promise<TestRedis> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'xoap-test-'));
  const container = inject('redisUrl');
  // Test files run side by side, one in each worker, so the worker's number keeps them apart.
  const url = given ?? (container && `${container}/${Number(process.env.VITEST_POOL_ID ?? 0) % 16}`);
  const redis = await openRedis({ url, dataDirectory }, silent);
  await redis.patient.flushdb();
  return {
    ...redis,
    dataDirectory,
    url,
    async close() {
      await redis.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
