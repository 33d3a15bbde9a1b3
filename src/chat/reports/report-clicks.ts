import { AppError } from '../../errors.ts';
import type { Schedule } from '../../reports/schedule.ts';
import type { FormRequest } from '../connections/connection-answers.ts';
import type { MessageRef } from '../delivery/chat-adapter.ts';
import { noSchedule, notYourSchedule } from '../messages/schedule-messages.ts';
import type { ChatContext } from '../model/context.ts';
import type { Form } from '../model/form.ts';
import { type Message, sentence, typed } from '../model/message.ts';
import type { FormReply, Reply } from '../model/reply.ts';
import { createFollowUp } from './follow-up.ts';
import { createScheduleReport, type ScheduleReportDependencies } from './schedule-report.ts';

/** What the form to snooze a report remembers. */
export type SnoozeDraft = { readonly conversationId: string; readonly snooze: string };

const daysField = 'report.snooze';
const spans = [
  ['1', 'A day'],
  ['3', '3 days'],
  ['7', 'A week'],
  ['14', '2 weeks'],
  ['30', '30 days'],
] as const;
const dayMs = 24 * 3_600_000;

const asReply = (message: Message): Reply => ({ kind: 'message', message });

function snoozeForm(token: string, { name }: Schedule): Form {
  const choices = spans.map(([value, label]) => ({ value, label }));
  return {
    title: 'Snooze a report',
    submitLabel: 'Snooze',
    token,
    fields: [
      { id: daysField, label: 'For', kind: 'select', choices: [{ label: 'Spans', choices }], value: '7' },
    ],
    notes: [[`${typed(name)} does not come until then. What changes meanwhile is in the report after that.`]],
    snippets: [],
  };
}

/** Creates the handlers of clicks about reports. */
export function createReportClicks(dependencies: ScheduleReportDependencies) {
  const { schedules, reports, policy, audit, signer, now } = dependencies;
  const { changeForm } = createScheduleReport(dependencies);
  const followUp = createFollowUp(dependencies);

  /** Makes the report anew, in place of the one that was clicked. */
  async function again(value: string, context: ChatContext, root: MessageRef | undefined): Promise<Reply> {
    const { actor, conversationId } = context;
    const { workspaceId, userId: askedBy } = actor;
    const scheduleId = value === 'all' ? undefined : value;
    if (scheduleId && !(await schedules.find(workspaceId, scheduleId))) return asReply(noSchedule);
    const state = await reports.request({ workspaceId, askedBy, conversationId, scheduleId, root });
    if (state === 'already-running') return asReply(sentence('That report is being made right now.'));
    await audit.record({ actor, action: 'report.ask', outcome: 'done', ...(scheduleId && { scheduleId }) });
    return asReply(sentence('Verifying again. The report follows.'));
  }

  /** The schedule, if it is there and this person may do this to it. */
  async function permitted(
    scheduleId: string,
    { actor }: ChatContext,
    { action, verb }: { action: 'report.change' | 'report.remove'; verb: string },
  ): Promise<{ schedule: Schedule } | { refusal: Message }> {
    const schedule = await schedules.find(actor.workspaceId, scheduleId);
    if (!schedule) return { refusal: noSchedule };
    if (policy.permits(actor, action, schedule)) return { schedule };
    await audit.record({ actor, action, outcome: 'refused', scheduleId });
    return { refusal: notYourSchedule(schedule.name, verb) };
  }

  async function snooze(scheduleId: string, context: ChatContext): Promise<Reply> {
    const found = await permitted(scheduleId, context, { action: 'report.change', verb: 'snooze' });
    if ('refusal' in found) return asReply(found.refusal);
    const draft: SnoozeDraft = { conversationId: context.conversationId, snooze: scheduleId };
    return { kind: 'form', form: snoozeForm(signer.sign(draft, context.actor), found.schedule) };
  }

  async function change(scheduleId: string, context: ChatContext): Promise<Reply> {
    const found = await permitted(scheduleId, context, { action: 'report.change', verb: 'change' });
    if ('refusal' in found) return asReply(found.refusal);
    return { kind: 'form', form: await changeForm(found.schedule, context) };
  }

  async function remove(scheduleId: string, context: ChatContext): Promise<Reply> {
    const { actor } = context;
    const found = await permitted(scheduleId, context, { action: 'report.remove', verb: 'remove' });
    // The question stays for whoever may answer it.
    if ('refusal' in found)
      return { kind: found.refusal === noSchedule ? 'replacement' : 'message', message: found.refusal };
    const { workspaceId } = actor;
    await schedules.remove(workspaceId, scheduleId);
    await followUp({ workspaceId, scheduleId });
    await audit.record({ actor, action: 'report.remove', outcome: 'done', scheduleId });
    return { kind: 'replacement', message: sentence(`Removed the report ${typed(found.schedule.name)}.`) };
  }

  async function keep(scheduleId: string, context: ChatContext): Promise<Reply> {
    const schedule = await schedules.find(context.actor.workspaceId, scheduleId);
    if (schedule && !policy.permits(context.actor, 'report.remove', schedule))
      return asReply(notYourSchedule(schedule.name, 'remove'));
    return { kind: 'replacement', message: sentence('Nothing was removed.') };
  }

  /** Takes the form that snoozes. */
  async function submitSnooze(
    { actor, values }: FormRequest,
    { snooze: id }: SnoozeDraft,
  ): Promise<FormReply> {
    const refused = (text: string): FormReply => ({ kind: 'problems', problems: { [daysField]: text } });
    const { workspaceId } = actor;
    const schedule = await schedules.find(workspaceId, id);
    if (!schedule || !policy.permits(actor, 'report.change', schedule))
      return refused('This report is gone, or is not yours to snooze.');
    const days = spans.find(([value]) => value === values[daysField]);
    if (!days) return refused('Choose for how long.');
    const snoozedUntil = new Date(now().getTime() + Number(days[0]) * dayMs).toISOString();
    const changed = await schedules.change(workspaceId, id, (each) => ({ ...each, snoozedUntil }));
    if (typeof changed === 'string') return refused('This report was removed in the meantime.');
    await audit.record({ actor, action: 'report.change', outcome: 'done', scheduleId: id });
    await followUp({ workspaceId, scheduleId: id, said: { verb: 'changed', by: actor.userId } });
    return { kind: 'accepted' };
  }

  async function redrawSnooze({ actor, token }: FormRequest, { snooze: id }: SnoozeDraft): Promise<Form> {
    const schedule = await schedules.find(actor.workspaceId, id);
    if (!schedule) throw new AppError('The report of a form is gone', { code: 'connections.not-found' });
    return snoozeForm(token, schedule);
  }

  return { again, snooze, change, remove, keep, submitSnooze, redrawSnooze };
}
