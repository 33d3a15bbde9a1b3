import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { Actor } from '../../src/access/policy.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { keysOf } from './keys.ts';
import { onceSeconds } from './once.ts';
import { recordReader } from './records.ts';

const latestField = 'latest';

/** One command, so that it is one exchange and all or nothing. */
const admitScript = `
local isNew = redis.call('SET', KEYS[1], '1', 'EX', ARGV[1], 'NX')
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[3], ARGV[4], ARGV[5], '${latestField}', ARGV[5]) end
return isNew and 1 or 0
`;

const forgetScript = `
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], '${latestField}')`;

/** What a platform keeps of a conversation and of a person, to reach them later. */
export type Remembered<Reference, Person> = {
  readonly platform: string;
  readonly reference: z.ZodType<Reference>;
  readonly person: z.ZodType<Person>;
  readonly note: NoteUnreadable;
};

/** Keeps conversations and people of a platform in two hashes a workspace. */
export function createRedisConversations<Reference extends { readonly conversationId: string }, Person>(
  redis: Redis,
  { platform, reference, person, note }: Remembered<Reference, Person>,
) {
  const references = recordReader({ name: 'conversation', schema: reference, steps: [] }, note);
  const persons = recordReader({ name: 'person', schema: person, steps: [] }, note);
  const conversationsKey = (workspaceId: string) => keysOf(workspaceId).conversations(platform);
  const peopleKey = (workspaceId: string) => keysOf(workspaceId).people(platform);

  async function read(workspaceId: string, field: string): Promise<Reference | undefined> {
    const text = await redis.hget(conversationsKey(workspaceId), field);
    const place = { workspaceId, key: conversationsKey(workspaceId), field };
    return text === null ? undefined : references.read(text, place);
  }

  return {
    async admit(arrival: { actor: Actor; once: string; reference: Reference; person: Person }) {
      const { actor, once, reference, person } = arrival;
      const { workspaceId, userId } = actor;
      const { conversationId } = reference;
      const keys = [keysOf(workspaceId).once(once), peopleKey(workspaceId), conversationsKey(workspaceId)];
      const values = [userId, JSON.stringify(person), conversationId, JSON.stringify(reference)];
      return (await redis.eval(admitScript, keys.length, ...keys, onceSeconds, ...values)) === 1;
    },
    async remember(workspaceId: string, reference: Reference) {
      await redis.hset(conversationsKey(workspaceId), reference.conversationId, JSON.stringify(reference));
    },
    find: (workspaceId: string, conversationId: string) => read(workspaceId, conversationId),
    latest: (workspaceId: string) => read(workspaceId, latestField),
    async people(workspaceId: string, userIds: readonly string[]): Promise<Map<string, Person>> {
      if (userIds.length === 0) return new Map();
      const texts = await redis.hmget(peopleKey(workspaceId), ...userIds);
      const found = userIds.flatMap((userId, index) => {
        const text = texts[index];
        const place = { workspaceId, key: peopleKey(workspaceId), field: userId };
        const known = text ? persons.read(text, place) : undefined;
        return known ? [[userId, known] as const] : [];
      });
      return new Map(found);
    },
    async forgetPerson(workspaceId: string, userId: string) {
      await redis.hdel(peopleKey(workspaceId), userId);
    },
    async forget(workspaceId: string, conversationId: string) {
      return Number(await redis.eval(forgetScript, 1, conversationsKey(workspaceId), conversationId));
    },
  };
}
