import type { Redis } from 'ioredis';
import type { Refusals } from '../../src/workspaces/refusals.ts';
import { keysOf } from './keys.ts';

/** Keeps in Redis since when every message to a workspace is refused. */
export function createRedisRefusals(redis: Redis): Refusals {
  return {
    async refused(workspaceId, at) {
      const key = keysOf(workspaceId).refusedSince;
      if ((await redis.set(key, at.toISOString(), 'NX')) === 'OK') return at;
      return new Date((await redis.get(key)) ?? at);
    },
    async taken(workspaceId) {
      await redis.del(keysOf(workspaceId).refusedSince);
    },
  };
}
