import type { Redis } from 'ioredis';
import { comparableName } from '../../src/connections/connection.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { Schedule } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { isTiming } from '../../src/reports/timing.ts';
import { scanKeys } from './client.ts';
import { keysOf, workspaceIn, workspacesWith } from './keys.ts';
import { claimOnce, onceSeconds } from './once.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';

/** One whose times cannot be told is none: whoever puts it on the clock would stop there. */
const StoredSchedule = Schedule.refine(({ timing }) => isTiming(timing));

export const scheduleRecords: RecordKind<typeof StoredSchedule> = {
  name: 'scheduled report',
  schema: StoredSchedule,
  // The first ones had no version.
  steps: [(older) => ({ ...older })],
};

const createScript = `
if redis.call('SET', KEYS[3], '1', 'NX', 'EX', ${onceSeconds}) == false then return 'replayed' end
if redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[1]) == 0 then return 'name-taken' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'stored'`;

/** Writes only where nobody else has written since what is replaced was read. */
const changeScript = `
local now = redis.call('HGET', KEYS[1], ARGV[1])
if not now then return 'gone' end
if now ~= ARGV[2] then return 'again' end
local holder = redis.call('HGET', KEYS[2], ARGV[5])
if holder and holder ~= ARGV[1] then return 'name-taken' end
redis.call('HDEL', KEYS[2], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[5], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'changed'`;

const removeScript = `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[2], ARGV[2]) end
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('DEL', KEYS[4], KEYS[5])
return 1`;

const settleScript = `
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if tonumber(ARGV[2]) > before then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end`;

/** Keeps schedules in Redis: per workspace one hash each for schedules, names and moments that were seen to. */
export function createRedisScheduleStore(redis: Redis, note: NoteUnreadable): ScheduleStore {
  const records = recordReader(scheduleRecords, note);

  function read(text: string | null, workspaceId: string, id: string): Schedule | undefined {
    const { schedules: key } = keysOf(workspaceId);
    return text ? records.read(text, { workspaceId, key, field: id }) : undefined;
  }

  async function find(workspaceId: string, id: string): Promise<Schedule | undefined> {
    return read(await redis.hget(keysOf(workspaceId).schedules, id), workspaceId, id);
  }

  /** Every one of a workspace that can be read. */
  async function readAll(workspaceId: string): Promise<Schedule[]> {
    const all = Object.entries(await redis.hgetall(keysOf(workspaceId).schedules));
    return all.map(([id, text]) => read(text, workspaceId, id)).filter((each) => each !== undefined);
  }

  async function remove(workspaceId: string, id: string): Promise<boolean> {
    const schedule = await find(workspaceId, id);
    if (!schedule) return false;
    const { schedules, scheduleNames, settledMoments, latestReport, reportTrend } = keysOf(workspaceId);
    const keys = [schedules, scheduleNames, settledMoments, latestReport(id), reportTrend(id)];
    return (await redis.eval(removeScript, keys.length, ...keys, id, comparableName(schedule.name))) === 1;
  }

  return {
    find,
    remove,
    async takeBack({ workspaceId, id }, once) {
      if (await claimOnce(redis, workspaceId, once)) return;
      await remove(workspaceId, id);
    },
    async create(schedule, once) {
      const { id, workspaceId, name } = schedule;
      const { schedules, scheduleNames, once: onceKey } = keysOf(workspaceId);
      const values = [id, comparableName(name), textOf(scheduleRecords, schedule)];
      const result = await redis.eval(createScript, 3, schedules, scheduleNames, onceKey(once), ...values);
      return result as 'stored' | 'name-taken' | 'replayed';
    },
    async findByName(workspaceId, name) {
      const id = await redis.hget(keysOf(workspaceId).scheduleNames, comparableName(name));
      return id ? find(workspaceId, id) : undefined;
    },
    async list(workspaceId) {
      return (await readAll(workspaceId)).sort((one, other) => one.name.localeCompare(other.name));
    },
    async change(workspaceId, id, alter) {
      const { schedules, scheduleNames } = keysOf(workspaceId);
      for (;;) {
        const text = await redis.hget(schedules, id);
        const before = read(text, workspaceId, id);
        if (!text || !before) return 'gone';
        const after = alter(before);
        const values = [
          id,
          text,
          textOf(scheduleRecords, after),
          comparableName(before.name),
          comparableName(after.name),
        ];
        const result = await redis.eval(changeScript, 2, schedules, scheduleNames, ...values);
        if (result === 'changed') return after;
        if (result === 'gone' || result === 'name-taken') return result;
      }
    },
    async *all() {
      for await (const key of scanKeys(redis, workspacesWith.schedules))
        yield* await readAll(workspaceIn(key));
    },
    async settle(workspaceId, id, due) {
      await redis.eval(settleScript, 1, keysOf(workspaceId).settledMoments, id, due.getTime());
    },
    async settled(workspaceId, id) {
      const text = await redis.hget(keysOf(workspaceId).settledMoments, id);
      return text === null ? undefined : new Date(Number(text));
    },
  };
}
