import type { TokenSigner } from '../../access/form-token.ts';
import type { Connection } from '../../connections/connection.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { newScheduleId, type Schedule } from '../../reports/schedule.ts';
import type { FormRequest, Submission } from '../connections/connection-answers.ts';
import type { ChatContext } from '../model/context.ts';
import type { Form, FormValues } from '../model/form.ts';
import type { FormReply } from '../model/reply.ts';
import { createFollowUp } from './follow-up.ts';
import type { ReportDependencies } from './report-commands.ts';
import { readSchedule, type ScheduleAnswers } from './schedule-answers.ts';
import {
  answersOf,
  field,
  newSchedule,
  readWhich,
  type ScheduleDraft,
  scheduleForm,
} from './schedule-form.ts';

export type ScheduleReportDependencies = ReportDependencies & {
  readonly signer: TokenSigner;
  readonly logger: Logger;
};

type FormDependencies = Pick<ScheduleReportDependencies, 'signer' | 'timeZone'>;

/** The empty form; its time zone is the person's own, where the platform tells it. Made without asking anything of Redis. */
export async function newScheduleForm(
  { signer, timeZone: otherwise }: FormDependencies,
  { actor, conversationId, timeZone, picksConversations: isPicked = false }: ChatContext,
): Promise<Form> {
  const zone = (await timeZone?.()) ?? otherwise;
  const draft: ScheduleDraft = { conversationId, timeZone: zone, isPicked, schedule: newSchedule };
  return scheduleForm({
    token: signer.sign(draft, actor),
    connections: [],
    values: newAnswers(draft),
    isNew: true,
  });
}

/** What is answered before anybody has answered. */
const newAnswers = ({ conversationId, timeZone }: ScheduleDraft): FormValues => ({
  [field.timeZone]: timeZone,
  [field.conversation]: conversationId,
});

/** A problem that is no single field's stands beside the first one a person fills in. */
const problem = (text: string): FormReply => ({ kind: 'problems', problems: { [field.name]: text } });
const nameTaken = (name: string) =>
  problem(`There is already a report called "${name}". Choose another name.`);

/** Creates what opens, redraws and takes the form of a schedule. */
export function createScheduleReport(dependencies: ScheduleReportDependencies) {
  const { store, schedules, patientSchedules, reports, policy, audit, signer, logger, now } = dependencies;
  const followUp = createFollowUp(dependencies);

  /** The connections to choose from; none are read where all are meant. */
  async function choices(workspaceId: string, values: FormValues): Promise<Connection[]> {
    if (readWhich(values) === 'all') return [];
    return (await store.list({ workspaceId, limit: Number.MAX_SAFE_INTEGER })).connections;
  }

  /** The form of a schedule that is there. */
  async function changeForm(schedule: Schedule, context: ChatContext): Promise<Form> {
    const { actor, conversationId, picksConversations: isPicked = false } = context;
    const draft: ScheduleDraft = {
      conversationId,
      timeZone: schedule.timing.timeZone,
      isPicked,
      schedule: schedule.id,
    };
    const values = answersOf(schedule);
    const connections = await choices(actor.workspaceId, values);
    return scheduleForm({ token: signer.sign(draft, actor), connections, values, isNew: false });
  }

  async function redraw({ actor, token, values }: FormRequest, draft: ScheduleDraft): Promise<Form> {
    const { workspaceId } = actor;
    const isNew = draft.schedule === newSchedule;
    const known = isNew ? undefined : await schedules.find(workspaceId, draft.schedule);
    // A form that comes back with some of its answers only keeps the others as they were.
    const all = { ...(known ? answersOf(known) : newAnswers(draft)), ...values };
    return scheduleForm({ token, connections: await choices(workspaceId, all), values: all, isNew });
  }

  async function create(answers: ScheduleAnswers, { actor, once }: Submission): Promise<FormReply> {
    const at = now().toISOString();
    const { workspaceId, userId } = actor;
    const schedule: Schedule = {
      ...answers,
      id: newScheduleId(),
      workspaceId,
      addedBy: userId,
      addedAt: at,
      activeSince: at,
    };
    const update = { workspaceId, scheduleId: schedule.id, said: { verb: 'scheduled', by: userId } } as const;
    const [stored, queued] = await Promise.allSettled([
      schedules.create(schedule, once),
      reports.update(update),
    ]);
    if (stored.status === 'rejected' || queued.status === 'rejected') {
      // Undone as soon as Redis is there to do it: nobody must get reports they were told are not coming.
      patientSchedules.remove(workspaceId, schedule.id).catch((err: unknown) => {
        logger.error({ err, scheduleId: schedule.id }, 'could not take back a schedule that was not queued');
      });
      throw new AppError('Cannot store the schedule', { code: 'redis.unavailable' });
    }
    if (stored.value === 'replayed') return { kind: 'replayed' };
    if (stored.value === 'name-taken') return nameTaken(answers.name);
    void audit.record({ actor, action: 'report.schedule', outcome: 'done', scheduleId: schedule.id });
    return { kind: 'accepted' };
  }

  async function change(
    answers: ScheduleAnswers,
    { actor }: Submission,
    known: Schedule,
  ): Promise<FormReply> {
    const { workspaceId, userId: by } = actor;
    const scheduleId = known.id;
    // What was due before at other times is not made up for.
    const activeSince = now().toISOString();
    const changed = await schedules.change(workspaceId, scheduleId, (each) => ({
      ...each,
      ...answers,
      activeSince,
    }));
    if (changed === 'gone') return problem('This report was removed in the meantime.');
    if (changed === 'name-taken') return nameTaken(answers.name);
    await followUp({ workspaceId, scheduleId, said: { verb: 'changed', by } });
    void audit.record({ actor, action: 'report.change', outcome: 'done', scheduleId });
    return { kind: 'accepted' };
  }

  /** Takes the answers, for a schedule that is there or for a new one. */
  async function take(submission: Submission, draft: ScheduleDraft): Promise<FormReply> {
    const { actor, values } = submission;
    const isNew = draft.schedule === newSchedule;
    const known = isNew ? undefined : await schedules.find(actor.workspaceId, draft.schedule);
    if (!isNew && !(known && policy.permits(actor, 'report.change', known)))
      return problem('This report is gone, or is not yours to change.');
    const connections = await choices(actor.workspaceId, values);
    // Where conversations cannot be listed, a change leaves it where it was.
    const conversationId = known?.conversationId ?? draft.conversationId;
    const { isPicked } = draft;
    const read = readSchedule(values, { connections, conversationId, isPicked, before: known?.selection });
    if ('problems' in read) return { kind: 'problems', problems: read.problems };
    return known ? change(read.value, submission, known) : create(read.value, submission);
  }

  async function submit(submission: Submission, draft: ScheduleDraft): Promise<FormReply> {
    if (!policy.permits(submission.actor, 'report.schedule'))
      return problem('You may not schedule reports in this workspace.');
    try {
      return await take(submission, draft);
    } catch (err) {
      if (!isAppError(err, 'redis.unavailable')) throw err;
      logger.error({ err }, 'a schedule could not be stored');
      return problem('The bot cannot reach its database, so nothing was stored. Try again in a minute.');
    }
  }

  return { changeForm, redraw, submit };
}
