import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Conversations } from './conversations.ts';

const Reference = z.object({
  conversationId: z.string(),
  kind: z.enum(['personal', 'group', 'channel']),
  serviceUrl: z.string(),
  tenantId: z.string(),
  botId: z.string(),
});
const Person = z.object({ id: z.string(), name: z.string() });

/** Seconds that an activity is known as seen. */
const seenSeconds = 600;
const latestField = 'latest';

/** One command, so that it is one exchange and all or nothing. */
const admitScript = `
local isNew = redis.call('SET', KEYS[1], '1', 'EX', ARGV[1], 'NX')
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[3], ARGV[4], ARGV[5], '${latestField}', ARGV[5]) end
return isNew and 1 or 0
`;

/** Keeps conversations and people in two hashes a workspace. */
export function createRedisConversations(redis: Redis): Conversations {
  const keyOf = (workspaceId: string, what: string) => `xoap:{${workspaceId}}:teams:${what}`;
  const read = async (workspaceId: string, field: string) => {
    const text = await redis.hget(keyOf(workspaceId, 'conversations'), field);
    return text === null ? undefined : Reference.parse(JSON.parse(text));
  };

  return {
    async admit({ actor: { workspaceId, userId }, once, reference, person }) {
      const { conversationId } = reference;
      const onceKey = `xoap:{${workspaceId}}:once:${once}`;
      const keys = [onceKey, keyOf(workspaceId, 'people'), keyOf(workspaceId, 'conversations')];
      const values = [userId, JSON.stringify(person), conversationId, JSON.stringify(reference)];
      return (await redis.eval(admitScript, keys.length, ...keys, seenSeconds, ...values)) === 1;
    },
    async remember(workspaceId, reference) {
      const key = keyOf(workspaceId, 'conversations');
      await redis.hset(key, reference.conversationId, JSON.stringify(reference));
    },
    find: (workspaceId, conversationId) => read(workspaceId, conversationId),
    latest: (workspaceId) => read(workspaceId, latestField),
    async people(workspaceId, userIds) {
      if (userIds.length === 0) return new Map();
      const texts = await redis.hmget(keyOf(workspaceId, 'people'), ...userIds);
      const known = userIds.flatMap((userId, index) => {
        const text = texts[index];
        return text ? [[userId, Person.parse(JSON.parse(text))] as const] : [];
      });
      return new Map(known);
    },
    async forget(workspaceId, conversationId) {
      await redis.hdel(keyOf(workspaceId, 'conversations'), conversationId);
    },
  };
}
