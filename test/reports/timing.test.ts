import { describe, expect, it } from 'vitest';
import { findTimeZone, nearestTimeZone } from '../../src/reports/time-zones.ts';
import {
  dailyPattern,
  daysAndTime,
  latestDue,
  momentIn,
  nextDue,
  patternProblem,
  timingWords,
} from '../../src/reports/timing.ts';

const everyDay = '0 9 * * *';

/** The moments that are due from one to another. */
function moments(pattern: string, timeZone: string, from: string, to: string): Date[] {
  const found: Date[] = [];
  for (let at = new Date(from); ; ) {
    at = nextDue({ pattern, timeZone }, at);
    if (at > new Date(to)) return found;
    found.push(at);
  }
}

// Both changes of the clocks in 2026; Lord Howe moves them by half an hour.
const changes = [
  ['Europe/Vienna', 'spring', '2026-03-27', '2026-03-31', '07:00', '08:00'],
  ['Europe/Vienna', 'autumn', '2026-10-23', '2026-10-27', '08:00', '07:00'],
  ['America/New_York', 'spring', '2026-03-06', '2026-03-10', '13:00', '14:00'],
  ['America/New_York', 'autumn', '2026-10-30', '2026-11-03', '14:00', '13:00'],
  ['Australia/Lord_Howe', 'autumn', '2026-04-03', '2026-04-07', '22:30', '22:00'],
  ['Australia/Lord_Howe', 'spring', '2026-10-02', '2026-10-06', '22:00', '22:30'],
] as const;

describe('09:00 stays 09:00', () => {
  it.each(changes)('in %s, over the change in %s', (timeZone, _season, from, to, later, earlier) => {
    const due = moments(everyDay, timeZone, `${from}T00:00:00Z`, `${to}T23:59:00Z`);

    expect(due.length).toBeGreaterThanOrEqual(4);
    for (const moment of due) expect(momentIn(timeZone, moment)).toMatch(/ 09:00$/);
    const clocks = new Set(due.map((moment) => moment.toISOString().slice(11, 16)));
    expect([...clocks].sort()).toEqual([later, earlier].sort());
  });

  it.each(changes)(
    'and the last one before a moment is the one that was next, in %s, %s',
    (timeZone, _season, from, to) => {
      for (const moment of moments(everyDay, timeZone, `${from}T00:00:00Z`, `${to}T23:59:00Z`)) {
        const timing = { pattern: everyDay, timeZone };
        expect(latestDue(timing, moment)).toEqual(moment);
        expect(latestDue(timing, new Date(moment.getTime() + 3_600_000))).toEqual(moment);
        expect(latestDue(timing, new Date(moment.getTime() - 1_000)) < moment).toBe(true);
      }
    },
  );

  it('comes once on a day whose 02:30 is there twice, and after the gap on one where it is not there', () => {
    const timeZone = 'Europe/Vienna';
    const local = (from: string, to: string) =>
      moments('30 2 * * *', timeZone, from, to).map((moment) => momentIn(timeZone, moment));

    expect(local('2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toEqual(['Sun 25 Oct 02:30']);
    expect(local('2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toEqual(['Sun 29 Mar 03:30']);
  });
});

describe('a timing read back', () => {
  it.each([
    ['0 9 * * 1,2,3,4,5', 'every weekday at 09:00, Europe/Vienna'],
    ['5 17 * * *', 'every day at 17:05, Europe/Vienna'],
    ['30 8 * * 0,1', 'every Monday and Sunday at 08:30, Europe/Vienna'],
    ['0 9 * * 1,3,5', 'every Monday, Wednesday and Friday at 09:00, Europe/Vienna'],
    ['0 9 1 * *', 'at 09:00, on day 1 of the month, Europe/Vienna'],
    ['0 */6 * * 1-5', 'on the hour, every 6 hours, Monday through Friday, Europe/Vienna'],
  ])('%s is %s', (pattern, words) => {
    expect(timingWords({ pattern, timeZone: 'Europe/Vienna' })).toBe(words);
  });

  it('days and time become a pattern, and come back', () => {
    const pattern = dailyPattern([5, 1, 3, 1], { hour: 9, minute: 5 });

    expect(pattern).toBe('5 9 * * 1,3,5');
    expect(daysAndTime(pattern)).toEqual({ days: [1, 3, 5], hour: 9, minute: 5 });
    expect(daysAndTime('0 9 1 * *')).toBeUndefined();
  });
});

describe('a cron text', () => {
  it.each(['0 9 * * 1-5', '*/15 * * * *', '0 9 29 2 *', '0 9 * * MON#1', '0 9 L * *'])(
    '%s is taken',
    (pattern) => {
      expect(patternProblem(pattern)).toBeUndefined();
    },
  );

  it.each([
    ['0 9 * *', /five fields/],
    ['0 0 9 * * *', /five fields/],
    ['@daily', /five fields/],
    ['* * * * *', /every 15 minutes at most/],
    ['0,5 9 * * *', /every 15 minutes at most/],
    ['61 9 * * *', /^The minute "61" cannot be read\. It takes 0 to 59;/],
    ['0 9 * * FRIDAY', /^The day of the week "FRIDAY" cannot be read/],
    ['x y z a b', /^The minute "x" cannot be read/],
    ['0 0 30 2 *', /never comes/],
    ['H 9 * * *', /H is not known/],
  ])('%s is not', (pattern, problem) => {
    expect(patternProblem(pattern)).toMatch(problem);
  });
});

describe('a time zone', () => {
  it.each([
    ['europe/vienna', 'Europe/Vienna'],
    [' America/New York ', 'America/New_York'],
    ['utc', 'UTC'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
  ])('%s is found', (text, zone) => {
    expect(findTimeZone(text)).toBe(zone);
  });

  it.each(['Wien', '+02:00', '', 'Europe'])('"%s" is not one', (text) => {
    expect(findTimeZone(text)).toBeUndefined();
  });

  it.each([
    ['vienna', 'Europe/Vienna'],
    ['new york', 'America/New_York'],
    ['Europe/Viena', 'Europe/Vienna'],
  ])('%s is close to %s', (text, zone) => {
    expect(nearestTimeZone(text)).toBe(zone);
  });
});
