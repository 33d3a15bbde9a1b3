import { isNews, type Report, type ReportEntry } from '../../reports/report.ts';
import { momentIn, nextDue, timingWords } from '../../reports/timing.ts';
import {
  type Button,
  count,
  figure,
  type Message,
  type Part,
  plainText,
  type Span,
  say,
  typed,
} from '../model/message.ts';
import { selectionValue } from '../reports/report-requests.ts';
import { acceptedSpans } from './acceptance-messages.ts';
import { expiryWords } from './expiry-message.ts';
import { countsPart, headline, isReadyByAcceptance, type ReportSubject } from './report-headline.ts';
import { newsOf, readyByAcceptance, wordsOf } from './report-news.ts';

/** Lines of news and rows of the table in the root message; the rest leads the thread. */
export type Room = { readonly news: number; readonly rows: number };

/** From the most to the least; the least fits everywhere. */
export const smallestRoom: Room = { news: 3, rows: 5 };
export const rooms: readonly Room[] = [
  { news: 25, rows: 50 },
  { news: 15, rows: 25 },
  { news: 8, rows: 12 },
  smallestRoom,
];
const [largestRoom = smallestRoom] = rooms;

const newsIn = ({ entries }: Report) => entries.filter(isNews).flatMap(newsOf);

function newsParts(report: Report, room: Room): Part[] {
  const { entries, since } = report;
  if (entries.length === 0) return [];
  const all = newsIn(report);
  const items = all.slice(0, room.news);
  const rest = all.length - items.length;
  const more: Part = { kind: 'detail', spans: [`and ${figure(rest)} more, in the thread.`] };
  const time: Span[] = since ? [' since ', { time: since, withDate: true }] : [];
  const heading = { bold: since ? 'Changed' : 'Worth knowing' };
  if (items.length > 0) return [say(heading, ...time), { kind: 'list', items }, ...(rest > 0 ? [more] : [])];
  return since ? [say('Nothing changed', ...time, '.')] : [];
}

/** What profiles ask for that they did not at the report before, once. */
function catalogParts({ catalogChanges, entries }: Report): Part[] {
  const items = catalogChanges.map(({ provider, profile, version, added, removed, lacking }): Span[] => {
    const label = entries.find(({ connection }) => connection.provider === provider)?.label ?? provider;
    const lacks =
      lacking === 1 ? 'one connection lacks some of it' : `${figure(lacking)} connections lack some of it`;
    const more: Span[] =
      added.length > 0
        ? [
            ` asks for ${count(added.length, 'requirement')} more (`,
            ...codes(added),
            ')',
            lacking > 0 ? `; ${lacks}` : '; all have it',
          ]
        : [];
    const fewer: Span[] =
      removed.length > 0
        ? [`${more.length > 0 ? ', and' : ''} no longer for ${removed.length} (`, ...codes(removed), ')']
        : [];
    return [{ bold: `${profile} ${version}` }, `, ${label},`, ...more, ...fewer, '.'];
  });
  return items.length > 0 ? [say({ bold: 'Asked for anew' }), { kind: 'list', items }] : [];
}

/** Requirements that a line names. */
const mostCodes = 8;

const codes = (ids: readonly string[]): Span[] => [
  ...ids.slice(0, mostCodes).flatMap((id, index): Span[] => [...(index > 0 ? [', '] : []), { code: id }]),
  ...(ids.length > mostCodes ? [` and ${ids.length - mostCodes} more`] : []),
];

function verdictCell(entry: ReportEntry): Span[] {
  const { outcome, counts, accepted } = entry;
  const words = isReadyByAcceptance(entry) ? readyByAcceptance : wordsOf(entry);
  const missing = outcome === 'missing' ? ` (${counts.missing} of ${counts.total})` : '';
  return [`${words}${missing}`, ...(accepted.length > 0 ? [', ', ...acceptedSpans(accepted)] : [])];
}

function tableParts({ entries }: Report, room: Room): Part[] {
  if (entries.length === 0) return [];
  const rows = entries.slice(0, room.rows).map((entry): Span[][] => {
    const { connection, label, expiry, link } = entry;
    const where = [label, ...Object.values(connection.target)].join(' · ');
    return [
      [link ? { link, text: typed(connection.name) } : { bold: typed(connection.name) }],
      [where],
      verdictCell(entry),
      [expiry ? expiryWords(expiry) : ''],
    ];
  });
  const caption = 'Connections';
  const rest = entries.length - rows.length;
  const more: Part = { kind: 'detail', spans: [`and ${figure(rest)} more, which are named in the thread.`] };
  return [
    { kind: 'table', caption, columns: ['Connection', 'Where', 'Verdict', 'Expiry'], rows },
    ...(rest > 0 ? [more] : []),
  ];
}

function detailSpans({ schedule, askedBy }: ReportSubject, { at, due, isLate }: Report): Span[] {
  const asked: Span[] = askedBy ? ['asked by ', { person: askedBy, quietly: true }] : [];
  if (!schedule) return asked;
  const { timing } = schedule;
  const next = momentIn(timing.timeZone, nextDue(timing, new Date(at)), new Date(at));
  const late =
    isLate && due
      ? `Late: this was due on ${momentIn(timing.timeZone, new Date(due), new Date(at))}, when the bot was not running · `
      : '';
  return [`${late}${timingWords(timing)} · next: ${next}`, ...(asked.length > 0 ? [' · ', ...asked] : [])];
}

function reportButtons({ schedule, tag }: ReportSubject): Part {
  const value = selectionValue({ scheduleId: schedule?.id, tag });
  const again: Button = { label: 'Verify again', action: 'report-again', value };
  const plan: Button = { label: 'Schedule this…', action: 'open-form', value: 'report schedule' };
  const own: Button[] = [
    { label: 'Snooze…', action: 'snooze-report', value },
    { label: 'Change schedule…', action: 'change-schedule', value },
  ];
  return { kind: 'buttons', buttons: [again, ...(schedule ? own : [plan])] };
}

/** The root message of a report: counts, what changed, then a table. */
export function reportMessage(subject: ReportSubject, report: Report, room = largestRoom): Message {
  const title = [...headline(subject, report), ...(report.isLate ? [' (late)'] : [])];
  const detail = detailSpans(subject, report);
  const mentions = subject.schedule?.mentions ?? [];
  return {
    summary: plainText(title),
    parts: [
      say(...title),
      ...(mentions.length > 0 ? [{ kind: 'mentions', people: mentions } as const] : []),
      ...countsPart(report),
      ...catalogParts(report),
      ...newsParts(report, room),
      ...tableParts(report, room),
      ...(detail.length > 0 ? [{ kind: 'detail', spans: detail } as const] : []),
      reportButtons(subject),
    ],
  };
}

/** What had no room in the root message. */
export function restMessages(report: Report, room: Room): Message[] {
  const news = newsIn(report).slice(room.news);
  const names = report.entries
    .slice(room.rows)
    .map((entry): Span[] => [{ bold: typed(entry.connection.name) }, ' — ', ...verdictCell(entry)]);
  return [
    ...listMessages('What else changed', news),
    ...listMessages(`The other ${count(names.length, 'connection')}`, names),
  ];
}

function listMessages(title: string, items: readonly Span[][]): Message[] {
  if (items.length === 0) return [];
  return [{ summary: title, parts: [say({ bold: title }), { kind: 'list', items }] }];
}
