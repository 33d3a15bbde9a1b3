import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { Logger } from '../../src/logger.ts';
import { scanKeys } from './client.ts';
import { connectionRecords } from './connection-store.ts';
import { keys, keysOf, workspaceIn, workspacesWith } from './keys.ts';
import { type RecordForm, type RecordKind, recordReader } from './records.ts';
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

/** One stored record, as this version of the bot sees it. */
export type LookedAt = {
  /** What it is: a connection, a schedule. */
  readonly kind: string;
  readonly form: RecordForm;
  readonly key: string;
  readonly field: string;
  /** Stores it in its newest form where it is an older one; false where somebody else has changed it meanwhile. */
  migrate(): Promise<boolean>;
};

/** All records that last, one by one. Nothing is written unless it is asked for. */
export async function* lookThrough(redis: Redis): AsyncGenerator<LookedAt> {
  for (const [{ match }, kind] of lasting) {
    // What cannot be read is told by whoever reads it.
    const { lookAt } = recordReader(kind, () => undefined);
    for await (const key of scanKeys(redis, { match }))
      for (const [field, text] of Object.entries(await redis.hgetall(key))) {
        const { form, newer } = lookAt(text);
        const migrate = async () =>
          newer !== undefined && Number(await redis.eval(replaceScript, 1, key, field, text, newer)) === 1;
        yield { kind: kind.name, form, key, field, migrate };
      }
  }
}

/** Workspaces whose order of connections holds more or fewer than there are: it is made anew by whoever needs it. */
export async function* withoutOrder(redis: Redis): AsyncGenerator<string> {
  for await (const key of scanKeys(redis, workspacesWith.connections)) {
    const workspaceId = workspaceIn(key);
    const [stored, ordered] = await Promise.all([
      redis.hlen(key),
      redis.zcard(keysOf(workspaceId).byConcern),
    ]);
    if (stored !== ordered) yield workspaceId;
  }
}

/**
 * Stores what older versions stored in the form of this one. Whoever reads does the same by the way, so that it matters
 * to nobody who reads meanwhile; a newer version's records are left alone.
 */
export async function migrateRecords(redis: Redis, logger: Logger): Promise<void> {
  if ((await redis.get(keys.recordForms)) === newest) return;
  let count = 0;
  for await (const record of lookThrough(redis)) count += Number(await record.migrate());
  await redis.set(keys.recordForms, newest);
  logger.info({ records: count }, 'stored records have their newest form');
}
