import type { Report, ReportEntry } from '../../reports/report.ts';
import type { Schedule } from '../../reports/schedule.ts';
import type { Outcome } from '../../reports/standing.ts';
import { count, figure, type Part, type Span, say, typed } from '../model/message.ts';
import { outcomeWords, readyByAcceptance, refusedOutcome } from './report-news.ts';

/** What a report is called, and the schedule it belongs to, if any. */
export type ReportSubject = {
  readonly schedule?: Schedule | undefined;
  readonly askedBy?: string | undefined;
  /** The tag of its connections, where somebody asked for those. */
  readonly tag?: string | undefined;
};

function nameOf({ schedule, tag }: ReportSubject): string {
  if (schedule) return typed(schedule.name);
  return tag === undefined ? 'Report' : `Report on ${typed(tag)}`;
}

/** The connections of a report by how they came out: `9 ready, 2 missing`. */
function countOutcomes(entries: readonly ReportEntry[], ...outcomes: Outcome[]): number {
  return entries.filter(({ outcome }) => outcomes.includes(outcome)).length;
}

const cannotBuild = ({ outcome, isRefused }: ReportEntry) => outcome === 'missing' || isRefused;
const isUnverified = ({ outcome, isRefused }: ReportEntry) =>
  !isRefused && (outcome === 'failed' || outcome === 'fault');

/** `, 2 of them with accepted findings`; nothing where there are none. */
function acceptedWords(accepting: number, all: number): string {
  if (accepting === 0) return '';
  return `, ${accepting === all ? '' : `${figure(accepting)} of them `}with accepted findings`;
}

/** How a report came out, in a sentence. Beside connections that cannot be read nothing is called ready as a whole. */
export function headline(subject: ReportSubject, report: Report): Span[] {
  const { leftOut } = report;
  const [mark, ...rest] = toldHeadline(subject, report);
  if (leftOut === 0) return [mark, ...rest];
  return [mark === '❌ ' ? mark : '⚠️ ', ...rest, `, ${figure(leftOut)} more cannot be read`];
}

/** What the connections of a report are for; one verb only where it is that of all. */
function sharedVerb(entries: readonly ReportEntry[]): string {
  const [first, ...others] = new Set(entries.map(({ verb }) => verb));
  return first !== undefined && others.length === 0 ? first : 'do what they are for';
}

function toldHeadline(subject: ReportSubject, { entries, leftOut }: Report): [string, ...Span[]] {
  const name = { bold: nameOf(subject) };
  const all = entries.length;
  if (all === 0) return ['❔ ', name, ' — there is no connection that it is about'];
  const cannot = entries.filter(cannotBuild).length;
  const unverified = entries.filter(isUnverified).length;
  if (cannot > 0) {
    const also = unverified > 0 ? `, ${figure(unverified)} could not be verified` : '';
    return [
      '❌ ',
      name,
      ` — ${figure(cannot)} of ${count(all, 'connection')} cannot ${sharedVerb(entries)}${also}`,
    ];
  }
  const ready = countOutcomes(entries, 'ready');
  return ready === all
    ? allReady(name, entries, leftOut > 0)
    : [unverified > 0 ? '⚠️ ' : '❔ ', name, untold(entries, ready)];
}

function allReady(name: Span, entries: readonly ReportEntry[], isPart: boolean): [string, ...Span[]] {
  const all = entries.length;
  const accepting = entries.filter(isReadyByAcceptance).length;
  const whole = all === 1 ? 'the connection' : `all ${figure(all)} connections`;
  const connections = isPart ? count(all, 'connection') : whole;
  // What somebody took as it is proves nothing about builds, so they are not promised.
  if (accepting === 0) return ['✅ ', name, ` — ${connections} can ${sharedVerb(entries)}`];
  return ['☑️ ', name, ` — ${connections} ${all === 1 ? 'is' : 'are'} ready${acceptedWords(accepting, all)}`];
}

function untold(entries: readonly ReportEntry[], ready: number): string {
  const all = entries.length;
  const accepting = entries.filter(isReadyByAcceptance).length;
  const words = accepting > 0 ? `are ready${acceptedWords(accepting, all)}` : `can ${sharedVerb(entries)}`;
  return ` — ${figure(all - ready)} of ${count(all, 'connection')} could not be told, ${figure(ready)} ${words}`;
}

/** Whether a connection is ready only since somebody accepted what it lacks. */
export const isReadyByAcceptance = ({ outcome, accepted }: ReportEntry) =>
  outcome === 'ready' && accepted.length > 0;

/** How many came out how, and what could not even be read. */
export function countsPart({ entries, leftOut }: Report): Part[] {
  const accepting = entries.filter(isReadyByAcceptance).length;
  const refused = entries.filter(({ isRefused }) => isRefused).length;
  const taken: Partial<Record<Outcome, number>> = { ready: accepting, failed: refused };
  const words = ([mark, ...rest]: readonly string[], number: number) =>
    `${mark} ${figure(number)} ${rest.join(' ')}`;
  const counts = (Object.keys(outcomeWords) as Outcome[]).map((outcome) => {
    const found = countOutcomes(entries, outcome) - (taken[outcome] ?? 0);
    return found > 0 || outcome === 'ready' ? words(outcomeWords[outcome].split(' '), found) : '';
  });
  if (refused > 0) counts.push(words(refusedOutcome.split(' '), refused));
  const [ready = '', ...others] = counts;
  const accepted =
    accepting > 0 ? `${readyByAcceptance.replace(' ', ` ${figure(accepting)} `)} with accepted findings` : '';
  const told = entries.length > 0 ? [say([ready, accepted, ...others].filter(Boolean).join(' · '))] : [];
  if (leftOut === 0) return told;
  const unread = `⚠️ ${count(leftOut, 'connection')} of this workspace: not readable by this version of the bot, and so in no report. Owners are told.`;
  return [...told, say(unread)];
}
