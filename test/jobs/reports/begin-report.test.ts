import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { createRedisScheduleStore } from '../../../adapters/redis/schedule-store.ts';
import { createBeginReport, judge } from '../../../jobs/reports/begin-report.ts';
import { createRedisPlans } from '../../../jobs/reports/plan.ts';
import { reconcileSchedules } from '../../../jobs/reports/reconcile-schedules.ts';
import type { ReportJob } from '../../../jobs/reports/report-job.ts';
import { createReportQueue, type ReportCheck, type ReportQueue } from '../../../jobs/reports/report-queue.ts';
import { createVerifyBatch } from '../../../jobs/reports/verify-batch.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import type { Schedule } from '../../../src/reports/schedule.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { scheduleOf } from '../../support/schedules.ts';
import { silent } from '../../support/silent.ts';
import { unnoted } from '../../support/unnoted.ts';

const at = (text: string) => new Date(`2026-11-${text}:00Z`);

describe('what is done about a moment at which a report was due', () => {
  it.each([
    ['at once', '23T09:00', '24T09:00', '23T09:00', 'in-time'],
    ['a little later', '23T09:00', '24T09:00', '23T09:04', 'in-time'],
    ['an hour later', '23T09:00', '24T09:00', '23T10:00', 'late'],
    ['just before the middle', '23T09:00', '24T09:00', '23T20:59', 'late'],
    ['in the middle', '23T09:00', '24T09:00', '23T21:00', 'skip'],
    ['minutes before the next', '23T09:00', '24T09:00', '24T08:55', 'skip'],
    ['on Saturday, after Friday', '20T09:00', '23T09:00', '21T09:00', 'late'],
  ] as const)('%s', (_when, due, next, now, verdict) => {
    expect(judge(at(due), at(next), at(now))).toBe(verdict);
  });
});

let redis: TestRedis;
let queue: ReportQueue;
beforeAll(async () => {
  redis = await openTestRedis();
  queue = await createReportQueue(redis.patient, silent);
});
afterAll(async () => {
  await queue.close();
  await redis.close();
});

describe('a report that is due', () => {
  const begun: { report: ReportJob; checks: readonly ReportCheck[] }[] = [];
  const dueAt = new Date('2026-11-23T08:00:00Z');

  async function due(schedule: Schedule, now = new Date('2026-11-23T08:00:01Z'), spreadMs = 60_000) {
    begun.length = 0;
    const schedules = createRedisScheduleStore(redis.patient, unnoted);
    await schedules.create(schedule, randomUUID());
    const taken: string[] = [];
    const store = createRedisConnectionStore(redis.patient, unnoted);
    const plans = createRedisPlans(redis.patient);
    const { due: onDue } = createBeginReport({
      store,
      schedules,
      plans,
      queue: { take: async (id) => void taken.push(id) },
      verifyBatch: createVerifyBatch({
        providers: await loadProviders(),
        store,
        history: createRedisHistory(redis.patient, unnoted),
        plans,
        queue: {
          verify: async ({ report }, checks) => void begun.push({ report, checks }),
          send: async (report) => void begun.push({ report, checks: [] }),
        },
        spreadMs,
      }),
      now: () => now,
    });
    await onDue({ workspaceId: schedule.workspaceId, scheduleId: schedule.id }, dueAt);
    return {
      taken,
      again: () => onDue({ workspaceId: schedule.workspaceId, scheduleId: schedule.id }, dueAt),
    };
  }

  beforeAll(async () => {
    const store = createRedisConnectionStore(redis.patient, unnoted);
    for (let index = 0; index < 200; index += 1) {
      const connection = {
        ...connectionOf({ name: `c${index}` }),
        id: `c-${index}`,
        workspaceId: 'slack:T1',
      };
      await store.create({ connection, sealed: 's', once: `c-${index}` });
    }
  });

  it('spreads what it verifies, so that not all begin in one second', async () => {
    await due(scheduleOf());

    const delays = begun[0]?.checks.map(({ delayMs }) => delayMs) ?? [];
    expect(delays).toHaveLength(200);
    expect(Math.min(...delays)).toBeLessThan(6_000);
    expect(Math.max(...delays)).toBeGreaterThan(54_000);
    expect(Math.max(...delays)).toBeLessThan(60_000);
    const seconds = Map.groupBy(delays, (delay) => Math.floor(delay / 1_000));
    expect(Math.max(...[...seconds.values()].map(({ length }) => length))).toBeLessThan(20);
  });

  it('begins two of one account at a time, about as fast as they end', async () => {
    const history = createRedisHistory(redis.patient, unnoted);
    for (let index = 0; index < 10; index += 1)
      await history.add({ workspaceId: 'slack:T1', connectionId: `c-${index}` }, 'earlier', verificationOf());
    await due(scheduleOf(), undefined, 0);

    const ofOne = begun[0]?.checks.filter(({ data }) => data.account === 'aws:123456789012') ?? [];
    expect(ofOne.map(({ delayMs }) => delayMs)).toEqual([
      0, 0, 1_000, 1_000, 2_000, 2_000, 3_000, 3_000, 4_000, 4_000,
    ]);
    const others = begun[0]?.checks.filter(({ data }) => data.account !== 'aws:123456789012') ?? [];
    expect(new Set(others.map(({ data }) => data.account)).size).toBe(others.length);
  });

  it('is begun once, also by a process whose clock is behind', async () => {
    const { again } = await due(scheduleOf(), new Date('2026-11-23T07:59:58Z'));
    expect(begun).toMatchObject([{ report: { due: '2026-11-23T08:00:00.000Z', isLate: false } }]);
    await again();
    expect(begun).toHaveLength(1);
  });

  it.each([
    ['is paused', { paused: 'asked' }, 0],
    ['is snoozed until later', { snoozedUntil: '2026-11-30T08:00:00Z' }, 0],
    ['was snoozed until before', { snoozedUntil: '2026-11-22T08:00:00Z' }, 1],
    ['was made after its time', { activeSince: '2026-11-23T08:00:00.500Z' }, 0],
  ] as const)('of a schedule that %s is begun %s %i times', async (_what, more, times) => {
    await due(scheduleOf(more));
    expect(begun).toHaveLength(times);
  });

  it('of a schedule that is gone takes it off the clock', async () => {
    const schedule = scheduleOf();
    const { again, taken } = await due(schedule);
    await createRedisScheduleStore(redis.patient, unnoted).remove(schedule.workspaceId, schedule.id);
    await again();
    expect(taken).toEqual([schedule.id]);
  });
});

