import type { Connection } from '../../src/connections/connection.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import { AppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import type { Providers } from '../../src/providers/provider.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { type CheckOfRunDependencies, createCheckOfRun } from '../checks/check.ts';
import { createIncidentAlarm } from '../incident-alarm.ts';
import type { ReportCheckJob } from './report-job.ts';
import type { Slots } from './slots.ts';

export type CheckForReportDependencies = CheckOfRunDependencies & {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly history: VerificationHistory;
  readonly slots: Slots;
  readonly logger: Logger;
};

/** Milliseconds until an account is tried again that is busy; spread, so that those who wait do not come together. */
const busyMs = () => 1_000 + Math.floor(Math.random() * 3_000);

/** Whether a verification serves a report that is due at a moment. */
export const isNewEnough = ({ startedAt, verdict }: Verification, since: string) =>
  startedAt >= since && verdict !== 'failed';

/**
 * Creates the handler of one connection in a report; it may be run again from the start at any point. Throws
 * `jobs.account-busy` where the account of the connection is asked as much at once as it may be.
 */
export function createCheckForReport(dependencies: CheckForReportDependencies) {
  const { providers, store, history, slots, logger } = dependencies;
  const checkOfRun = createCheckOfRun(dependencies);
  const alarm = createIncidentAlarm(logger);

  async function verify(job: ReportCheckJob, connection: Connection, signal: AbortSignal): Promise<void> {
    const { runId, since } = job;
    const provider = providers.find(connection.provider);
    if (!provider || (await history.find(job, runId))) return;
    const latest = since ? await history.latest(job) : undefined;
    // Another report was due at the same time, or somebody has just verified it; the report finds that by itself.
    if (latest && since && isNewEnough(latest, since)) return;
    const check = { connection, provider, signal, onProgress: () => undefined };
    const verification = await checkOfRun(`${runId}-${connection.id}`, check);
    if (!verification || !(await store.find(job.workspaceId, job.connectionId))) return;
    alarm(runId, provider, verification);
    await history.add(job, runId, verification);
  }

  return async function checkForReport(job: ReportCheckJob, signal: AbortSignal): Promise<void> {
    const giveBack = await slots.take(job.account);
    if (!giveBack) throw accountBusy();
    try {
      const connection = await store.find(job.workspaceId, job.connectionId);
      if (connection) await verify(job, connection, signal);
    } finally {
      await giveBack();
    }
  };
}

function accountBusy(): AppError {
  return new AppError('The account is asked as much at once as it may be', {
    code: 'jobs.account-busy',
    retryable: true,
    retryAfterMs: busyMs(),
  });
}
