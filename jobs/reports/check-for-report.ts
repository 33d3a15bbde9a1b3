import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { LatestVerdict, VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Provider, Providers } from '../../src/providers/provider.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { type Check, interrupted, unableToCheck } from '../checks/check.ts';
import type { IncidentAlarm } from '../incident-alarm.ts';
import type { ReportCheckJob } from './report-job.ts';

export type CheckForReportDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly check: Check;
  readonly messages: MessageLog;
  readonly alarm: IncidentAlarm;
};

/**
 * The account that a connection signs in to: what is not to be asked too much at once. Where only the sign-in tells, the
 * verification before knows; without one a connection stands for itself.
 */
export function accountOf(
  { id, provider, target }: Connection,
  latest: Pick<LatestVerdict, 'target'> | undefined,
): string {
  const { region: _region, datacenter: _datacenter, ...account } = { ...target, ...latest?.target };
  const known = Object.values(account);
  return [provider, ...(known.length > 0 ? known : [id])].join(':');
}

/** Whether a verification serves a report that is due at a moment. */
export const isNewEnough = ({ startedAt, verdict }: Verification, since: string) =>
  startedAt >= since && verdict !== 'failed';

/** Creates the handler of one connection in a report; it may be run again from the start at any point. */
export function createCheckForReport(dependencies: CheckForReportDependencies) {
  const { providers, store, history, check, messages, alarm } = dependencies;

  async function verify(
    { runId, connectionId }: ReportCheckJob,
    { connection, provider }: { connection: Connection; provider: Provider },
    signal: AbortSignal,
  ): Promise<Verification | undefined> {
    const id = `${runId}-${connectionId}`;
    const { signsInOnce } = provider;
    if (signsInOnce && (await messages.read(id)).has('sign-in'))
      return unableToCheck({ connection, provider }, interrupted());
    const onBegin = async () => {
      if (signsInOnce) await messages.remember(id, 'sign-in', { conversationId: '', messageId: '' });
    };
    return check({ connection, provider, signal, onProgress: () => undefined, onBegin });
  }

  return async function checkForReport(
    job: ReportCheckJob,
    connection: Connection,
    signal: AbortSignal,
  ): Promise<void> {
    const { runId, since } = job;
    const provider = providers.find(connection.provider);
    if (!provider || (await history.find(job, runId))) return;
    const latest = since ? await history.latest(job) : undefined;
    // Another report was due at the same time, or somebody has just verified it; the report finds that by itself.
    if (latest && since && isNewEnough(latest, since)) return;
    const verification = await verify(job, { connection, provider }, signal);
    if (!verification?.error) signal.throwIfAborted();
    if (!verification || !(await store.find(job.workspaceId, job.connectionId))) return;
    alarm(runId, verification);
    await history.add(job, runId, verification);
  };
}
