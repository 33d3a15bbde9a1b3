import { describe, expect, it } from 'vitest';
import { dueReminder, expiryOf } from '../../src/reports/expiry.ts';

const now = new Date('2026-11-23T22:00:00Z');
const of = (dates: Parameters<typeof expiryOf>[0], maxKeyAgeDays = 90) =>
  expiryOf(dates, { now, maxKeyAgeDays });

describe('when a credential ends', () => {
  it.each([
    [{ expiresOn: '2026-12-23' }, 'expires', 30],
    [{ expiresOn: '2026-11-23' }, 'expires', 0],
    [{ expiresOn: '2026-11-22' }, 'expires', -1],
    [{ createdOn: '2026-09-01' }, 'too-old', 7],
    [{ createdOn: '2026-09-01', expiresOn: '2027-01-01' }, 'expires', 39],
  ] as const)('%o %s in %i days', (dates, kind, daysLeft) => {
    expect(of(dates)).toMatchObject({ kind, daysLeft });
  });

  it('is not known without dates, nor for keys that may grow as old as they like', () => {
    expect(of(undefined)).toBeUndefined();
    expect(of({})).toBeUndefined();
    expect(of({ createdOn: '2020-01-01' }, 0)).toBeUndefined();
  });

  it.each([
    [31, undefined],
    [30, 30],
    [15, 30],
    [14, 14],
    [8, 14],
    [7, 7],
    [2, 7],
    [1, 1],
    [0, 1],
    [-1, 0],
  ])('%i days ahead the reminder of %s days is due', (daysLeft, reminder) => {
    expect(dueReminder({ on: '2026-01-01', daysLeft, kind: 'expires' })).toBe(reminder);
  });
});
