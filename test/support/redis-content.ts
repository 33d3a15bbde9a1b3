import type { Redis } from 'ioredis';

/** Everything a key holds, whatever its kind. */
async function contentOf(prompt: Redis, key: string): Promise<string> {
  const readers: Record<string, () => Promise<unknown>> = {
    string: () => prompt.get(key),
    hash: () => prompt.hgetall(key),
    list: () => prompt.lrange(key, 0, -1),
    set: () => prompt.smembers(key),
    zset: () => prompt.zrange(key, 0, '-1'),
    // Gone since it was listed.
    none: async () => '',
    stream: () => prompt.xrange(key, '-', '+'),
  };
  const read = readers[await prompt.type(key)];
  if (!read) throw new Error(`No reader for ${key}`);
  return JSON.stringify(await read());
}

/** Every key of a Redis with what it holds, to search in. */
export async function everythingIn(redis: Redis): Promise<string> {
  const contents: string[] = [];
  for (const key of await redis.keys('*')) contents.push(key, await contentOf(redis, key));
  return contents.join('\n');
}
