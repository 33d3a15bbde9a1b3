import type { AuditTrail } from '../../access/audit.ts';
import type { AccessPolicy } from '../../access/policy.ts';
import type { VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Logger } from '../../logger.ts';
import type { Providers } from '../../providers/provider.ts';
import { composeReport } from '../../reports/compose.ts';
import type { ReportRecords } from '../../reports/report-records.ts';
import { isSelected, type Schedule } from '../../reports/schedule.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import { timingWords } from '../../reports/timing.ts';
import { reportMessage } from '../messages/report-messages.ts';
import {
  nextWords,
  notYourSchedule,
  removeScheduleQuestion,
  scheduleList,
} from '../messages/schedule-messages.ts';
import type { ChatContext } from '../model/context.ts';
import { type Message, plainText, type Span, say, sentence, typed } from '../model/message.ts';
import type { Reply } from '../model/reply.ts';
import { createFollowUp } from './follow-up.ts';
import type { ReportRequests } from './report-requests.ts';

export type ReportDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly schedules: ScheduleStore;
  /** The same over a connection that waits until Redis is back. */
  readonly patientSchedules: Pick<ScheduleStore, 'remove'>;
  readonly records: ReportRecords;
  readonly reports: ReportRequests;
  readonly policy: AccessPolicy;
  readonly audit: AuditTrail;
  /** The time zone of whoever's own is not known. */
  readonly timeZone: string;
  /** Days after which a key is too old; 0 for never. */
  readonly maxKeyAgeDays: number;
  readonly now: () => Date;
  readonly logger: Logger;
  readonly commandWord: string;
};

/** Connections in a preview; a report itself has no such bound. */
const mostPreviewed = 200;

const asReply = (message: Message): Reply => ({ kind: 'message', message });
const told = (...spans: Span[]): Reply => asReply({ summary: plainText(spans), parts: [say(...spans)] });

/** Pausing, resuming and removing, which take whoever made the schedule. */
type Owning = {
  readonly words: string;
  readonly action: 'report.change' | 'report.remove';
  readonly verb: string;
};

