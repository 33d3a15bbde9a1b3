import { z } from 'zod';
import { Standing } from './standing.ts';

/** How many connections came out how in one report. */
export const TrendPoint = z.object({
  runId: z.string(),
  at: z.iso.datetime(),
  ready: z.int(),
  missing: z.int(),
  /** Unproven, failed or broken off: what is not known to be ready, nor to lack anything. */
  unknown: z.int(),
});
export type TrendPoint = z.infer<typeof TrendPoint>;

/** What a report leaves for the next one of its schedule. */
export const ReportRecord = z.object({
  workspaceId: z.string(),
  scheduleId: z.string(),
  point: TrendPoint,
  /** The standings of its connections, by id. */
  standings: z.record(z.string(), Standing),
});
export type ReportRecord = z.infer<typeof ReportRecord>;

export type ReportKey = { readonly workspaceId: string; readonly scheduleId: string };

/** Reports in a trend, the newest of a schedule. */
export const trendLength = 30;

/** What earlier reports of a schedule found. */
export type ReportRecords = {
  /** Adds a report once, however often it is added; nothing is kept for a schedule that is gone. */
  add(record: ReportRecord): Promise<void>;
  /** The newest report. */
  latest(key: ReportKey): Promise<Pick<ReportRecord, 'point' | 'standings'> | undefined>;
  /** The newest reports, oldest first. */
  trend(key: ReportKey): Promise<TrendPoint[]>;
};
