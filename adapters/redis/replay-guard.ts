import type { Redis } from 'ioredis';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';
import { keys } from './keys.ts';

/** Remembers request ids in Redis, so that all processes of the bot know them. */
export function createRedisReplayGuard(redis: Redis): ReplayGuard {
  return {
    async claim(requestId) {
      return (await redis.set(keys.request(requestId), '1', 'EX', 600, 'NX')) === 'OK';
    },
  };
}
