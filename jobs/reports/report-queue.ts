import { createHash, randomUUID } from 'node:crypto';
import type { FlowProducer, RepeatOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ProviderId } from '../../src/catalog/profile.ts';
import { type ReportRequests, selectionValue } from '../../src/chat/reports/report-requests.ts';
import type { Logger } from '../../src/logger.ts';
import type { Schedule } from '../../src/reports/schedule.ts';
import { nextDue } from '../../src/reports/timing.ts';
import { traceLink } from '../../src/tracing.ts';
import { openFlows, openQueue } from '../queues.ts';
import {
  type AskedJob,
  type BatchJob,
  FailedJob,
  type ReportCheckJob,
  type ReportJob,
  reportCheckQueueName,
  reportQueueName,
  tendingId,
} from './report-job.ts';

const week = 7 * 24 * 3_600;
const jobOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
  // Kept so that a report is not begun a second time.
  removeOnComplete: { age: week, count: 10_000 },
  removeOnFail: { age: week, count: 10_000 },
} as const;

/** Milliseconds after which a report that was asked for may be asked for again, should it never have ended. */
const askedAgainMs = 15 * 60_000;

/** Milliseconds for which it is looked after what has failed, and at how much of it. */
const lately = { ms: 24 * 3_600_000, most: 1_000 };

/** What a report that was asked for is told apart by, from others that run. */
export function askedId({ workspaceId, conversationId, scheduleId, tag }: Omit<AskedJob, 'askedBy'>): string {
  const text = [workspaceId, conversationId, selectionValue({ scheduleId, tag })].join('\n');
  return `asked-${createHash('sha256').update(text).digest('hex')}`;
}

/** When a scheduler comes next, in milliseconds, by our own count. */
export function repeatStrategy(after: number, { pattern = '', tz = 'UTC' }: RepeatOptions): number {
  return nextDue({ pattern, timeZone: tz }, new Date(after)).getTime();
}

export type ReportCheck = {
  readonly provider: ProviderId;
  readonly data: ReportCheckJob;
  /** Milliseconds to wait before it, so that many do not begin in one second. */
  readonly delayMs: number;
};

export type ReportQueue = ReportRequests & {
  /** Puts a schedule on the clock, or takes it off while it is paused. */
  put(schedule: Schedule): Promise<void>;
  take(scheduleId: string): Promise<void>;
  /** What is on the clock: schedules by id, with what they were put there with; lost ones without their next job are left out. */
  onTheClock(): Promise<Map<string, { pattern: string | undefined; timeZone: string | undefined }>>;
  /** Sees to a schedule as if its time had come. */
  seeTo(schedule: Pick<Schedule, 'workspaceId' | 'id'>): Promise<void>;
  /** Holds the schedules of record against the clock; by one worker, however many ask for it. */
  reconcile(): Promise<void>;
  /** Has what is due of ended workspaces deleted now. */
  sweep(): Promise<void>;
  /** Puts what looks after everything once a day on the clock. */
  tend(timing: { pattern: string; timeZone: string }): Promise<void>;
  /** Has connections of a report verified; what comes behind them is then seen to. The same ones are begun once. */
  verify(batch: BatchJob, checks: readonly ReportCheck[]): Promise<void>;
  /** Has a report sent, once. */
  send(report: ReportJob): Promise<void>;
  /** Has it said where a report was waited for that it came to nothing; once, however often it is asked for. */
  apologise(failed: FailedJob): Promise<void>;
  /** The same for what has failed lately, in case a process died before it could ask for that. */
  apologiseForAll(): Promise<void>;
  /** Lets a report that was asked for be asked for again. */
  allowAgain(id: string): Promise<void>;
  close(): Promise<void>;
};

/** The queue of reports; resolves when it can take requests. */
export async function createReportQueue(redis: Redis, logger: Logger): Promise<ReportQueue> {
  const open = { redis, logger };
  const queue = openQueue(reportQueueName, open, {
    defaultJobOptions: jobOptions,
    settings: { repeatStrategy },
  });
  let flows: FlowProducer | undefined;
  await queue.waitUntilReady();

  async function apologise(failed: FailedJob): Promise<void> {
    await queue.add('apologise', failed, { jobId: `apology-${failed.id}` });
  }

  async function hasNext(id: string, next: number | undefined): Promise<boolean> {
    return next !== undefined && (await queue.getJob(`repeat:${id}:${next}`)) !== undefined;
  }

  return {
    async request(asked) {
      const request = { ...asked, trace: traceLink() };
      const jobId = randomUUID();
      const deduplication = { id: askedId(request), ttl: askedAgainMs };
      const job = await queue.add('asked', request, { jobId, deduplication });
      return job.id === jobId ? 'queued' : 'already-running';
    },
    async update(update) {
      await queue.add('update', update, { jobId: randomUUID() });
    },
    async put({ id, workspaceId, timing: { pattern, timeZone: tz }, paused }) {
      if (paused) return void (await queue.removeJobScheduler(id));
      const data = { workspaceId, scheduleId: id };
      await queue.upsertJobScheduler(id, { pattern, tz }, { name: 'due', data, opts: jobOptions });
    },
    async take(scheduleId) {
      await queue.removeJobScheduler(scheduleId);
    },
    async onTheClock() {
      const found = await queue.getJobSchedulers(0, -1);
      const whole = await Promise.all(
        found.map(async ({ key, pattern, tz, next }) => {
          if (key === tendingId || !(await hasNext(key, next))) return [];
          return [[key, { pattern, timeZone: tz }] as const];
        }),
      );
      return new Map(whole.flat());
    },
    async seeTo({ workspaceId, id: scheduleId }) {
      await queue.add('due', { workspaceId, scheduleId }, { jobId: randomUUID() });
    },
    async reconcile() {
      await queue.add('reconcile', {}, { jobId: randomUUID(), deduplication: { id: 'reconcile' } });
    },
    async sweep() {
      await queue.add('sweep', {}, { jobId: randomUUID() });
    },
    async tend({ pattern, timeZone: tz }) {
      await queue.upsertJobScheduler(
        tendingId,
        { pattern, tz },
        { name: 'tend', data: {}, opts: jobOptions },
      );
    },
    async verify(batch, checks) {
      const { runId } = batch.report;
      const jobId = `${runId}-to-${batch.from}`;
      if (await queue.getJob(jobId)) return;
      flows ??= openFlows(open);
      await flows.add({
        name: 'batch',
        queueName: reportQueueName,
        data: batch,
        opts: { ...jobOptions, jobId },
        children: checks.map(({ provider, data, delayMs }) => ({
          name: 'check',
          queueName: reportCheckQueueName(provider),
          data,
          opts: {
            jobId: `${runId}-${data.connectionId}`,
            delay: delayMs,
            attempts: 3,
            backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
            // One that breaks is a line in the report, not the end of it.
            ignoreDependencyOnFailure: true,
            removeOnComplete: true,
            removeOnFail: { age: week, count: 10_000 },
          },
        })),
      });
    },
    async send(report) {
      await queue.add('send', report, { jobId: report.runId });
    },
    apologise,
    async apologiseForAll() {
      const jobs = await queue.getFailed(0, lately.most);
      const failed = jobs.flatMap(({ id, name, data, finishedOn = 0 }) => {
        const isLate = finishedOn < Date.now() - lately.ms;
        return (!isLate && FailedJob.safeParse({ id, name, data }).data) || [];
      });
      await Promise.all(failed.map(apologise));
    },
    async allowAgain(id) {
      await queue.removeDeduplicationKey(id);
    },
    async close() {
      await Promise.all([queue.close(), flows?.close()]);
    },
  };
}
