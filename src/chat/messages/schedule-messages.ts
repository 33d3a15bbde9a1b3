import { comparableName } from '../../connections/connection.ts';
import { nearestByName } from '../../connections/nearest-name.ts';
import type { Schedule, Selection, Speak } from '../../reports/schedule.ts';
import { momentIn, nextDue, timingWords } from '../../reports/timing.ts';
import {
  count,
  type Message,
  type Part,
  plainText,
  type Span,
  say,
  sentence,
  typed,
} from '../model/message.ts';
import { type CommandSpan, didYouMean } from './command-messages.ts';

/** Said of what never existed, what is gone and what belongs to another workspace. */
export const noSchedule = sentence('There is no such report schedule here.');

export const notYourSchedule = (name: string, what: string) =>
  sentence(`Only who made ${typed(name)}, or whoever was given the role operator or admin, may ${what} it.`);

/** Schedules that are named to whoever named none. */
const mostNamed = 10;

/** Said where a command names no schedule, or one that is not there; with the name that may have been meant. */
export function unknownSchedule(
  words: string,
  { name, all }: { name: string; all: readonly Schedule[] },
  command: CommandSpan,
): Message {
  const names = all.slice(0, mostNamed).map((each) => typed(each.name));
  const more = all.length > names.length ? ` and ${all.length - names.length} more` : '';
  const there = names.length > 0 ? ` There are: ${names.join(', ')}${more}.` : ' None is scheduled yet.';
  if (name === '')
    return {
      summary: 'Which report?',
      parts: [say('Which report? ', command(`${words} NAME`), `.${there}`)],
    };
  const spans: Span[] = [`There is no report "${typed(name)}" here.`];
  const nearest = nearestByName(all, name);
  if (nearest) return didYouMean(spans, `${words} ${nearest.name}`, command);
  return { ...noSchedule, parts: [say(...spans, there)] };
}

function selectionWords(selection: Selection): string {
  const { profile } = selection;
  return profile === undefined
    ? connectionsWords(selection)
    : `${connectionsWords(selection)}, for ${typed(profile)} alone`;
}

function connectionsWords(selection: Selection): string {
  switch (selection.kind) {
    case 'all':
      return 'all connections';
    case 'tags':
      return `connections tagged ${selection.tags.map(typed).join(', ')}`;
    case 'chosen':
      return count(selection.connectionIds.length, 'connection');
    default:
      return selection satisfies never;
  }
}

const speakWords: Record<Speak, string> = {
  always: 'It always speaks.',
  'on-change': 'It speaks only when something changed.',
  'not-ready': 'It speaks only when something is not ready.',
};

/** When a schedule comes next, on its own clocks. */
export function nextWords({ timing }: Schedule, now: Date): string {
  return `next: ${momentIn(timing.timeZone, nextDue(timing, now), now)}`;
}

/** Why a schedule does not come, or when it does. */
function stateWords(schedule: Schedule, now: Date): string {
  const { paused, snoozedUntil, timing } = schedule;
  if (paused === 'cannot-post') return '⚠️ paused: the bot may not write there';
  if (paused === 'workspace-ended') return '⚠️ paused: the app was removed meanwhile';
  if (paused) return '⚠️ paused';
  if (snoozedUntil && Date.parse(snoozedUntil) > now.getTime())
    return `⚠️ snoozed until ${momentIn(timing.timeZone, new Date(snoozedUntil), now)}`;
  return nextWords(schedule, now);
}

/** What is said in the channel once a schedule is made or changed: everything that was decided, read back. */
export function scheduleMessage(
  schedule: Schedule,
  { by, now, verb }: { by: string; now: Date; verb: 'scheduled' | 'changed' },
): Message {
  const { name, timing, selection, speak, profile } = schedule;
  const minimum = profile === 'minimum' ? ', held against the documented minimum alone' : '';
  const words = `${timingWords(timing)}; ${stateWords(schedule, now)}`;
  const title: Span[] = ['Report ', { bold: typed(name) }, ` ${verb} by `, { person: by, quietly: true }];
  return {
    summary: `Report ${typed(name)} ${verb}: ${words}`,
    parts: [
      say(...title, `: ${words}.`),
      {
        kind: 'detail',
        spans: [`About ${selectionWords(selection)}${minimum}. ${speakWords[speak]}`],
      },
      scheduleButtons(schedule),
    ],
  };
}

function scheduleButtons({ id }: Schedule): Part {
  return {
    kind: 'buttons',
    buttons: [
      { label: 'Report now', action: 'report-now', value: id },
      { label: 'Change schedule…', action: 'change-schedule', value: id },
    ],
  };
}

/** Schedules in one list; for the others a name is asked for. */
const mostListed = 50;

/** The schedules of a workspace whose names contain a text. */
export function scheduleList(
  all: readonly Schedule[],
  { match, now }: { match: string; now: Date },
): Message {
  const button: Part = {
    kind: 'buttons',
    buttons: [
      { label: 'Schedule a report', action: 'open-form', value: 'report schedule', style: 'primary' },
    ],
  };
  const wanted = comparableName(match);
  const schedules = all.filter(({ name }) => comparableName(name).includes(wanted));
  if (all.length === 0) return sentence('No report is scheduled yet.', button);
  if (schedules.length === 0)
    return sentence(`No scheduled report has a name that contains "${typed(match)}".`);
  const title = count(schedules.length, 'scheduled report');
  const rows = schedules
    .slice(0, mostListed)
    .map((schedule): Span[][] => [
      [{ bold: typed(schedule.name) }],
      [timingWords(schedule.timing)],
      [selectionWords(schedule.selection), ', in ', { conversation: schedule.conversationId }],
      [stateWords(schedule, now)],
    ]);
  const columns = ['Report', 'When', 'What and where', 'State'];
  const rest = schedules.length - rows.length;
  const more: Part = { kind: 'detail', spans: [`and ${rest} more; report list TEXT narrows the list.`] };
  return {
    summary: title,
    parts: [say({ bold: title }), { kind: 'table', columns, rows }, ...(rest > 0 ? [more] : []), button],
  };
}

/** Asks before a schedule is removed. */
export function removeScheduleQuestion({ id, name }: Schedule): Message {
  return {
    summary: `Remove the report ${typed(name)}?`,
    parts: [
      say('Remove the report ', { bold: typed(name) }, '? Its connections stay; its trend is deleted.'),
      {
        kind: 'buttons',
        buttons: [
          { label: 'Remove', action: 'remove-schedule', value: id, style: 'danger' },
          { label: 'Keep', action: 'keep-schedule', value: id },
        ],
      },
    ],
  };
}

/** What its owner reads when a schedule was paused because its reports could not be posted. */
export function cannotPostMessage({ name, conversationId }: Schedule, hint: string): Message {
  const spans: Span[] = [
    'I may not write in ',
    { conversation: conversationId },
    ' any more, so the report ',
    { bold: typed(name) },
    ` is paused. ${hint} Then: report resume ${typed(name)}.`,
  ];
  return {
    summary: `The report ${typed(name)} is paused: I may not write where it goes.`,
    parts: [say(...spans)],
  };
}

/** Said where a report was to come that came to nothing, by a fault of our own. */
export function brokenReportMessage(name: string | undefined, runId: string): Message {
  const spans: Span[] = [
    '⚠️ ',
    { bold: name ? typed(name) : 'Report' },
    ' could not be made, by a fault of this bot. Its operator finds more in the log under ',
    { code: runId },
    '.',
  ];
  return { summary: plainText(spans), parts: [say(...spans)] };
}
