import { describe, expect, it } from 'vitest';
import { askedIn } from '../../../src/chat/audit/since.ts';

const now = new Date('2026-11-30T12:00:00Z');

describe('a question to the audit trail', () => {
  it.each([
    ['', '', undefined],
    ['prod-eu', 'prod-eu', undefined],
    ['prod eu since 7d', 'prod eu', '2026-11-23T12:00:00.000Z'],
    ['since 24h', '', '2026-11-29T12:00:00.000Z'],
    ['SINCE 2w', '', '2026-11-16T12:00:00.000Z'],
    ['since 2026-11-01', '', '2026-11-01T00:00:00.000Z'],
    ['nosince 7d', 'nosince 7d', undefined],
  ])('%j asks for %j since %s', (argument, text, since) => {
    expect(askedIn(argument, now)).toEqual({
      text,
      since: since === undefined ? undefined : new Date(since),
    });
  });

  it.each(['since', 'since yesterday', 'since 2026-02-30', 'since 2026-12-24', 'x since 7 moons'])(
    '%j is answered with what it takes',
    (argument) => {
      expect(askedIn(argument, now)).toEqual({
        problem: expect.stringMatching(/takes 24h, 7d, 2w, or a day/),
      });
    },
  );
});
