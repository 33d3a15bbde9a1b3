import { describe, expect, it } from 'vitest';
import {
  count,
  pagesOf,
  peopleIn,
  plainText,
  rowInALine,
  say,
  typed,
} from '../../../src/chat/model/message.ts';

describe('a message', () => {
  it('says in plain text what it says in spans', () => {
    expect(
      plainText([
        'a ',
        { bold: 'b' },
        ' ',
        { code: 'c' },
        ' ',
        { person: 'U1' },
        ' ',
        { conversation: 'C1' },
      ]),
    ).toBe('a b c @U1 #C1');
    expect(plainText([{ time: '2026-11-24T09:05:00Z', withDate: true }])).toBe('2026-11-24 09:05 UTC');
  });

  it('turns no words around a name that is written from right to left', () => {
    expect(typed('ייצור')).toBe('\u2068ייצור\u2069');
    expect(typed('prod "eu" 🚀')).toBe('prod "eu" 🚀');
  });

  it('has its rows in a line without empty cells', () => {
    expect(plainText(rowInALine([['a'], [''], [], [{ bold: 'b' }]]))).toBe('a — b');
  });

  it('names the people in its texts and lists', () => {
    const parts = [
      say('by ', { person: 'U1' }),
      { kind: 'list', items: [[{ person: 'U2', quietly: true }], ['nobody']] } as const,
    ];
    expect(peopleIn({ summary: '', parts })).toEqual([{ person: 'U1' }, { person: 'U2', quietly: true }]);
  });

  it('numbers its pages where there are several', () => {
    expect(pagesOf('Thread', [[say('a')]])).toEqual([{ summary: 'Thread', parts: [say('a')] }]);
    expect(pagesOf('Thread', [[say('a')], [say('b')]]).map(({ summary }) => summary)).toEqual([
      'Thread (1 of 2)',
      'Thread (2 of 2)',
    ]);
  });

  it('counts in words', () => {
    expect([count(1, 'call'), count(0, 'call'), count(5_000, 'call')]).toEqual([
      '1 call',
      '0 calls',
      '5,000 calls',
    ]);
  });
});
