import type { AuditTrail } from '../../access/audit.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { isSelected, type Schedule } from '../../reports/schedule.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import { noSchedule } from '../messages/schedule-messages.ts';
import type { ChatContext } from '../model/context.ts';
import type { Click } from '../model/handlers.ts';
import { type Span, typed } from '../model/message.ts';
import { type Reply, replySaying, replyWith } from '../model/reply.ts';
import type { ReportRequests, ReportSelection } from './report-requests.ts';

export type AskReportDependencies = {
  readonly reports: Pick<ReportRequests, 'request'>;
  readonly schedules: Pick<ScheduleStore, 'find'>;
  readonly store: Pick<ConnectionStore, 'list'>;
  readonly audit: AuditTrail;
};

/** Asks for a report, and says so; in place of a message where there is one. */
export type AskReport = (
  selection: ReportSelection,
  context: ChatContext,
  root?: Click['message'],
) => Promise<Reply>;

/** Creates what asks for a report of what it names. */
export function createAskReport({ reports, schedules, store, audit }: AskReportDependencies): AskReport {
  async function hasTag(workspaceId: string, tag: string): Promise<boolean> {
    const { connections } = await store.list({ workspaceId, limit: Number.MAX_SAFE_INTEGER });
    return connections.some((connection) => isSelected({ kind: 'tags', tags: [tag] }, connection));
  }

  function words({ tag }: ReportSelection, schedule: Schedule | undefined): Span[] {
    if (schedule) return ['the connections of ', { bold: typed(schedule.name) }];
    return tag === undefined ? ['all connections'] : ['the connections tagged ', { bold: typed(tag) }];
  }

  return async (selection, { actor, conversationId }, root) => {
    const { workspaceId, userId: askedBy } = actor;
    const { scheduleId, tag } = selection;
    const schedule = scheduleId ? await schedules.find(workspaceId, scheduleId) : undefined;
    if (scheduleId && !schedule) return replyWith(noSchedule);
    if (tag !== undefined && !(await hasTag(workspaceId, tag)))
      return replySaying(`No connection here has the tag "${typed(tag)}".`);
    await audit.record({ actor, action: 'report.ask', outcome: 'done', ...(scheduleId && { scheduleId }) });
    const state = await reports.request({ workspaceId, askedBy, conversationId, scheduleId, tag, root });
    if (state === 'already-running')
      return replySaying('That report is being made right now. It comes here.');
    return replySaying('Verifying ', ...words(selection, schedule), '. The report comes here.');
  };
}
