import type { Redis } from 'ioredis';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';

/** Remembers request ids in Redis, so that all processes of the bot know them. */
export function createRedisReplayGuard(redis: Redis): ReplayGuard {
  return {
    async claim(requestId) {
      return (await redis.set(`xoap:once:${requestId}`, '1', 'EX', 600, 'NX')) === 'OK';
    },
  };
}
