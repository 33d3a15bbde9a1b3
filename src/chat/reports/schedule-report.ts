import { z } from 'zod';
import { type AuditTrail, recorded } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { permits } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import type { Connection } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { everyProfile } from '../../providers/profiles.ts';
import type { Providers } from '../../providers/provider.ts';
import { newScheduleId, type Schedule } from '../../reports/schedule.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import type { ChatContext } from '../model/context.ts';
import type { FormValues, Submission } from '../model/form.ts';
import type { ClickHandler, FormHandler } from '../model/handlers.ts';
import { type FormReply, type Reply, refusalAt, replyWith } from '../model/reply.ts';
import type { FollowUp } from './follow-up.ts';
import type { PermittedSchedule } from './permitted-schedule.ts';
import type { ReportRequests } from './report-requests.ts';
import { readSchedule, type ScheduleAnswers } from './schedule-answers.ts';
import { answersOf, readWhich, scheduleFields, scheduleForm } from './schedule-form.ts';

/** What the form remembers: where it was asked for, by whose clocks, and the schedule it changes, if any. */
export const ScheduleDraft = z.object({
  form: z.literal('schedule-report'),
  conversationId: z.string(),
  timeZone: z.string(),
  /** Whether the form asks where the report goes; elsewhere it goes where the form was asked for, whatever comes back. */
  isPicked: z.boolean(),
  scheduleId: z.string().optional(),
});
export type ScheduleDraft = z.infer<typeof ScheduleDraft>;

export type ScheduleReportDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'list'>;
  readonly schedules: Pick<ScheduleStore, 'find' | 'create' | 'change'>;
  /** The same over a connection that waits until Redis is back. */
  readonly patientSchedules: Pick<ScheduleStore, 'takeBack'>;
  readonly reports: Pick<ReportRequests, 'update'>;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly audit: AuditTrail;
  readonly permittedSchedule: PermittedSchedule;
  readonly followUp: FollowUp;
  /** The time zone of whoever's own is not known. */
  readonly timeZone: string;
  readonly logger: Logger;
  readonly now: () => Date;
};

/** What is answered before anybody has answered. */
const newAnswers = ({ conversationId, timeZone }: ScheduleDraft): FormValues => ({
  [scheduleFields.timeZone]: timeZone,
  [scheduleFields.conversation]: conversationId,
});

/** A refusal that is no single field's stands beside the first one a person fills in. */
const refusal = (text: string): FormReply => refusalAt(scheduleFields.name, text);
const nameTaken = (name: string) =>
  refusal(`There is already a report called "${name}". Choose another name.`);

