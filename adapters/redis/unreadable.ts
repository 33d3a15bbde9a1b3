import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { NoteUnreadable, Unreadable, UnreadableRecords } from '../../src/connections/unreadable.ts';
import { tryJson } from '../../src/json.ts';
import type { Logger } from '../../src/logger.ts';
import { scanKeys } from './client.ts';
import { keysOf, workspaceIn, workspacesWith } from './keys.ts';

/** Milliseconds after which one that is still met is written down anew, and after which one that is not is forgotten. */
const againMs = 3_600_000;
const forgottenMs = 48 * 3_600_000;
/** Records whose last note this process remembers. */
const mostRemembered = 10_000;

const Entry = z.object({
  kind: z.string(),
  problem: z.enum(['newer', 'damaged']),
  owner: z.string().optional(),
  name: z.string().optional(),
  at: z.number(),
  told: z.boolean().default(false),
});

/** Keeps that the owner was told, whoever meets the record again. */
const noteScript = `
local before = redis.call('HGET', KEYS[1], ARGV[1])
local entry = cjson.decode(ARGV[2])
if before then entry.told = cjson.decode(before).told end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(entry))
redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

/** Keeps in Redis which records cannot be read: one hash a workspace, by where they stand. */
export function createRedisUnreadables(redis: Redis, logger: Logger): UnreadableRecords {
  const noted = new Map<string, number>();

  const note: NoteUnreadable = ({ workspaceId, key, ...found }) => {
    const now = Date.now();
    if (now - (noted.get(key) ?? 0) < againMs) return;
    if (noted.size >= mostRemembered) noted.clear();
    noted.set(key, now);
    logger.error(
      { key, kind: found.kind, problem: found.problem },
      'a stored record cannot be read, and is left out',
    );
    const entry = JSON.stringify({ ...found, at: now, told: false });
    // Whoever asked for something else must not wait for this, nor fail with it.
    redis
      .eval(noteScript, 1, keysOf(workspaceId).unreadable, key, entry, forgottenMs)
      .catch((err: unknown) => logger.debug({ err, key }, 'a note was not kept'));
  };

  async function entriesOf(workspaceId: string) {
    const all = Object.entries(await redis.hgetall(keysOf(workspaceId).unreadable));
    return all.flatMap(([key, text]) => {
      const entry = tryJson(text, Entry);
      return entry && entry.at > Date.now() - forgottenMs ? [{ workspaceId, key, ...entry }] : [];
    });
  }

  return {
    note,
    count: async (workspaceId) => (await entriesOf(workspaceId)).length,
    async *untold() {
      for await (const key of scanKeys(redis, workspacesWith.unreadable))
        for (const { at: _at, told, owner, ...entry } of await entriesOf(workspaceIn(key)))
          if (!told && owner) yield { ...entry, owner };
    },
    async remember({ workspaceId, key, ...found }: Unreadable) {
      const entry = JSON.stringify({ ...found, at: Date.now(), told: true });
      await redis.hset(keysOf(workspaceId).unreadable, key, entry);
    },
  };
}
