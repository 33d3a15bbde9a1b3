import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { HomeVisitors } from '../../src/chat/delivery/home-visitors.ts';
import { tryJson } from '../../src/json.ts';
import { keysOf } from './keys.ts';

const Place = z.object({ userId: z.string(), conversationId: z.string() });
const lateSeconds = 3_600;

/** Keeps visitors in Redis, a sorted set a workspace by when they came; it goes when nobody does. */
export function createRedisHomeVisitors(redis: Redis): HomeVisitors {
  return {
    async remember(workspaceId, place) {
      const key = keysOf(workspaceId).homeVisitors;
      const { userId, conversationId } = place;
      const member = JSON.stringify({ userId, conversationId });
      await redis.multi().zadd(key, Date.now(), member).expire(key, lateSeconds).exec();
    },
    async forget(workspaceId, userId) {
      const key = keysOf(workspaceId).homeVisitors;
      const all = await redis.zrange(key, '0', '-1');
      const own = all.filter((text) => tryJson(text, Place)?.userId === userId);
      if (own.length > 0) await redis.zrem(key, ...own);
    },
    async lately(workspaceId) {
      const key = keysOf(workspaceId).homeVisitors;
      const since = Date.now() - lateSeconds * 1_000;
      await redis.zremrangebyscore(key, '-inf', String(since));
      // One that cannot be read is gone within the hour.
      return (await redis.zrange(key, '0', '-1')).flatMap((text) => tryJson(text, Place) ?? []);
    },
  };
}
