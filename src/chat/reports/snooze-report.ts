import { z } from 'zod';
import type { AuditTrail } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { permits } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import { AppError } from '../../errors.ts';
import type { Schedule } from '../../reports/schedule.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import type { Form } from '../model/form.ts';
import type { ClickHandler, FormHandler } from '../model/handlers.ts';
import { typed } from '../model/message.ts';
import { refusalAt, replyWith } from '../model/reply.ts';
import type { FollowUp } from './follow-up.ts';
import type { PermittedSchedule } from './permitted-schedule.ts';

/** What the form to snooze a report remembers. */
export const SnoozeDraft = z.object({
  form: z.literal('snooze-report'),
  conversationId: z.string(),
  scheduleId: z.string(),
});
export type SnoozeDraft = z.infer<typeof SnoozeDraft>;

export type SnoozeReportDependencies = {
  readonly schedules: Pick<ScheduleStore, 'find' | 'change'>;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly audit: AuditTrail;
  readonly permittedSchedule: PermittedSchedule;
  readonly followUp: FollowUp;
  readonly now: () => Date;
};

const daysField = 'report.snooze';
/** Days for which a report can be snoozed. */
const durations = [
  ['1', 'A day'],
  ['3', '3 days'],
  ['7', 'A week'],
  ['14', '2 weeks'],
  ['30', '30 days'],
] as const;
const dayMs = 24 * 3_600_000;

const refusal = (text: string) => refusalAt(daysField, text);

function snoozeForm(token: string, { name }: Schedule): Form {
  const choices = durations.map(([value, label]) => ({ value, label }));
  return {
    title: 'Snooze a report',
    submitLabel: 'Snooze',
    token,
    fields: [
      { id: daysField, label: 'For', kind: 'select', choices: [{ label: 'Days', choices }], value: '7' },
    ],
    notes: [[`${typed(name)} does not come until then. What changes meanwhile is in the report after that.`]],
    snippets: [],
  };
}

/** Creates the form to snooze a report: how it is opened, drawn anew, and taken. */
export function createSnoozeReport(dependencies: SnoozeReportDependencies) {
  const { schedules, formTokens, replayGuard, audit, permittedSchedule, followUp, now } = dependencies;

  const open: ClickHandler = async ({ value: scheduleId }, { actor, conversationId }) => {
    const schedule = await schedules.find(actor.workspaceId, scheduleId);
    const found = await permittedSchedule(schedule, actor, { action: 'report.change', verb: 'snooze' });
    if ('refusal' in found) return replyWith(found.refusal);
    const draft: SnoozeDraft = { form: 'snooze-report', conversationId, scheduleId };
    return { kind: 'form', form: snoozeForm(formTokens.sign(draft, actor), found.schedule) };
  };

  const handler: FormHandler<SnoozeDraft> = {
    async redraw({ actor, token }, { scheduleId }) {
      const schedule = await schedules.find(actor.workspaceId, scheduleId);
      if (!schedule) throw new AppError('The report of a form is gone', { code: 'chat.form-outdated' });
      return snoozeForm(token, schedule);
    },

    async submit({ actor, values, once }, { scheduleId }) {
      if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
      const { workspaceId } = actor;
      const schedule = await schedules.find(workspaceId, scheduleId);
      if (!schedule || !permits(actor, 'report.change', schedule))
        return refusal('This report is gone, or is not yours to snooze.');
      const [days] = durations.find(([value]) => value === values[daysField]) ?? [];
      if (!days) return refusal('Choose for how long.');
      const snoozedUntil = new Date(now().getTime() + Number(days) * dayMs).toISOString();
      await audit.record({ actor, action: 'report.change', outcome: 'done', scheduleId });
      const changed = await schedules.change(workspaceId, scheduleId, (each) => ({ ...each, snoozedUntil }));
      if (typeof changed === 'string') return refusal('This report was removed in the meantime.');
      await followUp({ workspaceId, scheduleId, said: { verb: 'changed', by: actor.userId } });
      return { kind: 'accepted' };
    },
  };

  return { open, ...handler };
}