/** Creates the handlers of the commands about reports. */
export function createReportCommands(dependencies: ReportDependencies) {
  const { providers, store, history, schedules, records, reports, policy, audit, now } = dependencies;
  const followUp = createFollowUp(dependencies);
  const command = (words: string) => ({ code: `${dependencies.commandWord} ${words}` });

  async function unknownName(words: string, name: string, { actor }: ChatContext): Promise<Reply> {
    const known = (await schedules.list(actor.workspaceId)).slice(0, 10).map((each) => typed(each.name));
    const there = known.length > 0 ? ` There are: ${known.join(', ')}.` : ' None is scheduled yet.';
    if (name === '') return told('Which report? ', command(`${words} NAME`), `.${there}`);
    return told(`There is no report "${typed(name)}" here.${there}`);
  }

  /** The schedule of this name; undefined for no name at all, which stands for all connections. */
  async function named(name: string, { actor }: ChatContext): Promise<Schedule | 'all' | 'unknown'> {
    if (name === '') return 'all';
    return (await schedules.findByName(actor.workspaceId, name)) ?? 'unknown';
  }

  async function owned(name: string, context: ChatContext, { words, action, verb }: Owning) {
    const { actor } = context;
    const schedule = await named(name, context);
    if (schedule === 'all' || schedule === 'unknown')
      return { refusal: await unknownName(words, name, context) };
    if (policy.permits(actor, action, schedule)) return { schedule };
    await audit.record({ actor, action, outcome: 'refused', scheduleId: schedule.id });
    return { refusal: asReply(notYourSchedule(schedule.name, verb)) };
  }

  async function reportNow(name: string, context: ChatContext): Promise<Reply> {
    const { actor, conversationId } = context;
    const schedule = await named(name, context);
    if (schedule === 'unknown') return unknownName('report now', name, context);
    const scheduleId = schedule === 'all' ? undefined : schedule.id;
    const { workspaceId, userId: askedBy } = actor;
    const state = await reports.request({ workspaceId, askedBy, conversationId, scheduleId });
    if (state === 'already-running') return told('That report is being made right now. It comes here.');
    await audit.record({ actor, action: 'report.ask', outcome: 'done', ...(scheduleId && { scheduleId }) });
    const which: Span[] =
      schedule === 'all' ? ['all connections'] : ['the connections of ', { bold: typed(schedule.name) }];
    return told('Verifying ', ...which, '. The report comes here.');
  }

  /** What a report would say of what is known already; calls no provider. */
  async function preview(name: string, context: ChatContext): Promise<Reply> {
    const { workspaceId } = context.actor;
    const schedule = await named(name, context);
    if (schedule === 'unknown') return unknownName('report preview', name, context);
    const own = schedule === 'all' ? undefined : schedule;
    const { connections } = await store.list({ workspaceId, limit: Number.MAX_SAFE_INTEGER });
    const about = connections.filter((each) => !own || isSelected(own.selection, each));
    const key = own && { workspaceId, scheduleId: own.id };
    const { report } = await composeReport({
      runId: 'preview',
      due: undefined,
      isLate: false,
      connections: about.slice(0, mostPreviewed),
      providers,
      known: async ({ id: connectionId }) => ({
        verification: await history.latest({ workspaceId, connectionId }),
        earlier: undefined,
      }),
      before: key && (await records.latest(key)),
      trend: [],
      options: { profile: own?.profile ?? 'own', maxKeyAgeDays: dependencies.maxKeyAgeDays, now: now() },
    });
    const { summary, parts } = reportMessage({ schedule: own && { ...own, mentions: [] } }, report);
    const some =
      about.length > mostPreviewed ? ` ${mostPreviewed} of ${about.length} connections are shown.` : '';
    const note = say(`A preview of what is known already; no provider was called.${some}`);
    return asReply({
      summary: `Preview: ${summary}`,
      parts: [note, ...parts.filter(({ kind }) => kind !== 'buttons')],
    });
  }

  async function pause(name: string, context: ChatContext): Promise<Reply> {
    const words = { words: 'report pause', action: 'report.change', verb: 'pause' } as const;
    const { schedule, refusal } = await owned(name, context, words);
    if (refusal) return refusal;
    return alter(schedule, context, {
      change: (each) => ({ ...each, paused: 'asked' }),
      say: (each) => [
        'Paused ',
        { bold: typed(each.name) },
        '. ',
        command(`report resume ${typed(each.name)}`),
        ' lets it come again.',
      ],
    });
  }

  async function resume(name: string, context: ChatContext): Promise<Reply> {
    const words = { words: 'report resume', action: 'report.change', verb: 'resume' } as const;
    const { schedule, refusal } = await owned(name, context, words);
    if (refusal) return refusal;
    return alter(schedule, context, {
      change: ({ paused: _paused, snoozedUntil: _until, ...each }) => ({
        ...each,
        activeSince: now().toISOString(),
      }),
      say: (each) => [
        { bold: typed(each.name) },
        ` comes ${timingWords(each.timing)}; ${nextWords(each, now())}.`,
      ],
    });
  }

  async function alter(
    { id: scheduleId }: Schedule,
    { actor }: ChatContext,
    { change, say: words }: { change: (schedule: Schedule) => Schedule; say: (schedule: Schedule) => Span[] },
  ): Promise<Reply> {
    const { workspaceId } = actor;
    const changed = await schedules.change(workspaceId, scheduleId, change);
    if (typeof changed === 'string') return asReply(sentence('That report was removed in the meantime.'));
    await followUp({ workspaceId, scheduleId });
    await audit.record({ actor, action: 'report.change', outcome: 'done', scheduleId });
    return told(...words(changed));
  }

  async function remove(name: string, context: ChatContext): Promise<Reply> {
    const words = { words: 'report remove', action: 'report.remove', verb: 'remove' } as const;
    const { schedule, refusal } = await owned(name, context, words);
    return refusal ?? asReply(removeScheduleQuestion(schedule));
  }

  return {
    'report-now': reportNow,
    'report-preview': preview,
    'report-pause': pause,
    'report-resume': resume,
    'report-remove': remove,
    'report-list': async (match: string, { actor }: ChatContext) =>
      asReply(scheduleList(await schedules.list(actor.workspaceId), { match, now: now() })),
  };
}
