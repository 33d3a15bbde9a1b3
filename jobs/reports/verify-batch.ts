import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { accountOf } from './account.ts';
import { planLost, type ReportPlans } from './plan.ts';
import type { BatchJob, ReportJob } from './report-job.ts';
import type { ReportCheck, ReportQueue } from './report-queue.ts';

export type VerifyBatchDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly history: Pick<VerificationHistory, 'latestVerdicts'>;
  readonly plans: Pick<ReportPlans, 'slice'>;
  readonly queue: Pick<ReportQueue, 'verify' | 'send'>;
  /** Milliseconds over which the checks of scheduled reports are spread. */
  readonly spreadMs: number;
};

/** Connections that are put in line at once: Redis holds no more jobs of a report than these, however many it is about. */
export const batchSize = 500;
/** Connections of one account that are begun together, and the milliseconds until the next: about what a check takes. */
const atOnceOfAccount = 2;
const checkMs = 1_000;

/**
 * Creates what has the next connections of a report verified, and has the report sent once there are no more. It may be run
 * again from the start at any point.
 */
export function createVerifyBatch(dependencies: VerifyBatchDependencies) {
  const { providers, store, history, plans, queue, spreadMs } = dependencies;

  async function checksOf(report: ReportJob, ids: readonly string[], spread: number): Promise<ReportCheck[]> {
    const { workspaceId, runId, due: since } = report;
    const [found, latest] = await Promise.all([
      Promise.all(ids.map((id) => store.find(workspaceId, id))),
      history.latestVerdicts(workspaceId, ids),
    ]);
    const before = new Map<string, number>();
    return found.flatMap((connection): ReportCheck[] => {
      const provider = connection && providers.find(connection.provider);
      // It was removed meanwhile, or nobody listens for what this version does not know.
      if (!provider) return [];
      const { id: connectionId } = connection;
      const account = accountOf(provider, connection, latest.get(connectionId));
      const place = before.get(account) ?? 0;
      before.set(account, place + 1);
      return [
        {
          provider: provider.id,
          data: { workspaceId, runId, connectionId, account, ...(since && { since }) },
          // Those of one account wait for each other anyway.
          delayMs: Math.max(
            Math.floor(Math.random() * spread),
            Math.floor(place / atOnceOfAccount) * checkMs,
          ),
        },
      ];
    });
  }

  return async function verifyBatch({ report, from }: BatchJob): Promise<void> {
    const { runId, asked, planned = 0 } = report;
    if (from >= planned) return queue.send(report);
    const ids = await plans.slice(runId, from, batchSize);
    if (ids.length < Math.min(batchSize, planned - from)) throw planLost(runId);
    const spread = asked ? 0 : spreadMs * (ids.length / planned);
    await queue.verify({ report, from: from + ids.length }, await checksOf(report, ids, spread));
  };
}
