import { isNews, type Report, type ReportEntry } from '../reports/report.ts';
import type { Schedule } from '../reports/schedule.ts';
import type { Outcome } from '../reports/standing.ts';
import { momentIn, nextDue, timingWords } from '../reports/timing.ts';
import { expiryWords } from './expiry-message.ts';
import { type Button, count, type Message, type Part, plainText, type Span, say, typed } from './message.ts';

/** What a report is called, and the schedule it belongs to, if any. */
export type ReportSubject = {
  readonly schedule?: Schedule | undefined;
  readonly askedBy?: string | undefined;
};

/** Rows in the root message; the rest is named in the thread. */
const mostRows = 50;

const outcomeWords: Record<Outcome, string> = {
  ready: '✅ ready',
  missing: '❌ missing',
  unproven: '⚠️ unproven',
  failed: '⚠️ failed',
  fault: '⚠️ not verified',
};

const markOf = (outcome: Outcome) => outcomeWords[outcome].split(' ', 1)[0] ?? '';

/** How a connection came out, in a sentence about it. */
const nowWords: Record<Outcome, string> = {
  ready: 'is ready',
  missing: 'lacks something',
  unproven: 'is unproven',
  failed: 'could not be verified',
  fault: 'could not be verified, by a fault of this bot',
};
const beforeWords: Record<Outcome, string> = {
  ready: 'ready',
  missing: 'missing something',
  unproven: 'unproven',
  failed: 'not to be verified',
  fault: 'not verified',
};

const nameOf = ({ schedule }: ReportSubject) => (schedule ? typed(schedule.name) : 'Report');

/** The connections of a report by how they came out: `9 ready, 2 missing`. */
function number(entries: readonly ReportEntry[], ...outcomes: Outcome[]): number {
  return entries.filter(({ outcome }) => outcomes.includes(outcome)).length;
}

function headline(subject: ReportSubject, { entries }: Report): Span[] {
  const name = { bold: nameOf(subject) };
  const all = entries.length;
  if (all === 0) return ['❔ ', name, ' — there is no connection that it is about'];
  const ready = number(entries, 'ready');
  const lacking = number(entries, 'missing');
  if (lacking > 0)
    return ['❌ ', name, ` — ${lacking} of ${count(all, 'connection')} cannot build images yet`];
  if (ready === all)
    return ['✅ ', name, ` — ${all === 1 ? 'the connection' : `all ${all} connections`} can build images`];
  return [
    '⚠️ ',
    name,
    ` — ${all - ready} of ${count(all, 'connection')} could not be told, ${ready} can build images`,
  ];
}

function countsPart({ entries }: Report): Part[] {
  const counts = (Object.keys(outcomeWords) as Outcome[]).map((outcome) => {
    const found = number(entries, outcome);
    const [mark, ...words] = outcomeWords[outcome].split(' ');
    return found > 0 || outcome === 'ready' ? `${mark} ${found} ${words.join(' ')}` : '';
  });
  return entries.length > 0 ? [say(counts.filter(Boolean).join(' · '))] : [];
}

/** The ids of requirements, without the groups that tell them apart. */
const ids = (subjects: readonly string[]): Span[] =>
  subjects.flatMap((subject, index): Span[] => [
    ...(index > 0 ? [', '] : []),
    { code: subject.slice(subject.lastIndexOf(' ') + 1) },
  ]);

/** Who last changed a connection, in words. */
function changedBy({ addedBy, addedAt, changedBy: person, changedAt }: ReportEntry['connection']): Span[] {
  const words = person ? 'last changed by ' : 'added by ';
  return [
    words,
    { person: person ?? addedBy, quietly: true },
    ' ',
    { time: changedAt ?? addedAt, withDate: true },
  ];
}

/** What is new about a connection, a line each. */
function newsOf(entry: ReportEntry): Span[][] {
  const { connection, change, expiry, reminder, outcome, reason } = entry;
  const name = { bold: typed(connection.name) };
  const { lost, fixed, foundMissing, outcomeBefore } = change;
  const isTold = lost.length + fixed.length + foundMissing.length > 0;
  return [
    ...(lost.length > 0
      ? [['❌ ', name, ' lost ', ...ids(lost), ' — the connection was ', ...changedBy(connection)]]
      : []),
    ...(foundMissing.length > 0
      ? [['❌ ', name, ' could not be told before, is missing: ', ...ids(foundMissing)]]
      : []),
    ...(fixed.length > 0 ? [['✅ ', name, ' fixed: ', ...ids(fixed)]] : []),
    ...(outcomeBefore && !isTold
      ? [
          [
            `${markOf(outcome)} `,
            name,
            ` ${nowWords[outcome]}, was ${beforeWords[outcomeBefore]} before${reason ? ` — ${reason}` : ''}`,
          ],
        ]
      : []),
    ...(expiry && reminder !== undefined ? [['⚠️ ', name, ` ${expiryWords(expiry)}`]] : []),
  ];
}

