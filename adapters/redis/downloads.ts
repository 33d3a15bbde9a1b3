import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { type DownloadStore, downloadMinutes } from '../../src/access/downloads.ts';
import { keys } from './keys.ts';

const [packed, unpacked] = [promisify(gzip), promisify(gunzip)];

const takeScript = `
local file = redis.call('HMGET', KEYS[1], 'name', 'content')
redis.call('DEL', KEYS[1])
return file`;

/** Keeps files in Redis, compressed, each for its time. */
export function createRedisDownloads(redis: Redis): DownloadStore {
  return {
    async put(idHash, { name, content }) {
      const key = keys.download(idHash);
      const small = await packed(content);
      await redis
        .multi()
        .hset(key, { name, content: small })
        .expire(key, downloadMinutes * 60)
        .exec();
    },
    async nameOf(idHash) {
      return (await redis.hget(keys.download(idHash), 'name')) ?? undefined;
    },
    async take(idHash) {
      const found = await redis.callBuffer('EVAL', takeScript, 1, keys.download(idHash));
      const [name, content] = found as [Buffer | null, Buffer | null];
      return name && content ? { name: name.toString(), content: await unpacked(content) } : undefined;
    },
  };
}
