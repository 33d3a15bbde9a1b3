import type { Redis } from 'ioredis';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import {
  packStandings,
  ReportRecord,
  type ReportRecords,
  StoredReport,
  TrendPoint,
  trendLength,
} from '../../src/reports/report-records.ts';
import { keysOf } from './keys.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';

const addScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
for _, point in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  if cjson.decode(point).runId == ARGV[2] then return 0 end
end
local newest = redis.call('LINDEX', KEYS[3], 0)
if newest and cjson.decode(newest).at > ARGV[6] then return 0 end
redis.call('SET', KEYS[2], ARGV[3])
redis.call('LPUSH', KEYS[3], ARGV[4])
redis.call('LTRIM', KEYS[3], 0, ARGV[5] - 1)
return 1`;

const newest: RecordKind<typeof StoredReport> = {
  name: 'report',
  schema: StoredReport,
  // The first ones held the lists of each connection.
  steps: [(older) => ({ ...older, ...packStandings(Older.parse(older).standings) })],
};
const Older = ReportRecord.pick({ standings: true });
const points: RecordKind<typeof TrendPoint> = { name: 'point of a trend', schema: TrendPoint, steps: [] };

/** Keeps the newest report and the trend of each schedule in Redis. */
export function createRedisReportRecords(redis: Redis, note: NoteUnreadable): ReportRecords {
  const [record, trendPoint] = [recordReader(newest, note), recordReader(points, note)];

  return {
    async add({ workspaceId, scheduleId, point, standings, asked }) {
      const { schedules, latestReport, reportTrend } = keysOf(workspaceId);
      const keys = [schedules, latestReport(scheduleId), reportTrend(scheduleId)];
      const values = [
        point.runId,
        textOf(newest, { point, ...packStandings(standings), ...(asked && { asked }) }),
        textOf(points, point),
        trendLength,
        point.at,
      ];
      await redis.eval(addScript, keys.length, ...keys, scheduleId, ...values);
    },
    async latest({ workspaceId, scheduleId }) {
      const key = keysOf(workspaceId).latestReport(scheduleId);
      const text = await redis.get(key);
      return text ? record.read(text, { workspaceId, key }) : undefined;
    },
    async trend({ workspaceId, scheduleId }) {
      const key = keysOf(workspaceId).reportTrend(scheduleId);
      const texts = await redis.lrange(key, 0, trendLength - 1);
      return trendPoint.readAll(texts, { workspaceId, key }).reverse();
    },
  };
}
