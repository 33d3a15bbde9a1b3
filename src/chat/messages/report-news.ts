import type { ReportEntry } from '../../reports/report.ts';
import type { Outcome } from '../../reports/standing.ts';
import { type Span, typed } from '../model/message.ts';
import { acceptedSpans } from './acceptance-messages.ts';
import { expiryWords } from './expiry-message.ts';

export const outcomeWords: Record<Outcome, string> = {
  ready: '✅ ready',
  missing: '❌ missing',
  unproven: '❔ unproven',
  failed: '⚠️ failed',
  fault: '⚠️ not verified',
};

/** How a connection came out whose credential the provider refused. */
export const refusedOutcome = '🔑 cannot sign in';

/** How a connection came out. */
export const wordsOf = ({ outcome, isRefused }: Pick<ReportEntry, 'outcome' | 'isRefused'>) =>
  isRefused ? refusedOutcome : outcomeWords[outcome];

/** Where a connection is ready only since somebody accepted what it lacks. */
export const readyByAcceptance = '☑️ ready';

const markOf = (entry: ReportEntry) => {
  const isAccepting = entry.outcome === 'ready' && entry.accepted.length > 0;
  return (isAccepting ? readyByAcceptance : wordsOf(entry)).split(' ', 1)[0] ?? '';
};

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

/** Requirements that a line names; the thread, and each verification, name all. */
const mostNamed = 8;

/** The ids of requirements, without the groups that tell them apart. */
const ids = (subjects: readonly string[]): Span[] => [
  ...subjects
    .slice(0, mostNamed)
    .flatMap((subject, index): Span[] => [
      ...(index > 0 ? [', '] : []),
      { code: subject.slice(subject.lastIndexOf(' ') + 1) },
    ]),
  ...(subjects.length > mostNamed ? [` and ${subjects.length - mostNamed} more`] : []),
];

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

/** How a connection came out, what was accepted for that, and how it was before. */
function outcomeSpans({ outcome, accepted, reason, isRefused }: ReportEntry, outcomeBefore: Outcome): Span[] {
  const was = `was ${beforeWords[outcomeBefore]} before${reason ? ` — ${reason}` : ''}`;
  const now = ` ${isRefused ? 'cannot sign in' : nowWords[outcome]}, `;
  return accepted.length > 0 ? [now, ...acceptedSpans(accepted), `; ${was}`] : [`${now}${was}`];
}

/** What is new about a connection, a line each. */
export function newsOf(entry: ReportEntry): Span[][] {
  const { connection, change, expiry, reminder } = entry;
  const name = { bold: typed(connection.name) };
  const { lost, fixed, foundMissing, outcomeBefore } = change;
  const isTold = lost.length + fixed.length + foundMissing.length > 0;
  return [
    ...(lost.length > 0
      ? [['❌ ', name, ' lost ', ...ids(lost), ' — the connection was ', ...changedBy(connection)]]
      : []),
    ...(foundMissing.length > 0
      ? [['❌ ', name, ' is missing what was not told before: ', ...ids(foundMissing)]]
      : []),
    ...(fixed.length > 0 ? [['✅ ', name, ' fixed: ', ...ids(fixed)]] : []),
    ...(outcomeBefore && !isTold ? [[`${markOf(entry)} `, name, ...outcomeSpans(entry, outcomeBefore)]] : []),
    ...(expiry && reminder !== undefined ? [['⚠️ ', name, ` ${expiryWords(expiry)}`]] : []),
  ];
}
