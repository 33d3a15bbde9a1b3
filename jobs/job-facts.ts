import type { Job } from 'bullmq';
import { z } from 'zod';

const Facts = z
  .object({ runId: z.string(), workspaceId: z.string(), connectionId: z.string(), trace: z.string() })
  .partial();

/** What a line of the log tells of a job, whichever it is. */
export type JobFacts = {
  /** That of what it is a part of, else its own id. */
  readonly runId: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly traceId?: string | undefined;
};

/** A report is what a batch of its connections is about. */
const read = ({ data }: Pick<Job, 'data'>): z.output<typeof Facts> =>
  Facts.safeParse((data as { report?: unknown } | null)?.report ?? data).data ?? {};

/** Reads off a job what it is about, as far as it can be read. */
export function factsOf(job: Pick<Job, 'id' | 'data'>): JobFacts {
  const { trace, ...facts } = read(job);
  // https://www.w3.org/TR/trace-context/#traceparent-header
  const traceId = trace?.split('-')[1];
  return { runId: job.id, ...facts, ...(traceId && { traceId }) };
}

/** The trace that a job goes on with. */
export const traceOf = (job: Pick<Job, 'data'>): string | undefined => read(job).trace;
