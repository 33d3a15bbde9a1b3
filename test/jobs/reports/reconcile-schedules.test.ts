import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisScheduleStore } from '../../../adapters/redis/schedule-store.ts';
import { listen } from '../../../jobs/listen.ts';
import { reconcileSchedules } from '../../../jobs/reports/reconcile-schedules.ts';
import { reportQueueName } from '../../../jobs/reports/report-job.ts';
import { createReportQueue, type ReportQueue } from '../../../jobs/reports/report-queue.ts';
import { until } from '../../../simulations/until.ts';
import type { ScheduleStore } from '../../../src/reports/schedule-store.ts';
import { processorTimeOf } from '../../support/processor-time.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { scheduleOf } from '../../support/schedules.ts';
import { silent } from '../../support/silent.ts';
import { unnoted } from '../../support/unnoted.ts';

const workspaces = 300;
const ofEach = 7;

let redis: TestRedis;
let queue: ReportQueue;
let schedules: ScheduleStore;
beforeAll(async () => {
  redis = await openTestRedis();
  queue = await createReportQueue(redis.patient, silent);
  schedules = createRedisScheduleStore(redis.patient, unnoted);
  const all = Array.from({ length: workspaces * ofEach }, (_, index) =>
    scheduleOf({ workspaceId: `slack:T${index % workspaces}` }),
  );
  await Promise.all(all.map((schedule) => schedules.create(schedule, schedule.id)));
});
afterAll(async () => {
  await queue.close();
  await redis.close();
});

it('2,100 schedules of 300 workspaces are put on the clock, and found there with under two seconds of work', async () => {
  const first = await processorTimeOf(() => reconcileSchedules(schedules, queue));
  const again = await processorTimeOf(() => reconcileSchedules(schedules, queue));

  expect((await queue.onTheClock()).size).toBe(workspaces * ofEach);
  // The first time nothing is compiled yet, and each is written.
  expect(first).toBeLessThan(6_000);
  expect(again).toBeLessThan(2_000);
});

it('however many workers start at once, one of them does it', async () => {
  let done = 0;
  const release = Promise.withResolvers<void>();
  const listeners = await Promise.all(
    Array.from({ length: 3 }, () =>
      listen(
        { redis: redis.patient, logger: silent, lockMs: 10_000 },
        {
          queue: reportQueueName,
          concurrency: 5,
          what: 'a part of a report',
          async work({ name }) {
            if (name !== 'reconcile') return;
            done += 1;
            await release.promise;
          },
        },
      ),
    ),
  );

  await Promise.all(listeners.map(() => queue.reconcile()));
  await until('the work', () => done > 0);
  await queue.reconcile();
  release.resolve();
  await Promise.all(listeners.map((listener) => listener.close()));

  expect(done).toBe(1);
});
