import type { AuditTrail } from '../../access/audit.ts';
import { type Actor, permits } from '../../access/policy.ts';
import type { Schedule } from '../../reports/schedule.ts';
import { noSchedule, notYourSchedule } from '../messages/schedule-messages.ts';
import type { Message } from '../model/message.ts';

/** What takes whoever made a schedule, or an administrator, and how it is called in a refusal. */
export type OwnersAction = {
  readonly action: 'report.change' | 'report.remove';
  readonly verb: 'change' | 'pause' | 'remove' | 'resume' | 'snooze';
};

/** The schedule, if it is there and this person may do this to it; a refusal is recorded, and said. */
export type PermittedSchedule = (
  schedule: Schedule | undefined,
  actor: Actor,
  what: OwnersAction,
) => Promise<{ readonly schedule: Schedule } | { readonly refusal: Message }>;

/** Creates what holds every change of a schedule against who may do it. */
export function createPermittedSchedule({ audit }: { readonly audit: AuditTrail }): PermittedSchedule {
  return async (schedule, actor, { action, verb }) => {
    if (!schedule) return { refusal: noSchedule };
    if (permits(actor, action, schedule)) return { schedule };
    await audit.record({ actor, action, outcome: 'refused', scheduleId: schedule.id });
    return { refusal: notYourSchedule(schedule.name, verb) };
  };
}