/** Creates the form of a schedule: how it is opened, drawn anew, and taken. */
export function createScheduleReport(dependencies: ScheduleReportDependencies) {
  const { store, schedules, patientSchedules, reports, formTokens, replayGuard } = dependencies;
  const { audit, permittedSchedule, followUp, providers, logger, now } = dependencies;
  const profiles = everyProfile(providers);

  /** The connections to choose from; none are read where all are meant. */
  async function choices(workspaceId: string, values: FormValues): Promise<Connection[]> {
    if (readWhich(values) === 'all') return [];
    return (await store.list({ workspaceId, limit: Number.MAX_SAFE_INTEGER })).connections;
  }

  /** The schedule that a draft is about; undefined for a new one, or one that is gone. */
  async function aboutWhich(
    workspaceId: string,
    { scheduleId }: ScheduleDraft,
  ): Promise<Schedule | undefined> {
    return scheduleId === undefined ? undefined : schedules.find(workspaceId, scheduleId);
  }

  /** Opens the empty form; its time zone is the person's own, where the platform tells it. Asks nothing of Redis. */
  async function open(_argument: string, context: ChatContext): Promise<Reply> {
    const { actor, conversationId, picksConversations: isPicked = false } = context;
    const timeZone = (await context.timeZone?.()) ?? dependencies.timeZone;
    const draft: ScheduleDraft = { form: 'schedule-report', conversationId, timeZone, isPicked };
    const token = formTokens.sign(draft, actor);
    const form = scheduleForm({
      token,
      connections: [],
      values: newAnswers(draft),
      profiles,
      isNew: true,
    });
    return { kind: 'form', form };
  }

  /** Opens the form of a schedule that is there. */
  const openToChange: ClickHandler = async ({ value: scheduleId }, context) => {
    const { actor, conversationId, picksConversations: isPicked = false } = context;
    const schedule = await schedules.find(actor.workspaceId, scheduleId);
    const found = await permittedSchedule(schedule, actor, { action: 'report.change', verb: 'change' });
    if ('refusal' in found) return replyWith(found.refusal);
    const { timeZone } = found.schedule.timing;
    const draft: ScheduleDraft = { form: 'schedule-report', conversationId, timeZone, isPicked, scheduleId };
    const values = answersOf(found.schedule);
    const connections = await choices(actor.workspaceId, values);
    const token = formTokens.sign(draft, actor);
    return { kind: 'form', form: scheduleForm({ token, connections, values, profiles, isNew: false }) };
  };

  async function create(answers: ScheduleAnswers, { actor, once }: Submission): Promise<FormReply> {
    const at = now().toISOString();
    const { workspaceId, userId } = actor;
    const scheduleId = newScheduleId();
    const whose = { id: scheduleId, workspaceId, addedBy: userId, addedAt: at, activeSince: at };
    const entry = { actor, action: 'report.schedule', scheduleId, detail: answers.name } as const;
    const [written, stored, queued] = await Promise.allSettled([
      audit.record({ ...entry, outcome: 'done' }),
      schedules.create({ ...answers, ...whose }, once),
      reports.update({ workspaceId, scheduleId, said: { verb: 'scheduled', by: userId } }),
    ]);
    if ([written, stored, queued].some(({ status }) => status === 'rejected')) {
      // Undone as soon as Redis is there to do it: nobody must get reports they were told are not coming.
      patientSchedules.takeBack(whose, once).catch((err: unknown) => {
        logger.error({ err, scheduleId }, 'could not take back a schedule that was not queued');
      });
      // The trail may be the only thing that could not be written.
      const isRecorded = written.status === 'fulfilled' || stored.status === 'rejected';
      const code = isRecorded ? 'redis.unavailable' : 'access.not-recorded';
      throw new AppError('Cannot store the schedule', { code });
    }
    const outcome = stored.status === 'fulfilled' ? stored.value : undefined;
    if (outcome !== 'stored') await audit.record({ ...entry, outcome: 'failed' });
    if (outcome === 'replayed') return { kind: 'replayed' };
    if (outcome === 'name-taken') return nameTaken(answers.name);
    return { kind: 'accepted' };
  }

  async function change(
    answers: ScheduleAnswers,
    { actor }: Submission,
    scheduleId: string,
  ): Promise<FormReply> {
    const { workspaceId, userId: by } = actor;
    // What was due before at other times is not made up for.
    const activeSince = now().toISOString();
    const altered = (each: Schedule) => ({ ...each, ...answers, activeSince });
    const changed = await recorded(
      audit,
      { actor, action: 'report.change', scheduleId },
      () => schedules.change(workspaceId, scheduleId, altered),
      (outcome) => typeof outcome !== 'string',
    );
    if (changed === 'gone') return refusal('This report was removed in the meantime.');
    if (changed === 'name-taken') return nameTaken(answers.name);
    await followUp({ workspaceId, scheduleId, said: { verb: 'changed', by } });
    return { kind: 'accepted' };
  }

  /** Takes the answers, for a schedule that is there or for a new one. */
  async function take(submission: Submission, draft: ScheduleDraft): Promise<FormReply> {
    const { actor, values, once } = submission;
    // What is new is stored once by itself.
    if (draft.scheduleId !== undefined && !(await replayGuard.claim(once))) return { kind: 'replayed' };
    const known = await aboutWhich(actor.workspaceId, draft);
    if (draft.scheduleId !== undefined && !(known && permits(actor, 'report.change', known)))
      return refusal('This report is gone, or is not yours to change.');
    const connections = await choices(actor.workspaceId, values);
    // Where conversations cannot be listed, a change leaves it where it was.
    const conversationId = known?.conversationId ?? draft.conversationId;
    const { isPicked } = draft;
    const read = readSchedule(values, { connections, conversationId, isPicked, before: known?.selection });
    if ('problems' in read) return { kind: 'problems', problems: read.problems };
    return known ? change(read.value, submission, known.id) : create(read.value, submission);
  }

  const handler: FormHandler<ScheduleDraft> = {
    async redraw({ actor, token, values }, draft) {
      const { workspaceId } = actor;
      const known = await aboutWhich(workspaceId, draft);
      // A form that comes back with some of its answers only keeps the others as they were.
      const all = { ...(known ? answersOf(known) : newAnswers(draft)), ...values };
      const connections = await choices(workspaceId, all);
      return scheduleForm({
        token,
        connections,
        values: all,
        profiles,
        isNew: draft.scheduleId === undefined,
      });
    },

    async submit(submission, draft) {
      try {
        return await take(submission, draft);
      } catch (err) {
        if (!isAppError(err, 'redis.unavailable')) throw err;
        logger.error({ err }, 'a schedule could not be stored');
        return refusal('The bot cannot reach its database, so nothing was stored. Try again in a minute.');
      }
    },
  };

  return { open, openToChange, ...handler };
}
