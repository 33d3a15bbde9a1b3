import { type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { DateTime } from 'luxon';
import type { Logger } from '../../src/logger.ts';
import { type ProviderId, providerIds } from '../../src/providers/provider.ts';
import type { Reminders } from '../../src/reports/reminders.ts';
import type { Check } from '../checks/check.ts';
import { createIncidentAlarm } from '../incident-alarm.ts';
import { comeBackLater, publicFailure, putAside, waitOutOutage } from '../job-faults.ts';
import { createBeginReport } from './begin-report.ts';
import { createCheckForReport } from './check-for-report.ts';
import { reconcileSchedules } from './reconcile-schedules.ts';
import { createRemindOfExpiry } from './remind-of-expiry.ts';
import {
  AskedJob,
  DueJob,
  ReportCheckJob,
  ReportJob,
  reportCheckQueueName,
  reportQueueName,
  UpdateJob,
} from './report-job.ts';
import { type ReportQueue, repeatStrategy } from './report-queue.ts';
import { createSendReport, type SendReportDependencies } from './send-report.ts';
import type { Slots } from './slots.ts';
import { createUpdateSchedule } from './update-schedule.ts';

export type ReportWorkerSettings = Omit<SendReportDependencies, 'queue'> & {
  readonly redis: Redis;
  readonly logger: Logger;
  readonly queue: ReportQueue;
  readonly check: Check;
  readonly slots: Slots;
  readonly reminders: Reminders;
  readonly lockMs: number;
  /** Milliseconds over which the checks of scheduled reports are spread. */
  readonly spreadMs: number;
  /** Connections of one provider that reports verify at once, over all workers. */
  readonly checksAtOnce: number;
};

/** Reports that are begun or sent at once in this process; each mostly waits for its platform. */
const sendingAtOnce = 10;
/** Milliseconds until an account is tried again that is busy; spread, so that those who wait do not come together. */
const busyMs = () => 1_000 + Math.floor(Math.random() * 3_000);
/** When schedules are held against the clock, in the operator's time zone; owners are reminded by day only. */
const tendingPattern = '0 * * * *';
const remindingHours = { first: 9, last: 17 };

/** Starts what makes reports; resolves when it listens and the schedules of record are on the clock. */
export async function startReportWorker(settings: ReportWorkerSettings): Promise<{ close(): Promise<void> }> {
  const { redis, logger, queue, schedules, store, slots, lockMs, checksAtOnce, timeZone } = settings;
  const { sendReport, giveUp } = createSendReport(settings);
  const begin = createBeginReport(settings);
  const updateSchedule = createUpdateSchedule(settings);
  const remindOfExpiry = createRemindOfExpiry(settings);
  const checkForReport = createCheckForReport({ ...settings, alarm: createIncidentAlarm(logger) });

  async function carryOut({ id = '', name, data, opts }: Job, signal: AbortSignal): Promise<void> {
    switch (name) {
      case 'due':
        return begin.due(DueJob.parse(data), opts.prevMillis ? new Date(opts.prevMillis) : undefined);
      case 'asked':
        return begin.asked(AskedJob.parse(data), id);
      case 'update': {
        const { said, ...update } = UpdateJob.parse(data);
        return updateSchedule({ ...update, ...(said && { said }) }, id);
      }
      case 'send':
        return sendReport(ReportJob.parse(data), signal);
      case 'tend':
        await reconcileSchedules(schedules, queue);
        return isByDay() ? remindOfExpiry() : undefined;
      default:
        throw new Error(`There are no jobs called ${name}`);
    }
  }

  function isByDay(): boolean {
    const hour = DateTime.fromJSDate(settings.now(), { zone: timeZone }).hour;
    return hour >= remindingHours.first && hour <= remindingHours.last;
  }

  /** Verifies one connection as soon as its account is not asked too much at once. */
  async function checkOne(job: Job, token: string | undefined, signal: AbortSignal): Promise<void> {
    const asked = ReportCheckJob.parse(job.data);
    const giveBack = await slots.take(asked.account);
    if (!giveBack) return putAside(job, token, busyMs());
    try {
      const connection = await store.find(asked.workspaceId, asked.connectionId);
      if (!connection) return;
      await checkForReport(asked, connection, signal);
    } finally {
      await giveBack();
    }
  }

  const never = new AbortController().signal;
  const shared = {
    connection: redis,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 3,
    settings: { repeatStrategy },
  };

  function listen(
    name: string,
    work: (job: Job, token: string | undefined, signal: AbortSignal) => Promise<void>,
    concurrency: number,
  ): Worker {
    const worker = new Worker(
      name,
      async (job, token, signal = never) => {
        try {
          await work(job, token, signal);
        } catch (err) {
          if (err instanceof Error && err.name === 'DelayedError') throw err;
          await comeBackLater(job, token, err);
          await waitOutOutage(job, token, err);
          logger.error({ err, runId: job.id }, 'a part of a report could not be done');
          throw publicFailure(err);
        }
      },
      { ...shared, concurrency },
    );
    worker.on('error', (err) => logger.debug({ err }, 'report worker'));
    // Without its lock a job is taken up by another worker, and this one must not go on beside it.
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) worker.cancelJob(id, 'its lock was lost');
    });
    return worker;
  }

  const sending = listen(reportQueueName, (job, _token, signal) => carryOut(job, signal), sendingAtOnce);
  /** Says so when a report has failed for good: not when it will be tried again. */
  async function tellIfOver(job: Job): Promise<void> {
    if ((await job.getState()) !== 'failed') return;
    const { id: runId = '', name, data } = job;
    if (name === 'send') await giveUp(ReportJob.parse(data));
    if (name !== 'asked') return;
    const { workspaceId, scheduleId, askedBy: by, conversationId } = AskedJob.parse(data);
    const asked = { by, conversationId };
    await giveUp({ workspaceId, runId, scheduleId, asked, isLate: false, connectionIds: [] });
  }
  sending.on('failed', (job) => {
    if (!job) return;
    tellIfOver(job).catch((err: unknown) => {
      logger.error({ err, runId: job.id }, 'could not say that a report failed');
    });
  });
  const checking = providerIds.map((id) => listen(reportCheckQueueName(id), checkOne, checksAtOnce));

  /** The bound of a provider holds over all workers, so it is kept in Redis. */
  async function bound(provider: ProviderId): Promise<void> {
    const checks = new Queue(reportCheckQueueName(provider), { connection: redis });
    checks.on('error', (err) => logger.debug({ err }, 'report checks'));
    await checks.setGlobalConcurrency(checksAtOnce);
    await checks.close();
  }

  await Promise.all([
    ...[sending, ...checking].map((worker) => worker.waitUntilReady()),
    ...providerIds.map(bound),
    reconcileSchedules(schedules, queue),
    queue.tend({ pattern: tendingPattern, timeZone }),
  ]);
  return {
    async close() {
      await Promise.all([sending, ...checking].map((worker) => worker.close()));
    },
  };
}
