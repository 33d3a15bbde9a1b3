import { createHash } from 'node:crypto';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { isSelected, type Schedule, type Selection } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { latestDue, nextDue } from '../../src/reports/timing.ts';
import { accountOf } from './account.ts';
import type { AskedJob, DueJob, ReportJob } from './report-job.ts';
import type { ReportCheck, ReportQueue } from './report-queue.ts';

export type BeginReportDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly schedules: ScheduleStore;
  readonly history: Pick<VerificationHistory, 'latestVerdicts'>;
  readonly queue: Pick<ReportQueue, 'begin' | 'take'>;
  /** Milliseconds over which the checks of scheduled reports are spread. */
  readonly spreadMs: number;
  readonly now: () => Date;
};

/** Connections of one account that are begun together, and the milliseconds until the next: about what a check takes. */
const atOnceOfAccount = 2;
const checkMs = 1_000;
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
  const { providers, store, schedules, history, queue, spreadMs, now } = dependencies;

  async function selected(workspaceId: string, selection: Selection) {
    const { total, connections } = await store.list({ workspaceId, limit: Number.MAX_SAFE_INTEGER });
    const chosen = connections.filter((connection) => isSelected(selection, connection));
    return { connections: chosen, leftOut: total - connections.length };
  }

  async function begin(
    report: Omit<ReportJob, 'connectionIds' | 'leftOut'>,
    { selection, isSpread }: { selection: Selection; isSpread: boolean },
  ): Promise<void> {
    const { workspaceId, runId, due: since } = report;
    const { connections, leftOut } = await selected(workspaceId, selection);
    const latest = await history.latestVerdicts(
      workspaceId,
      connections.map(({ id }) => id),
    );
    const before = new Map<string, number>();
    const checks = connections.flatMap((connection): ReportCheck[] => {
      const { id: connectionId } = connection;
      const provider = providers.find(connection.provider);
      // Nobody listens for what this version does not know.
      if (!provider) return [];
      const account = accountOf(provider, connection, latest.get(connectionId));
      const place = before.get(account) ?? 0;
      before.set(account, place + 1);
      const spread = isSpread ? Math.floor(Math.random() * spreadMs) : 0;
      return [
        {
          provider: provider.id,
          data: { workspaceId, runId, connectionId, account, ...(since && { since }) },
          // Those of one account wait for each other anyway.
          delayMs: Math.max(spread, Math.floor(place / atOnceOfAccount) * checkMs),
        },
      ];
    });
    const connectionIds = connections.map(({ id }) => id);
    await queue.begin({ ...report, connectionIds, ...(leftOut > 0 && { leftOut }) }, checks);
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
        await begin(
          { workspaceId, runId, scheduleId, due: due.toISOString(), isLate },
          { selection, isSpread: true },
        );
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
      await begin(
        { workspaceId, runId: `r-${id}`, ...(schedule && { scheduleId }), asked, isLate: false },
        { selection, isSpread: false },
      );
    },
  };
}
