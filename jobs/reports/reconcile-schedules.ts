import pLimit from 'p-limit';
import type { Schedule } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import type { ReportQueue } from './report-queue.ts';

/** Schedules that are put on the clock at once: their exchanges with Redis go out together. */
const atOnce = 100;

/**
 * Makes what is on the clock what the schedules of record say: what belongs to none is taken off, what is lost or
 * differs is put on, and seen to at once, since it may have been due in between. What is there as it should be keeps
 * its next job, which may be overdue.
 */
export async function reconcileSchedules(
  schedules: Pick<ScheduleStore, 'all'>,
  queue: Pick<ReportQueue, 'onTheClock' | 'put' | 'take' | 'seeTo'>,
): Promise<void> {
  const orphans = await queue.onTheClock();
  const lost: Schedule[] = [];
  for await (const schedule of schedules.all()) {
    const { id, timing, paused } = schedule;
    const known = orphans.get(id);
    if (paused) continue;
    orphans.delete(id);
    if (known?.pattern !== timing.pattern || known.timeZone !== timing.timeZone) lost.push(schedule);
  }
  const limit = pLimit(atOnce);
  await limit.map(lost, async (schedule) => {
    await queue.put(schedule);
    await queue.seeTo(schedule);
  });
  await limit.map(orphans.keys(), (id) => queue.take(id));
}
