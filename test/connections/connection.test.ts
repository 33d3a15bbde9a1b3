import { describe, expect, it } from 'vitest';
import { ConnectionDetails, comparableName } from '../../src/connections/connection.ts';

const problem = (details: object): string => {
  const parsed = ConnectionDetails.safeParse(details);
  return parsed.success ? '' : (parsed.error.issues[0]?.message ?? '');
};

describe('what a person says about a connection', () => {
  it('is tidied: spaces at the ends, repeated and blank tags', () => {
    expect(ConnectionDetails.parse({ name: ' prod ', tags: 'a, b,,a ;c' })).toEqual({
      name: 'prod',
      description: '',
      tags: ['a', 'b', 'c'],
    });
  });

  it.each([
    [{ name: '' }, 'Enter a name'],
    [{ name: '  ' }, 'Enter a name'],
    [{ name: 'x'.repeat(81) }, 'at most 80'],
    [{ name: 'two\nlines' }, 'one line'],
    [{ name: 'ok', description: 'x'.repeat(501) }, 'at most 500'],
    [{ name: 'ok', tags: 'x'.repeat(41) }, 'at most 40'],
    [{ name: 'ok', tags: Array.from({ length: 11 }, (_, index) => `t${index}`).join() }, 'at most 10'],
  ])('is refused for %j', (details, sentence) => {
    expect(problem(details)).toContain(sentence);
  });

  it.each([
    ['Prod', 'prod'],
    ['prod  eu', 'prod eu'],
    ['ｐｒｏｄ', 'prod'],
    ['e\u0301', '\u00e9'],
  ])('has one name, spelt %j or %j', (one, other) => {
    expect(comparableName(one)).toBe(comparableName(other));
  });
});
