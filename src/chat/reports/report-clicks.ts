import type { AuditTrail } from '../../access/audit.ts';
import type { AccessPolicy } from '../../access/policy.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import { noSchedule, notYourSchedule } from '../messages/schedule-messages.ts';
import type { ChatContext } from '../model/context.ts';
import type { Click, ClickHandler } from '../model/handlers.ts';
import { typed } from '../model/message.ts';
import { type Reply, replacementSaying, replySaying, replyWith } from '../model/reply.ts';
import type { FollowUp } from './follow-up.ts';
import type { PermittedSchedule } from './permitted-schedule.ts';
import type { ReportRequests } from './report-requests.ts';

export type ReportClickDependencies = {
  readonly schedules: Pick<ScheduleStore, 'find' | 'remove'>;
  readonly reports: Pick<ReportRequests, 'request'>;
  readonly policy: AccessPolicy;
  readonly audit: AuditTrail;
  readonly permittedSchedule: PermittedSchedule;
  readonly followUp: FollowUp;
};

/** Creates what answers clicks about reports. */
export function createReportClicks(dependencies: ReportClickDependencies) {
  const { schedules, reports, policy, audit, permittedSchedule, followUp } = dependencies;

  /** Makes a report anew, in place of a message where there is one. */
  async function report(value: string, context: ChatContext, root: Click['message']): Promise<Reply> {
    const { actor, conversationId } = context;
    const { workspaceId, userId: askedBy } = actor;
    const scheduleId = value === 'all' ? undefined : value;
    if (scheduleId && !(await schedules.find(workspaceId, scheduleId))) return replyWith(noSchedule);
    const state = await reports.request({ workspaceId, askedBy, conversationId, scheduleId, root });
    if (state === 'already-running') return replySaying('That report is being made right now.');
    await audit.record({ actor, action: 'report.ask', outcome: 'done', ...(scheduleId && { scheduleId }) });
    return replySaying('Verifying again. The report follows.');
  }

  const remove: ClickHandler = async ({ value: scheduleId }, { actor }) => {
    const { workspaceId } = actor;
    const schedule = await schedules.find(workspaceId, scheduleId);
    if (!schedule) return { kind: 'replacement', message: noSchedule };
    const found = await permittedSchedule(schedule, actor, { action: 'report.remove', verb: 'remove' });
    // The question stays for whoever may answer it.
    if ('refusal' in found) return replyWith(found.refusal);
    await schedules.remove(workspaceId, scheduleId);
    await followUp({ workspaceId, scheduleId });
    await audit.record({ actor, action: 'report.remove', outcome: 'done', scheduleId });
    return replacementSaying(`Removed the report ${typed(schedule.name)}.`);
  };

  const keep: ClickHandler = async ({ value }, { actor }) => {
    const schedule = await schedules.find(actor.workspaceId, value);
    if (schedule && !policy.permits(actor, 'report.remove', schedule))
      return replyWith(notYourSchedule(schedule.name, 'remove'));
    return replacementSaying('Nothing was removed.');
  };

  return {
    'report-again': ({ value, message }, context) => report(value, context, message),
    'report-now': ({ value }, context) => report(value, context, undefined),
    'remove-schedule': remove,
    'keep-schedule': keep,
  } satisfies Record<string, ClickHandler>;
}
