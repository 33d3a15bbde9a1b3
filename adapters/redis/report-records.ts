import type { Redis } from 'ioredis';
import { readJson } from '../../src/json.ts';
import {
  ReportRecord,
  type ReportRecords,
  TrendPoint,
  trendLength,
} from '../../src/reports/report-records.ts';
import { keysOf } from './keys.ts';

const addScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
for _, point in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  if cjson.decode(point).runId == ARGV[2] then return 0 end
end
local latest = redis.call('GET', KEYS[2])
if latest and cjson.decode(latest).point.at > ARGV[6] then return 0 end
redis.call('SET', KEYS[2], ARGV[3])
redis.call('LPUSH', KEYS[3], ARGV[4])
redis.call('LTRIM', KEYS[3], 0, ARGV[5] - 1)
return 1`;

const Latest = ReportRecord.pick({ point: true, standings: true });

/** Keeps the newest report and the trend of each schedule in Redis. */
export function createRedisReportRecords(redis: Redis): ReportRecords {
  return {
    async add({ workspaceId, scheduleId, point, standings }) {
      const { schedules, latestReport, reportTrend } = keysOf(workspaceId);
      const keys = [schedules, latestReport(scheduleId), reportTrend(scheduleId)];
      const values = [
        point.runId,
        JSON.stringify({ point, standings }),
        JSON.stringify(point),
        trendLength,
        point.at,
      ];
      await redis.eval(addScript, keys.length, ...keys, scheduleId, ...values);
    },
    async latest({ workspaceId, scheduleId }) {
      const text = await redis.get(keysOf(workspaceId).latestReport(scheduleId));
      return text ? readJson(text, Latest) : undefined;
    },
    async trend({ workspaceId, scheduleId }) {
      const texts = await redis.lrange(keysOf(workspaceId).reportTrend(scheduleId), 0, trendLength - 1);
      return texts.map((text) => readJson(text, TrendPoint)).reverse();
    },
  };
}
