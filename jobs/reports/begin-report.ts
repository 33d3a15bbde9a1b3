import { createHash } from 'node:crypto';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Metrics } from '../../src/metrics.ts';
import { isSelected, type Schedule, type Selection } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { latestDue, nextDue } from '../../src/reports/timing.ts';
import { traceLink } from '../../src/tracing.ts';
import type { ReportPlans } from './plan.ts';
import type { AskedJob, BatchJob, DueJob, ReportJob } from './report-job.ts';
import type { ReportQueue } from './report-queue.ts';

export type BeginReportDependencies = {
  readonly store: Pick<ConnectionStore, 'all'>;
  readonly schedules: ScheduleStore;
  readonly plans: Pick<ReportPlans, 'keep' | 'size'>;
  readonly queue: Pick<ReportQueue, 'take'>;
  /** Has the connections of the plan verified, from the first on. */
  readonly verifyBatch: (batch: BatchJob) => Promise<void>;
  readonly now: () => Date;
  readonly metrics?: Pick<Metrics, 'reported'> | undefined;
};

/** Milliseconds that a report may be behind its time without being called late. */
const lateMs = 5 * 60_000;

/** What to do about a moment that a report was due, now. */
export function judge(due: Date, next: Date, now: Date): 'in-time' | 'late' | 'skip' {
  const behind = now.getTime() - due.getTime();
  if (behind <= lateMs) return 'in-time';
  // Nearer to the next than to the one that was missed: that one says it all.
  return next.getTime() - now.getTime() <= behind ? 'skip' : 'late';
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** Creates what begins reports: those that are due, and those that somebody asked for. */
export function createBeginReport(dependencies: BeginReportDependencies) {
  const { store, schedules, queue, plans, verifyBatch, now, metrics } = dependencies;

  async function begin(
    report: Omit<ReportJob, 'connectionIds' | 'planned' | 'leftOut' | 'trace'>,
    selection: Selection,
  ): Promise<void> {
    const { workspaceId, runId } = report;
    const chosen: string[] = [];
    let leftOut = 0;
    for await (const { id, connection } of store.all(workspaceId)) {
      if (!connection) leftOut += 1;
      else if (isSelected(selection, connection)) chosen.push(id);
    }
    await plans.keep(runId, chosen);
    // A run that is begun again keeps to its first plan.
    const planned = await plans.size(runId);
    const trace = traceLink();
    await verifyBatch({ report: { ...report, planned, ...(leftOut > 0 && { leftOut }), trace }, from: 0 });
  }

  /** The moment that is to be seen to now, if any: each is seen to once, and none from before the schedule was active. */
  async function openMoment(schedule: Schedule, dueAt: Date | undefined): Promise<Date | undefined> {
    const { workspaceId, id, activeSince } = schedule;
    const latest = latestDue(schedule.timing, now());
    // The clock of the process that made the job due may be ahead of this one's.
    const due = dueAt && dueAt > latest ? dueAt : latest;
    const settled = await schedules.settled(workspaceId, id);
    const isOver = settled !== undefined && due <= settled;
    return isOver || due < new Date(activeSince) ? undefined : due;
  }

  return {
    /** Begins the report that is due, late where it must be, or none; `dueAt` is when its job was to run. */
    async due({ workspaceId, scheduleId }: DueJob, dueAt: Date | undefined): Promise<void> {
      const schedule = await schedules.find(workspaceId, scheduleId);
      if (!schedule || schedule.paused) return queue.take(scheduleId);
      const due = await openMoment(schedule, dueAt);
      if (!due) return;
      const { snoozedUntil, selection, timing } = schedule;
      const isSnoozed = snoozedUntil !== undefined && due < new Date(snoozedUntil);
      const verdict = judge(due, nextDue(timing, new Date(Math.max(due.getTime(), now().getTime()))), now());
      if (!isSnoozed && verdict !== 'skip') {
        const runId = `r-${hash(`${scheduleId}\n${due.toISOString()}`).slice(0, 40)}`;
        const isLate = verdict === 'late';
        metrics?.reported({ what: isLate ? 'late' : 'due' });
        await begin({ workspaceId, runId, scheduleId, due: due.toISOString(), isLate }, selection);
      }
      await schedules.settle(workspaceId, scheduleId, due);
    },

    /** Begins a report that somebody asked for; `id` is unique to that. */
    async asked(job: AskedJob, id: string): Promise<void> {
      const { workspaceId, askedBy: by, conversationId, scheduleId, tag, root } = job;
      const schedule = scheduleId ? await schedules.find(workspaceId, scheduleId) : undefined;
      const asked = { by, conversationId, tag, root };
      const those: Selection = tag === undefined ? { kind: 'all' } : { kind: 'tags', tags: [tag] };
      const selection = schedule?.selection ?? those;
      const runId = `r-${id}`;
      await begin({ workspaceId, runId, ...(schedule && { scheduleId }), asked, isLate: false }, selection);
    },
  };
}
