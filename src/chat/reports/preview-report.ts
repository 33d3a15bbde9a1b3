import type { VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Providers } from '../../providers/provider.ts';
import { composeReport } from '../../reports/compose.ts';
import type { ReportRecords } from '../../reports/report-records.ts';
import { isSelected, type Schedule } from '../../reports/schedule.ts';
import { reportMessage } from '../messages/report-messages.ts';
import type { ChatContext } from '../model/context.ts';
import { figure, say } from '../model/message.ts';
import { type Reply, replyWith } from '../model/reply.ts';

export type PreviewReportDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'list'>;
  readonly history: Pick<VerificationHistory, 'latest'>;
  readonly records: Pick<ReportRecords, 'latest'>;
  /** Days after which a key is too old; 0 for never. */
  readonly maxKeyAgeDays: number;
  readonly now: () => Date;
};

/** Shows what a report would say: of a schedule, or of all connections. */
export type PreviewReport = (schedule: Schedule | undefined, context: ChatContext) => Promise<Reply>;

/** Connections in a preview; a report itself has no such bound. */
const mostPreviewed = 200;

/** Creates what shows what a report would say of what is known already; calls no provider. */
export function createPreviewReport(dependencies: PreviewReportDependencies): PreviewReport {
  const { providers, store, history, records, maxKeyAgeDays, now } = dependencies;
  return async (schedule, { actor: { workspaceId } }) => {
    const { total, connections } = await store.list({ workspaceId, limit: Number.MAX_SAFE_INTEGER });
    const about = connections.filter((each) => !schedule || isSelected(schedule.selection, each));
    const key = schedule && { workspaceId, scheduleId: schedule.id };
    const { report } = await composeReport({
      runId: 'preview',
      due: undefined,
      isLate: false,
      connections: about.slice(0, mostPreviewed),
      leftOut: total - connections.length,
      providers,
      known: async ({ id: connectionId }) => ({
        verification: await history.latest({ workspaceId, connectionId }),
        earlier: undefined,
      }),
      before: key && (await records.latest(key)),
      trend: [],
      options: {
        profile: schedule?.profile ?? 'own',
        purpose: schedule?.selection.profile,
        maxKeyAgeDays,
        now: now(),
      },
    });
    const { summary, parts } = reportMessage({ schedule: schedule && { ...schedule, mentions: [] } }, report);
    const some =
      about.length > mostPreviewed
        ? ` ${mostPreviewed} of ${figure(about.length)} connections are shown.`
        : '';
    const note = say(`A preview of what is known already; no provider was called.${some}`);
    return replyWith({
      summary: `Preview: ${summary}`,
      parts: [note, ...parts.filter(({ kind }) => kind !== 'buttons')],
    });
  };
}
