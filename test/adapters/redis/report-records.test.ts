import { afterAll, beforeAll, expect, it } from 'vitest';
import { keysOf } from '../../../adapters/redis/keys.ts';
import { createRedisReportRecords } from '../../../adapters/redis/report-records.ts';
import { createRedisScheduleStore } from '../../../adapters/redis/schedule-store.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { scheduleOf } from '../../support/schedules.ts';
import { unnoted } from '../../support/unnoted.ts';

const schedule = scheduleOf();
const key = { workspaceId: schedule.workspaceId, scheduleId: schedule.id };
const latest = keysOf(key.workspaceId).latestReport(key.scheduleId);
const pointAt = (at: string) => ({ runId: `r-${at}`, at, ready: 1, missing: 1, unknown: 0 });
const standing = { outcome: 'missing' as const, held: ['ec2:RunInstances'], missing: ['ec2:CreateImage'] };
const credential = { createdOn: '2026-11-01' };

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
  await createRedisScheduleStore(redis.prompt, unnoted).create(schedule, 'once');
});
afterAll(() => redis.close());
const records = () => createRedisReportRecords(redis.prompt, unnoted);

it('reads what the first version kept, with the lists of each connection', async () => {
  const point = pointAt('2026-11-22T09:00:00.000Z');
  const standings = { 'c-1': standing, 'c-2': { ...standing, missing: [] } };
  await redis.prompt.set(latest, JSON.stringify({ point, standings }));
  expect(await records().latest(key)).toEqual({ point, standings });
});

it('keeps the standings of 20,000 connections in less than 2 MB, and gives them back as they were', async () => {
  const standings = Object.fromEntries(
    Array.from({ length: 20_000 }, (_none, index) => {
      const held = Array.from({ length: 33 }, (_also, place) => `ec2:Action${(place + (index % 7)) % 40}`);
      return [`c-${String(index).padStart(30, '0')}`, { ...standing, held }] as const;
    }),
  );
  standings['c-last'] = { ...standing, ...{ credential, reminder: 7 } };
  const point = pointAt('2026-11-23T09:00:00.000Z');
  await records().add({ ...key, point, standings });
  expect(await records().latest(key)).toEqual({ point, standings });
  expect(await redis.prompt.strlen(latest)).toBeLessThan(2 * 2 ** 20);
});

it('reads nothing where a list is not there, which would say that nothing is held', async () => {
  const before = await redis.prompt.get(latest);
  const point = pointAt('2026-11-23T09:00:00.000Z');
  const standings = { 'c-1': { outcome: 'ready', held: 0, missing: 1 } };
  await redis.prompt.set(latest, JSON.stringify({ point, lists: [['ec2:RunInstances']], standings, v: 1 }));
  const noted: string[] = [];
  const reading = createRedisReportRecords(redis.prompt, (record) => void noted.push(record.key));
  expect(await reading.latest(key)).toBeUndefined();
  expect(noted).toEqual([latest]);
  await redis.prompt.set(latest, before ?? '');
});

it('keeps the newer of two, whichever is added last', async () => {
  await records().add({ ...key, point: pointAt('2026-11-20T09:00:00.000Z'), standings: {} });
  expect((await records().latest(key))?.point.at).toBe('2026-11-23T09:00:00.000Z');
});
