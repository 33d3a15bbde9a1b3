import type { Job } from 'bullmq';
import { DateTime } from 'luxon';
import type { ProviderId } from '../../src/catalog/profile.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Reminders } from '../../src/reports/reminders.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { continuing, traced } from '../../src/tracing.ts';
import { factsOf, traceOf } from '../job-facts.ts';
import { type Listener, listen, together, type WorkerDependencies } from '../listen.ts';
import { openQueue } from '../queues.ts';
import { readJob } from '../read-job.ts';
import { createBeginReport } from './begin-report.ts';
import { type CheckForReportDependencies, createCheckForReport } from './check-for-report.ts';
import type { ReportPlans } from './plan.ts';
import { reconcileSchedules } from './reconcile-schedules.ts';
import { createRemindOfExpiry } from './remind-of-expiry.ts';
import {
  AskedJob,
  BatchJob,
  DueJob,
  FailedJob,
  ReportCheckJob,
  ReportJob,
  reportCheckQueueName,
  reportQueueName,
  UpdateJob,
} from './report-job.ts';
import { type ReportQueue, repeatStrategy } from './report-queue.ts';
import { createSendReport, type SendReportDependencies } from './send-report.ts';
import { createTellUnreadable, type TellUnreadableDependencies } from './tell-unreadable.ts';
import { createUpdateSchedule } from './update-schedule.ts';
import { createVerifyBatch } from './verify-batch.ts';

export type ReportWorkerDependencies = SendReportDependencies &
  CheckForReportDependencies &
  TellUnreadableDependencies &
  WorkerDependencies & {
    readonly store: ConnectionStore;
    readonly history: VerificationHistory;
    readonly schedules: ScheduleStore;
    readonly queue: ReportQueue;
    readonly plans: ReportPlans;
    readonly reminders: Reminders;
    /** Deletes what is kept of workspaces that ended, once its time has come. */
    readonly sweep: () => Promise<void>;
    /** Milliseconds over which the checks of scheduled reports are spread. */
    readonly spreadMs: number;
    /** Connections of one provider that reports verify at once, over all workers. */
    readonly checksAtOnce: number;
  };

/** Reports that are begun or sent at once in this process; each mostly waits for its platform. */
const sendingAtOnce = 10;
/** When schedules are held against the clock, in the operator's time zone; owners are reminded by day only. */
const tendingPattern = '0 * * * *';
const remindingHours = { first: 9, last: 17 };

/** What is done about the jobs of the queue of reports, by their names. */
function createHandlers(dependencies: ReportWorkerDependencies) {
  const { store, schedules, queue, sweep, timeZone, now } = dependencies;
  const { sendReport, giveUp } = createSendReport(dependencies);
  const verifyBatch = createVerifyBatch(dependencies);
  const beginReport = createBeginReport({ ...dependencies, verifyBatch });
  const updateSchedule = createUpdateSchedule(dependencies);
  const remindOfExpiry = createRemindOfExpiry(dependencies);
  const tellUnreadable = createTellUnreadable(dependencies);

  function isByDay(): boolean {
    const { hour } = DateTime.fromJSDate(now(), { zone: timeZone });
    return hour >= remindingHours.first && hour <= remindingHours.last;
  }

  /** Brings back what a process left undone that died. */
  async function mend(): Promise<void> {
    await reconcileSchedules(schedules, queue);
    await queue.apologiseForAll();
    for await (const workspaceId of store.workspaces()) await store.mendOrder(workspaceId);
    await sweep();
  }

  async function apologise({ id, name, data }: FailedJob): Promise<void> {
    if (name === 'send') return giveUp(readJob(ReportJob, data));
    if (name === 'batch') return giveUp(readJob(BatchJob, data).report);
    const { workspaceId, scheduleId, askedBy: by, conversationId, tag } = readJob(AskedJob, data);
    const asked = { by, conversationId, tag };
    await giveUp({ workspaceId, runId: id, scheduleId, asked, isLate: false });
  }

  const handlers: Readonly<Record<string, (job: Job, signal: AbortSignal) => Promise<void>>> = {
    due: ({ data, opts: { prevMillis } }) =>
      beginReport.due(readJob(DueJob, data), prevMillis ? new Date(prevMillis) : undefined),
    asked: ({ id = '', data }) => beginReport.asked(readJob(AskedJob, data), id),
    update({ id = '', data }) {
      const { said, ...update } = readJob(UpdateJob, data);
      return updateSchedule({ ...update, ...(said && { said }) }, id);
    },
    batch: ({ data }) => verifyBatch(readJob(BatchJob, data)),
    send: ({ data }, signal) => sendReport(readJob(ReportJob, data), signal),
    apologise: ({ data }) => apologise(readJob(FailedJob, data)),
    reconcile: mend,
    sweep: () => sweep(),
    async tend() {
      await mend();
      if (!isByDay()) return;
      await remindOfExpiry();
      await tellUnreadable();
    },
  };

  return {
    async work(job: Job, signal: AbortSignal): Promise<void> {
      const { name: kind } = job;
      const handler = handlers[kind];
      if (!handler) throw new Error(`There are no jobs called ${kind}`);
      const { workspaceId, runId } = factsOf(job);
      const facts = { kind, workspaceId, runId };
      await continuing(traceOf(job), () => traced('report', facts, () => handler(job, signal)));
    },
    // Said by a job, so that it waits for a platform that is away as everything else does.
    async giveUp({ id, name, data }: Job): Promise<void> {
      const failed = FailedJob.safeParse({ id, name, data });
      if (failed.success) await queue.apologise(failed.data);
    },
  };
}

/** Starts what makes reports; resolves when it listens. The schedules of record are put on the clock as a job. */
export async function startReportWorker(dependencies: ReportWorkerDependencies): Promise<Listener> {
  const { queue, providers, checksAtOnce, timeZone } = dependencies;
  const { work, giveUp } = createHandlers(dependencies);
  const checkForReport = createCheckForReport(dependencies);
  const providerIds = providers.all.map(({ id }) => id);

  /** The bound of a provider holds over all workers, so it is kept in Redis. */
  async function bound(provider: ProviderId): Promise<void> {
    const checks = openQueue(reportCheckQueueName(provider), dependencies);
    await checks.setGlobalConcurrency(checksAtOnce);
    await checks.close();
  }

  const [listeners] = await Promise.all([
    Promise.all([
      listen(dependencies, {
        queue: reportQueueName,
        concurrency: sendingAtOnce,
        what: 'a part of a report',
        repeatStrategy,
        work,
        giveUp,
      }),
      ...providerIds.map((id) =>
        listen(dependencies, {
          queue: reportCheckQueueName(id),
          concurrency: checksAtOnce,
          what: 'a check for a report',
          async work({ data }, signal) {
            const check = readJob(ReportCheckJob, data);
            // A trace of its own: those of thousands of connections could be read by nobody. The run has them together.
            const { workspaceId, connectionId, runId } = check;
            const facts = { workspaceId, connectionId, runId, kind: 'report' };
            await traced('verification', facts, () => checkForReport(check, signal));
          },
        }),
      ),
    ]),
    Promise.all(providerIds.map(bound)),
    queue.reconcile(),
    queue.tend({ pattern: tendingPattern, timeZone }),
  ]);
  return together(listeners);
}