describe('the schedules of record and the clock', () => {
  it('are made the same: orphans go, lost and different ones are put right and looked at, the rest keeps its job', async () => {
    const schedules = createRedisScheduleStore(redis.patient, unnoted);
    for await (const each of schedules.all()) await schedules.remove(each.workspaceId, each.id);
    const [kept, lost, different, paused, jobless] = [1, 2, 3, 4, 5].map(() =>
      scheduleOf({ workspaceId: 'teams:T9' }),
    );
    const orphan = scheduleOf();
    if (!kept || !lost || !different || !paused || !jobless) throw new Error('five');
    for (const each of [kept, lost, different, jobless]) await schedules.create(each, randomUUID());
    await schedules.create({ ...paused, paused: 'asked' }, randomUUID());
    for (const each of [kept, paused, jobless, orphan]) await queue.put(each);
    await queue.put({ ...different, timing: { pattern: '0 8 * * *', timeZone: 'Europe/Vienna' } });
    const nextOf = (id: string) => redis.patient.zscore('bull:xoap-reports:repeat', id);
    // A scheduler without its next job would never come again.
    await redis.patient.del(`bull:xoap-reports:repeat:${jobless.id}:${await nextOf(jobless.id)}`);
    const keptNext = await nextOf(kept.id);
    const seenTo: string[] = [];

    await reconcileSchedules(schedules, { ...queue, seeTo: async ({ id }) => void seenTo.push(id) });

    const clock = await queue.onTheClock();
    expect([...clock.keys()].sort()).toEqual([kept, lost, different, jobless].map(({ id }) => id).sort());
    expect(clock.get(different.id)).toEqual({ pattern: '0 9 * * *', timeZone: 'Europe/Vienna' });
    expect(await nextOf(kept.id)).toBe(keptNext);
    expect(seenTo.sort()).toEqual([lost, different, jobless].map(({ id }) => id).sort());
  });

  it('come next by our own count, also where clocks change by half an hour', async () => {
    await queue.put(scheduleOf({ timing: { pattern: '0 9 * * *', timeZone: 'Australia/Lord_Howe' } }));
    const schedules = [...(await queue.onTheClock()).values()];
    expect(schedules).toContainEqual({ pattern: '0 9 * * *', timeZone: 'Australia/Lord_Howe' });
  });
});
