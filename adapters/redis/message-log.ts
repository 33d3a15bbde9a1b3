import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { readJson } from '../../src/json.ts';
import { keys } from './keys.ts';

const Ref = z.object({ conversationId: z.string(), messageId: z.string() });
const keptSeconds = 7 * 24 * 3600;

/** Keeps sent messages in Redis, one hash a run, for a week. */
export function createRedisMessageLog(redis: Redis): MessageLog {
  return {
    async read(runId) {
      const entries = Object.entries(await redis.hgetall(keys.sent(runId)));
      return new Map(entries.map(([name, text]) => [name, readJson(text, Ref)]));
    },
    async remember(runId, name, ref) {
      await redis
        .multi()
        .hset(keys.sent(runId), name, JSON.stringify(ref))
        .expire(keys.sent(runId), keptSeconds)
        .exec();
    },
  };
}
