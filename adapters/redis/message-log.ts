import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';

const Ref = z.object({ conversationId: z.string(), messageId: z.string() });
const keptSeconds = 7 * 24 * 3600;

/** Keeps sent messages in Redis, one hash a run, for a week. */
export function createRedisMessageLog(redis: Redis): MessageLog {
  const keyOf = (runId: string) => `xoap:sent:${runId}`;
  return {
    async read(runId) {
      const entries = Object.entries(await redis.hgetall(keyOf(runId)));
      return new Map(entries.map(([name, text]) => [name, Ref.parse(JSON.parse(text))]));
    },
    async remember(runId, name, ref) {
      await redis
        .multi()
        .hset(keyOf(runId), name, JSON.stringify(ref))
        .expire(keyOf(runId), keptSeconds)
        .exec();
    },
  };
}