function newsParts(report: Report): Part[] {
  const { entries, since } = report;
  if (entries.length === 0) return [];
  const items = entries.filter(isNews).flatMap(newsOf);
  const time: Span[] = since ? [' since ', { time: since, withDate: true }] : [];
  const heading = { bold: since ? 'Changed' : 'Worth knowing' };
  if (items.length > 0) return [say(heading, ...time), { kind: 'list', items }];
  return since ? [say('Nothing changed', ...time, '.')] : [];
}

const verdictCell = ({ outcome, counts }: ReportEntry) =>
  `${outcomeWords[outcome]}${outcome === 'missing' ? ` (${counts.missing} of ${counts.total})` : ''}`;

function tableParts({ entries }: Report): Part[] {
  if (entries.length === 0) return [];
  const rows = entries.slice(0, mostRows).map((entry): Span[][] => {
    const { connection, label, expiry } = entry;
    const where = [label, ...Object.values(connection.target)].join(' · ');
    return [
      [{ bold: typed(connection.name) }],
      [where],
      [verdictCell(entry)],
      [expiry ? expiryWords(expiry) : ''],
    ];
  });
  const caption = 'Connections';
  const rest = entries.length - rows.length;
  const more: Part = { kind: 'detail', spans: [`and ${rest} more, which are named in the thread.`] };
  return [
    { kind: 'table', caption, columns: ['Connection', 'Where', 'Verdict', 'Expiry'], rows },
    ...(rest > 0 ? [more] : []),
  ];
}

function detailSpans({ schedule, askedBy }: ReportSubject, { at, due, isLate }: Report): Span[] {
  const asked: Span[] = askedBy ? ['asked by ', { person: askedBy, quietly: true }] : [];
  if (!schedule) return asked;
  const { timing } = schedule;
  const next = momentIn(timing.timeZone, nextDue(timing, new Date(at)));
  const late =
    isLate && due
      ? `Late: this was due on ${momentIn(timing.timeZone, new Date(due))}, when the bot was not running · `
      : '';
  return [`${late}${timingWords(timing)} · next: ${next}`, ...(asked.length > 0 ? [' · ', ...asked] : [])];
}

function reportButtons({ schedule }: ReportSubject): Part {
  const value = schedule?.id ?? 'all';
  const again: Button = { label: 'Verify again', action: 'report-again', value };
  const plan: Button = { label: 'Schedule this…', action: 'open-form', value: 'report schedule' };
  const own: Button[] = [
    { label: 'Snooze…', action: 'snooze-report', value },
    { label: 'Change schedule…', action: 'change-schedule', value },
  ];
  return { kind: 'buttons', buttons: [again, ...(schedule ? own : [plan])] };
}

/** The root message of a report: counts, what changed, then a table. */
export function reportMessage(subject: ReportSubject, report: Report): Message {
  const title = [...headline(subject, report), ...(report.isLate ? [' (late)'] : [])];
  const detail = detailSpans(subject, report);
  const mentions = subject.schedule?.mentions ?? [];
  return {
    summary: plainText(title),
    parts: [
      say(...title),
      ...(mentions.length > 0 ? [{ kind: 'mentions', people: mentions } as const] : []),
      ...countsPart(report),
      ...newsParts(report),
      ...tableParts(report),
      ...(detail.length > 0 ? [{ kind: 'detail', spans: detail } as const] : []),
      reportButtons(subject),
    ],
  };
}

/** The names that had no room in the root message. */
export function restMessages({ entries }: Report): Message[] {
  const rest = entries.slice(mostRows);
  if (rest.length === 0) return [];
  const title = `The other ${count(rest.length, 'connection')}`;
  const items = rest.map((entry): Span[] => [
    { bold: typed(entry.connection.name) },
    ` — ${verdictCell(entry)}`,
  ]);
  return [{ summary: title, parts: [say({ bold: title }), { kind: 'list', items }] }];
}
