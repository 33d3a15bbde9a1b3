import { CronExpressionParser } from 'cron-parser';
import cronstrue from 'cronstrue';
import { FixedOffsetZone, IANAZone } from 'luxon';
import { z } from 'zod';
import { lazily } from '../lazily.ts';

/** When a report comes: a cron pattern of five fields, on the clocks of a time zone. */
export const Timing = z.object({ pattern: z.string(), timeZone: z.string() });
export type Timing = z.infer<typeof Timing>;

/** Days of the week as cron counts them. */
export const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** Milliseconds between two reports of a schedule, at least: each of them signs in to every account. */
const shortestMs = 15 * 60_000;
/** How many moments ahead are held against that. */
const lookedAt = 100;

/** The pattern of a time of day on some days of the week. */
export function dailyPattern(days: readonly number[], time: { hour: number; minute: number }): string {
  const chosen = [...new Set(days)].sort((one, other) => one - other);
  return `${time.minute} ${time.hour} * * ${chosen.length === 7 ? '*' : chosen.join(',')}`;
}

/** The days and the time of a pattern that was made of them; undefined for any other. */
export function daysAndTime(pattern: string): { days: number[]; hour: number; minute: number } | undefined {
  const match = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6](?:,[0-6])*)$/.exec(pattern);
  if (!match) return undefined;
  const [, minute, hour, days = ''] = match;
  return {
    days: days === '*' ? weekdays.map((_name, day) => day) : days.split(',').map(Number),
    hour: Number(hour),
    minute: Number(minute),
  };
}

/**
 * The parser counts on the face of a clock, as if there were no zones: across changes of clocks by half an hour
 * (Australia/Lord_Howe) it finds nothing at all.
 */
function onTheClock(pattern: string, from: number) {
  return CronExpressionParser.parse(pattern, { currentDate: new Date(from), tz: 'UTC' });
}

/** Whether a pattern and a zone can be counted with. */
export function isTiming({ pattern, timeZone }: Timing): boolean {
  if (!IANAZone.isValidZone(timeZone)) return false;
  try {
    CronExpressionParser.parse(pattern, { tz: 'UTC' });
    return true;
  } catch {
    return false;
  }
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Between moments and what the clocks of a zone show then, both in milliseconds. */
function clocksOf(timeZone: string) {
  // What every process tends by the hour is in UTC, and the start need not wait for the zones to load.
  const zone = timeZone === 'UTC' ? FixedOffsetZone.utcInstance : IANAZone.create(timeZone);
  const shown = (moment: number) => moment + zone.offset(moment) * minuteMs;
  /** The first moment at which the clocks show this; behind the gap, where they never do. */
  function momentOf(face: number): number {
    const [before, after] = [zone.offset(face - dayMs), zone.offset(face + dayMs)].map(
      (offset) => face - offset * minuteMs,
    ) as [number, number];
    const real = [before, after].filter((moment) => shown(moment) === face);
    return real.length > 0 ? Math.min(...real) : before;
  }
  return { shown, momentOf };
}

/** The first moment after another at which a report is due. A time that a change of clocks skips comes after the gap. */
export function nextDue({ pattern, timeZone }: Timing, after: Date): Date {
  const { shown, momentOf } = clocksOf(timeZone);
  // What clocks show a second time was due the first time, so one may have to look on.
  const faces = onTheClock(pattern, shown(after.getTime()) - dayMs / 8);
  for (;;) {
    const moment = momentOf(faces.next().getTime());
    if (moment > after.getTime()) return new Date(moment);
  }
}

/** The last moment, up to and with another, at which a report was due. */
export function latestDue({ pattern, timeZone }: Timing, upTo: Date): Date {
  const { shown, momentOf } = clocksOf(timeZone);
  const faces = onTheClock(pattern, shown(upTo.getTime()) + dayMs / 8);
  for (;;) {
    const moment = momentOf(faces.prev().getTime());
    if (moment <= upTo.getTime()) return new Date(moment);
  }
}

const cronFields = [
  ['minute', '0 to 59'],
  ['hour', '0 to 23'],
  ['day of the month', '1 to 31'],
  ['month', '1 to 12, or JAN to DEC'],
  ['day of the week', '0 to 7, or MON to SUN'],
] as const;

/** Which field of a cron text cannot be read, and what it takes; the parser's own words tell neither. */
function fieldProblem(fields: readonly string[]): string {
  const index = fields.findIndex((field, place) => {
    const alone = cronFields.map((_each, other) => (other === place ? field : '*'));
    try {
      onTheClock(alone.join(' '), Date.now()).next();
      return false;
    } catch {
      return true;
    }
  });
  const [name, range] = cronFields[index] ?? [];
  // Each by itself is fine, as in the 30th of February.
  if (name === undefined) return 'This never comes.';
  return `The ${name} "${fields[index]}" cannot be read. It takes ${range}; * for any, 1,15 for several, 1-5 for a range, */2 for every second one.`;
}

/** What is wrong with a cron text, in a sentence; undefined when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const fields = pattern.split(' ');
  if (fields.length !== 5)
    return 'A cron text has five fields: minute, hour, day of the month, month, day of the week, as in 0 9 * * 1-5.';
  // The parser would choose these by chance.
  if (fields.some((field) => /^H/i.test(field))) return 'H is not known here. Write the number itself.';
  const moments: number[] = [];
  try {
    const parsed = onTheClock(pattern, Date.now());
    while (moments.length < lookedAt) moments.push(parsed.next().getTime());
  } catch (error) {
    // The parser gives up looking for what never comes.
    if (moments.length === 0 && error instanceof Error && /time span|loop/i.test(error.message))
      return 'This never comes.';
    if (moments.length === 0) return fieldProblem(fields);
  }
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
  return gaps.some((gap) => gap < shortestMs) ? 'A report comes every 15 minutes at most.' : undefined;
}

const list = lazily(() => new Intl.ListFormat('en-GB', { type: 'conjunction' }));

function daysInWords(days: readonly number[]): string {
  if (days.length === 7) return 'day';
  if (days.join() === '1,2,3,4,5') return 'weekday';
  return list().format(
    days.toSorted((one, other) => ((one + 6) % 7) - ((other + 6) % 7)).map((day) => weekdays[day] ?? ''),
  );
}

const twoDigits = (number: number) => String(number).padStart(2, '0');

/** A timing read back: `every weekday at 09:00, Europe/Vienna`. */
export function timingWords({ pattern, timeZone }: Timing): string {
  const simple = daysAndTime(pattern);
  if (simple) {
    const time = `${twoDigits(simple.hour)}:${twoDigits(simple.minute)}`;
    return `every ${daysInWords(simple.days)} at ${time}, ${timeZone}`;
  }
  const words = cronstrue.toString(pattern, { use24HourTimeFormat: true });
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}, ${timeZone}`;
}

/** Milliseconds from which on a day without its year could be taken for one of this year. */
const nearYearMs = 334 * dayMs;

/** A moment on the clocks of a time zone: `Mon 23 Nov 09:00`; with its year where it is far from now. */
export function momentIn(timeZone: string, moment: Date, now = moment): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const isFar = Math.abs(moment.getTime() - now.getTime()) > nearYearMs;
  const day = `${part('weekday')} ${part('day')} ${part('month')}${isFar ? ` ${part('year')}` : ''}`;
  return `${day} ${part('hour')}:${part('minute')}`;
}
