import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { Logger } from '../../src/logger.ts';
import { scanKeys } from './client.ts';
import { connectionRecords } from './connection-store.ts';
import { keys, workspacesWith } from './keys.ts';
import { type RecordKind, recordReader } from './records.ts';
import { scheduleRecords } from './schedule-store.ts';

/** Writes only where nobody else has written since it was read. */
const replaceScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

/** Records that are looked through at the start: those that last. */
const lasting: readonly (readonly [{ readonly match: string }, RecordKind<z.ZodType>])[] = [
  [workspacesWith.connections, connectionRecords],
  [workspacesWith.schedules, scheduleRecords],
];

/** What is all stored in its newest form, once it is. */
const newest = lasting.map(([{ match }, { steps }]) => `${match} ${steps.length}`).join(', ');

async function migrateKind(
  redis: Redis,
  { match }: { readonly match: string },
  kind: RecordKind<z.ZodType>,
): Promise<number> {
  // What cannot be read is told by whoever reads it.
  const { migrated } = recordReader(kind, () => undefined);
  let count = 0;
  for await (const key of scanKeys(redis, { match }))
    for (const [field, text] of Object.entries(await redis.hgetall(key))) {
      const newer = migrated(text);
      if (newer) count += Number(await redis.eval(replaceScript, 1, key, field, text, newer));
    }
  return count;
}

/**
 * Stores what older versions stored in the form of this one. Whoever reads does the same by the way, so that it matters
 * to nobody who reads meanwhile; a newer version's records are left alone.
 */
export async function migrateRecords(redis: Redis, logger: Logger): Promise<void> {
  if ((await redis.get(keys.recordForms)) === newest) return;
  let count = 0;
  for (const [where, kind] of lasting) count += await migrateKind(redis, where, kind);
  await redis.set(keys.recordForms, newest);
  logger.info({ records: count }, 'stored records have their newest form');
}
