import type { AdapterOf } from '../../src/chat/delivery/chat-adapter.ts';
import type { Threads } from '../../src/chat/delivery/threads.ts';
import type { ReportSubject } from '../../src/chat/messages/report-headline.ts';
import { reportMessage, restMessages, rooms, smallestRoom } from '../../src/chat/messages/report-messages.ts';
import { reportThread } from '../../src/chat/messages/report-thread.ts';
import type { Message } from '../../src/chat/model/message.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { composeReport } from '../../src/reports/compose.ts';
import { type Report, type ReportEntry, speaks } from '../../src/reports/report.ts';
import type { ReportRecords } from '../../src/reports/report-records.ts';
import type { Schedule } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { isNewEnough } from './check-for-report.ts';
import type { Outbox, PreparedReport } from './outbox.ts';
import { planLost, type ReportPlans } from './plan.ts';
import type { ReportJob } from './report-job.ts';

export type PrepareReportDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly history: Pick<VerificationHistory, 'around'>;
  readonly schedules: Pick<ScheduleStore, 'find'>;
  readonly threads: Pick<Threads, 'all'>;
  readonly records: Pick<ReportRecords, 'latest' | 'trend'>;
  readonly outbox: Pick<Outbox, 'find' | 'keep'>;
  readonly plans: Pick<ReportPlans, 'slice'>;
  readonly adapterOf: AdapterOf;
  /** The time zone of reports that belong to no schedule. */
  readonly timeZone: string;
  readonly maxKeyAgeDays: number;
  readonly now: () => Date;
};

/** Connections that are read at once. */
const readAtOnce = 200;

/** Where a report goes, and whose it is. */
export type ReportAddress = {
  readonly conversationId: string;
  readonly schedule: Schedule | undefined;
  readonly subject: ReportSubject;
};

/** Creates what finds out where a report goes and puts together what is sent there. */
export function createPrepareReport(dependencies: PrepareReportDependencies) {
  const {
    providers,
    store,
    history,
    threads,
    schedules,
    plans,
    records,
    outbox,
    adapterOf,
    maxKeyAgeDays,
    now,
  } = dependencies;

  /** Undefined where there is nobody any more to tell: the schedule was removed or paused while its report was made. */
  async function addressOf({
    workspaceId,
    scheduleId,
    asked,
  }: ReportJob): Promise<ReportAddress | undefined> {
    const schedule = scheduleId ? await schedules.find(workspaceId, scheduleId) : undefined;
    if (asked) {
      const subject = {
        schedule: schedule && { ...schedule, mentions: [] },
        askedBy: asked.by,
        tag: asked.tag,
      };
      return { conversationId: asked.conversationId, schedule, subject };
    }
    if (!schedule || schedule.paused) return undefined;
    return { conversationId: schedule.conversationId, schedule, subject: { schedule } };
  }

  /** The connections that a report is about, but for those that are gone. */
  async function connectionsOf(job: ReportJob): Promise<Connection[]> {
    const { workspaceId, runId, connectionIds, planned = 0 } = job;
    const ids = connectionIds ?? (await plans.slice(runId, 0, planned));
    if (!connectionIds && ids.length < planned) throw planLost(runId);
    const connections: Connection[] = [];
    for (let from = 0; from < ids.length; from += readAtOnce) {
      const some = ids.slice(from, from + readAtOnce);
      const found = await Promise.all(some.map((id) => store.find(workspaceId, id)));
      connections.push(...found.filter((connection) => connection !== undefined));
    }
    return connections;
  }

  async function compose(job: ReportJob, { schedule }: ReportAddress) {
    const { workspaceId, runId, due, isLate, leftOut = 0 } = job;
    const key = schedule && { workspaceId, scheduleId: schedule.id };
    const [before, trend] = key
      ? await Promise.all([records.latest(key), records.trend(key)])
      : [undefined, []];
    return composeReport({
      runId,
      due,
      isLate,
      before,
      trend,
      connections: await connectionsOf(job),
      leftOut,
      providers,
      known: async ({ id: connectionId }) => {
        const place = { workspaceId, connectionId };
        const { run: verification, other: earlier } = await history.around(place, runId);
        if (verification) return { verification, earlier };
        // Another report, or a person, had verified it since this one was due.
        const isReused = due !== undefined && earlier !== undefined && isNewEnough(earlier, due);
        return isReused ? { verification: earlier, earlier: undefined } : { verification, earlier };
      },
      options: {
        profile: schedule?.profile ?? 'own',
        purpose: schedule?.selection.profile,
        maxKeyAgeDays,
        now: now(),
      },
    });
  }

  /** The report with where each connection was last told of in the same conversation. */
  async function withThreads(workspaceId: string, conversationId: string, report: Report): Promise<Report> {
    const adapter = adapterOf(workspaceId);
    const [largest = smallestRoom] = rooms;
    const entries = report.entries.map(async (entry, index): Promise<ReportEntry> => {
      // Further rows are not drawn.
      if (index >= largest.rows) return entry;
      const all = await threads.all({ workspaceId, connectionId: entry.connection.id });
      const here = all.find((thread) => thread.conversationId === conversationId);
      const link = here && (await adapter.linkTo(workspaceId, here.root));
      return link ? { ...entry, link } : entry;
    });
    return { ...report, entries: await Promise.all(entries) };
  }

  /** The root message on one page, since its buttons are for the whole report; what has no room there leads the thread. */
  async function pagesOf(
    workspaceId: string,
    subject: ReportSubject,
    { report, timeZone }: { report: Report; timeZone: string },
  ): Promise<Message[]> {
    const { paginate } = adapterOf(workspaceId);
    const fitting = rooms.find((room) => paginate(reportMessage(subject, report, room)).length === 1);
    const room = fitting ?? smallestRoom;
    const thread = await reportThread(report, { providers, timeZone });
    const rest = restMessages(report, room);
    return [...paginate(reportMessage(subject, report, room)), ...[...rest, ...thread].flatMap(paginate)];
  }

  /** What will be sent, page by page, and what the report leaves; the same however often it is asked for. */
  async function prepare(job: ReportJob, address: ReportAddress): Promise<PreparedReport> {
    const { workspaceId, runId, asked } = job;
    const kept = await outbox.find(runId);
    if (kept) return kept;
    const { schedule, subject } = address;
    const { report: found, standings, asked: askedFor } = await compose(job, address);
    const report = await withThreads(workspaceId, address.conversationId, found);
    const isSaid = asked !== undefined || !schedule || speaks(schedule.speak, report);
    const timeZone = schedule?.timing.timeZone ?? dependencies.timeZone;
    const pages = isSaid ? await pagesOf(workspaceId, subject, { report, timeZone }) : [];
    const point = report.trend.at(-1);
    // A report in between is not the one that the next of a schedule is compared with.
    const isOfRecord = schedule && point && !asked;
    const record = isOfRecord
      ? { workspaceId, scheduleId: schedule.id, point, standings, asked: askedFor }
      : undefined;
    return outbox.keep(runId, { pages, record });
  }

  return { addressOf, prepare };
}
