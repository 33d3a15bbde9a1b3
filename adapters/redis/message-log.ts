import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { MessageRef, RunKey } from '../../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { tryJson } from '../../src/json.ts';
import { keys, keysOf } from './keys.ts';

const Ref = z.object({ conversationId: z.string(), messageId: z.string() });
const keptSeconds = 7 * 24 * 3600;
/** These stand among the names of messages. */
const signInField = 'sign-in';
const attemptsField = (name: string) => `attempts ${name}`;

const beginScript = `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and known ~= ARGV[3] then return known end
redis.call('HDEL', KEYS[1], ARGV[1])
local attempt = redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
redis.call('EXPIRE', KEYS[1], ARGV[4])
return attempt`;

const settleScript = `
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('HGET', KEYS[1], ARGV[1])`;

/** Keeps what runs have done in Redis, one hash a run, for a week. */
export function createRedisMessageLog(redis: Redis): MessageLog {
  // Always in this order: a message is known by its text.
  const textOf = ({ conversationId, messageId }: MessageRef) => JSON.stringify({ conversationId, messageId });

  const keyOf = ({ workspaceId, runId }: RunKey) => keysOf(workspaceId).sent(runId);

  return {
    async read(run) {
      const [before, since] = await Promise.all([
        redis.hgetall(keys.sentBefore(run.runId)),
        redis.hgetall(keyOf(run)),
      ]);
      const entries = Object.entries({ ...before, ...since });
      // What cannot be read is no message, or one that nobody can edit any more.
      return new Map(
        entries.flatMap(([name, text]) => {
          const ref = tryJson(text, Ref);
          return ref ? [[name, ref] as const] : [];
        }),
      );
    },
    async begin({ name, ...run }, gone) {
      const values = [name, attemptsField(name), gone ? textOf(gone) : '', keptSeconds];
      const answer = await redis.eval(beginScript, 1, keyOf(run), ...values);
      if (typeof answer === 'number') return { attempt: answer };
      const known = tryJson(String(answer), Ref);
      return known ? { known } : { attempt: 1 };
    },
    async settle({ name, ...run }, ref) {
      const first = await redis.eval(settleScript, 1, keyOf(run), name, textOf(ref), keptSeconds);
      return tryJson(String(first), Ref) ?? ref;
    },
    async rememberSignIn(run) {
      await redis.multi().hset(keyOf(run), signInField, 'begun').expire(keyOf(run), keptSeconds).exec();
    },
    async hasSignedIn(run) {
      const places = [keys.sentBefore(run.runId), keyOf(run)];
      const found = await Promise.all(places.map((key) => redis.hexists(key, signInField)));
      return found.includes(1);
    },
  };
}
