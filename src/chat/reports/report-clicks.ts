import type { AuditTrail } from '../../access/audit.ts';
import { permits } from '../../access/policy.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import { noSchedule, notYourSchedule } from '../messages/schedule-messages.ts';
import type { ClickHandler } from '../model/handlers.ts';
import { typed } from '../model/message.ts';
import { replacementSaying, replyWith } from '../model/reply.ts';
import type { AskReport } from './ask-report.ts';
import type { FollowUp } from './follow-up.ts';
import type { PermittedSchedule } from './permitted-schedule.ts';
import { selectionIn } from './report-requests.ts';

export type ReportClickDependencies = {
  readonly schedules: Pick<ScheduleStore, 'find' | 'remove'>;
  readonly askReport: AskReport;
  readonly audit: AuditTrail;
  readonly permittedSchedule: PermittedSchedule;
  readonly followUp: FollowUp;
};

/** Creates what answers clicks about reports. */
export function createReportClicks(dependencies: ReportClickDependencies) {
  const { schedules, askReport, audit, permittedSchedule, followUp } = dependencies;

  const remove: ClickHandler = async ({ value: scheduleId }, { actor }) => {
    const { workspaceId } = actor;
    const schedule = await schedules.find(workspaceId, scheduleId);
    if (!schedule) return { kind: 'replacement', message: noSchedule };
    const found = await permittedSchedule(schedule, actor, { action: 'report.remove', verb: 'remove' });
    // The question stays for whoever may answer it.
    if ('refusal' in found) return replyWith(found.refusal);
    const { name: detail } = schedule;
    await audit.record({ actor, action: 'report.remove', outcome: 'done', scheduleId, detail });
    await schedules.remove(workspaceId, scheduleId);
    await followUp({ workspaceId, scheduleId });
    return replacementSaying(`Removed the report ${typed(schedule.name)}.`);
  };

  const keep: ClickHandler = async ({ value }, { actor }) => {
    const schedule = await schedules.find(actor.workspaceId, value);
    if (schedule && !permits(actor, 'report.remove', schedule))
      return replyWith(notYourSchedule(schedule.name, 'remove'));
    return replacementSaying('Nothing was removed.');
  };

  return {
    'report-again': ({ value, message }, context) => askReport(selectionIn(value), context, message),
    'report-now': ({ value }, context) => askReport(selectionIn(value), context),
    'remove-schedule': remove,
    'keep-schedule': keep,
  } satisfies Record<string, ClickHandler>;
}
