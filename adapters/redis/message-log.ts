import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { tryJson } from '../../src/json.ts';
import { keys } from './keys.ts';

const Ref = z.object({ conversationId: z.string(), messageId: z.string() });
const keptSeconds = 7 * 24 * 3600;
/** Stands among the names of messages. */
const signInField = 'sign-in';

/** Keeps what runs have done in Redis, one hash a run, for a week. */
export function createRedisMessageLog(redis: Redis): MessageLog {
  async function keep(runId: string, field: string, value: string): Promise<void> {
    await redis.multi().hset(keys.sent(runId), field, value).expire(keys.sent(runId), keptSeconds).exec();
  }

  return {
    async read(runId) {
      const entries = Object.entries(await redis.hgetall(keys.sent(runId)));
      const sent = entries.filter(([field]) => field !== signInField);
      // One that cannot be read was sent all the same, but nobody can edit it any more.
      return new Map(
        sent.flatMap(([name, text]) => {
          const ref = tryJson(text, Ref);
          return ref ? [[name, ref] as const] : [];
        }),
      );
    },
    remember: (runId, name, ref) => keep(runId, name, JSON.stringify(ref)),
    rememberSignIn: (runId) => keep(runId, signInField, 'begun'),
    hasSignedIn: async (runId) => (await redis.hexists(keys.sent(runId), signInField)) === 1,
  };
}
