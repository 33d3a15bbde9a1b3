import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Threads } from '../../src/chat/delivery/threads.ts';
import { messageTells } from '../../src/chat/model/message.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { keysOf } from './keys.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';

const Ref = z.object({ conversationId: z.string(), messageId: z.string() });
const Thread = z.object({
  conversationId: z.string(),
  root: Ref,
  at: z.iso.datetime(),
  toldAt: z.iso.datetime(),
  toldRun: z.string().optional(),
  isOpen: z.boolean(),
  missing: z.array(z.string()).default([]),
  replies: z.array(z.object({ tells: z.enum(messageTells), ref: Ref })),
});

const records: RecordKind<typeof Thread> = { name: 'thread', schema: Thread, steps: [] };

/** Threads of a connection that are remembered. */
const kept = 30;

const putScript = `
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 1`;

/** Keeps threads in Redis, one hash a connection. */
export function createRedisThreads(redis: Redis, note: NoteUnreadable): Threads {
  const thread = recordReader(records, note);

  const keyOf = ({ workspaceId, connectionId }: Parameters<Threads['all']>[0]) =>
    keysOf(workspaceId).threads(connectionId);

  async function all(key: Parameters<Threads['all']>[0]) {
    const texts = Object.values(await redis.hgetall(keyOf(key)));
    const threads = thread.readAll(texts, { workspaceId: key.workspaceId, key: keyOf(key) });
    return threads.toSorted((one, other) => other.at.localeCompare(one.at));
  }

  return {
    all,
    async put(key, told) {
      const { conversationId, messageId } = told.root;
      const field = `${conversationId} ${messageId}`;
      const keys = [keyOf(key), keysOf(key.workspaceId).connections];
      await redis.eval(putScript, keys.length, ...keys, key.connectionId, field, textOf(records, told));
      const old = (await all(key)).slice(kept);
      const fields = old.map(({ root }) => `${root.conversationId} ${root.messageId}`);
      if (fields.length > 0) await redis.hdel(keyOf(key), ...fields);
    },
  };
}
