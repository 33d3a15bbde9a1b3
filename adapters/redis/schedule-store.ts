import type { Redis } from 'ioredis';
import { comparableName } from '../../src/connections/connection.ts';
import { readJson } from '../../src/json.ts';
import { Schedule } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { keysOf, workspacesWith } from './keys.ts';
import { claimOnce, onceSeconds } from './once.ts';

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
export function createRedisScheduleStore(redis: Redis): ScheduleStore {
  const read = (text: string | null) => (text ? readJson(text, Schedule) : undefined);
  const find = async (workspaceId: string, id: string) =>
    read(await redis.hget(keysOf(workspaceId).schedules, id));

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
      const values = [id, comparableName(name), JSON.stringify(schedule)];
      const result = await redis.eval(createScript, 3, schedules, scheduleNames, onceKey(once), ...values);
      return result as 'stored' | 'name-taken' | 'replayed';
    },
    async findByName(workspaceId, name) {
      const id = await redis.hget(keysOf(workspaceId).scheduleNames, comparableName(name));
      return id ? find(workspaceId, id) : undefined;
    },
    async list(workspaceId) {
      const texts = await redis.hvals(keysOf(workspaceId).schedules);
      const found = texts.map((text) => readJson(text, Schedule));
      return found.sort((one, other) => one.name.localeCompare(other.name));
    },
    async change(workspaceId, id, alter) {
      const { schedules, scheduleNames } = keysOf(workspaceId);
      for (;;) {
        const text = await redis.hget(schedules, id);
        const before = read(text);
        if (!text || !before) return 'gone';
        const after = alter(before);
        const values = [
          id,
          text,
          JSON.stringify(after),
          comparableName(before.name),
          comparableName(after.name),
        ];
        const result = await redis.eval(changeScript, 2, schedules, scheduleNames, ...values);
        if (result === 'changed') return after;
        if (result === 'gone' || result === 'name-taken') return result;
      }
    },
    async *all() {
      for await (const found of redis.scanStream({ ...workspacesWith.schedules, count: 500 }))
        for (const key of found as string[])
          for (const text of await redis.hvals(key)) yield readJson(text, Schedule);
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
