import { z } from 'zod';
import type { ProviderId } from '../../src/catalog/profile.ts';

/** The queue of reports: what is due, what was asked for, and what is ready to be sent. */
export const reportQueueName = 'xoap-reports';
/** The queue of what reports verify, one for each provider, so that each has a bound of its own. */
export const reportCheckQueueName = (provider: ProviderId) => `xoap-report-checks-${provider}`;

/** The scheduler that looks after schedules and expiring credentials once a day. */
export const tendingId = 'tending';

/** A schedule whose time has come, or may have while nobody looked. Jobs carry ids only. */
export const DueJob = z.object({ workspaceId: z.string(), scheduleId: z.string() });
export type DueJob = z.infer<typeof DueJob>;

/** The trace that a job goes on with. */
const Trace = z.string().optional();

const Root = z.object({ conversationId: z.string(), messageId: z.string() });

/** A report that somebody asked for. */
export const AskedJob = z.object({
  workspaceId: z.string(),
  askedBy: z.string(),
  conversationId: z.string(),
  scheduleId: z.string().optional(),
  tag: z.string().optional(),
  root: Root.optional(),
  trace: Trace,
});
export type AskedJob = z.infer<typeof AskedJob>;

/** A schedule that was made, changed, paused or removed. */
export const UpdateJob = z.object({
  workspaceId: z.string(),
  scheduleId: z.string(),
  said: z.object({ verb: z.enum(['scheduled', 'changed']), by: z.string() }).optional(),
});

/** A report whose connections are being verified; it is sent when they are. */
export const ReportJob = z.object({
  workspaceId: z.string(),
  runId: z.string(),
  scheduleId: z.string().optional(),
  /** Where it goes, and who asked; a report that is due knows both from its schedule. */
  asked: z
    .object({
      by: z.string(),
      conversationId: z.string(),
      tag: z.string().optional(),
      root: Root.optional(),
    })
    .optional(),
  due: z.iso.datetime().optional(),
  isLate: z.boolean(),
  /** How many connections are in its plan. */
  planned: z.int().min(0).optional(),
  /** The connections as older versions kept them. */
  connectionIds: z.array(z.string()).optional(),
  /** How many connections of the workspace cannot be read, and so may be missing there. */
  leftOut: z.int().min(0).optional(),
  trace: Trace,
});
export type ReportJob = z.infer<typeof ReportJob>;

/** Connections of a report that are being verified; those behind them are next, and the report itself behind the last. */
export const BatchJob = z.object({
  report: ReportJob,
  /** Where the next ones begin in the plan of the report. */
  from: z.int().min(0),
});
export type BatchJob = z.infer<typeof BatchJob>;

/** A job of this queue that has failed for good, as it was: whoever waits for it is told. */
export const FailedJob = z.object({
  id: z.string(),
  name: z.enum(['send', 'batch', 'asked']),
  data: z.unknown(),
});
export type FailedJob = z.infer<typeof FailedJob>;

/** One connection of a report. */
export const ReportCheckJob = z.object({
  workspaceId: z.string(),
  runId: z.string(),
  connectionId: z.string(),
  /** What it signs in to, as far as that is known. */
  account: z.string(),
  /** A verification that began since then is new enough. */
  since: z.iso.datetime().optional(),
});
export type ReportCheckJob = z.infer<typeof ReportCheckJob>;
