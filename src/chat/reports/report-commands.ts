import type { AuditTrail } from '../../access/audit.ts';
import type { Actor } from '../../access/policy.ts';
import { onlyBeginning } from '../../connections/nearest-name.ts';
import type { Schedule } from '../../reports/schedule.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import { timingWords } from '../../reports/timing.ts';
import type { CommandSpan } from '../messages/command-messages.ts';
import {
  nextWords,
  removeScheduleQuestion,
  scheduleList,
  unknownSchedule,
} from '../messages/schedule-messages.ts';
import type { ChatContext } from '../model/context.ts';
import type { CommandHandler } from '../model/handlers.ts';
import { type Span, typed } from '../model/message.ts';
import { type Reply, replySaying, replyWith } from '../model/reply.ts';
import type { AskReport } from './ask-report.ts';
import type { FollowUp } from './follow-up.ts';
import type { OwnersAction, PermittedSchedule } from './permitted-schedule.ts';
import type { PreviewReport } from './preview-report.ts';

export type ReportCommandDependencies = {
  readonly schedules: Pick<ScheduleStore, 'list' | 'findByName' | 'change'>;
  readonly askReport: AskReport;
  readonly audit: AuditTrail;
  readonly permittedSchedule: PermittedSchedule;
  readonly followUp: FollowUp;
  readonly previewReport: PreviewReport;
  readonly command: CommandSpan;
  readonly now: () => Date;
};

/** What a command does with a schedule that it names, and who may. */
type Owning = OwnersAction & { use(schedule: Schedule, context: ChatContext): Reply | Promise<Reply> };

/** Creates what carries out the commands about reports. */
export function createReportCommands(dependencies: ReportCommandDependencies) {
  const { schedules, askReport, audit, permittedSchedule, followUp, previewReport, command, now } =
    dependencies;

  /** The schedule of this name, or the only one whose name begins with it; or what to say instead. */
  async function meant(
    words: string,
    name: string,
    { workspaceId }: Actor,
  ): Promise<{ schedule: Schedule } | { instead: Reply }> {
    const exact = name === '' ? undefined : await schedules.findByName(workspaceId, name);
    if (exact) return { schedule: exact };
    const all = await schedules.list(workspaceId);
    const begun = name === '' ? undefined : onlyBeginning(all, name);
    return begun
      ? { schedule: begun }
      : { instead: replyWith(unknownSchedule(words, { name, all }, command)) };
  }

  /** Carries out what is about one schedule, or about all connections where no name is given. */
  const aboutAny =
    (
      words: string,
      use: (schedule: Schedule | undefined, context: ChatContext) => Promise<Reply>,
    ): CommandHandler =>
    async (name, context) => {
      if (name === '') return use(undefined, context);
      const found = await meant(words, name, context.actor);
      return 'instead' in found ? found.instead : use(found.schedule, context);
    };

  /** Carries out what takes whoever made a schedule. */
  const owned =
    (words: string, { use, ...what }: Owning): CommandHandler =>
    async (name, context) => {
      const { actor } = context;
      const named = await meant(words, name, actor);
      if ('instead' in named) return named.instead;
      const found = await permittedSchedule(named.schedule, actor, what);
      return 'refusal' in found ? replyWith(found.refusal) : use(found.schedule, context);
    };

  /** Alters a schedule, and says how it is then. */
  async function alter(
    { id: scheduleId }: Schedule,
    { actor }: ChatContext,
    { change, words }: { change: (schedule: Schedule) => Schedule; words: (schedule: Schedule) => Span[] },
  ): Promise<Reply> {
    const { workspaceId } = actor;
    await audit.record({ actor, action: 'report.change', outcome: 'done', scheduleId });
    const changed = await schedules.change(workspaceId, scheduleId, change);
    if (typeof changed === 'string') return replySaying('That report was removed in the meantime.');
    await followUp({ workspaceId, scheduleId });
    return replySaying(...words(changed));
  }

  const pause: Owning['use'] = (schedule, context) =>
    alter(schedule, context, {
      change: (each) => ({ ...each, paused: 'asked' }),
      words: ({ name }) => [
        'Paused ',
        { bold: typed(name) },
        '. ',
        command(`report resume ${typed(name)}`),
        ' lets it come again.',
      ],
    });

  const resume: Owning['use'] = (schedule, context) =>
    alter(schedule, context, {
      change: ({ paused: _paused, snoozedUntil: _until, ...each }) => ({
        ...each,
        activeSince: now().toISOString(),
      }),
      words: (each) => [
        { bold: typed(each.name) },
        ` comes ${timingWords(each.timing)}; ${nextWords(each, now())}.`,
      ],
    });

  return {
    'report-now': aboutAny('report now', (schedule, context) =>
      askReport(schedule ? { scheduleId: schedule.id } : {}, context),
    ),
    'report-preview': aboutAny('report preview', previewReport),
    'report-pause': owned('report pause', { action: 'report.change', verb: 'pause', use: pause }),
    'report-resume': owned('report resume', { action: 'report.change', verb: 'resume', use: resume }),
    'report-remove': owned('report remove', {
      action: 'report.remove',
      verb: 'remove',
      use: (schedule) => replyWith(removeScheduleQuestion(schedule)),
    }),
    'report-list': async (match, { actor }) =>
      replyWith(scheduleList(await schedules.list(actor.workspaceId), { match, now: now() })),
  } satisfies Record<string, CommandHandler>;
}
