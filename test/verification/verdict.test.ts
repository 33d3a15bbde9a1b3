import { describe, expect, it } from 'vitest';
import type { FindingState } from '../../src/verification/finding.ts';
import {
  countStates,
  incidentsIn,
  isSignInRefused,
  verdictOf,
  worstOf,
} from '../../src/verification/verdict.ts';
import { findingOf } from '../support/findings.ts';

const findings = (...states: FindingState[]) =>
  states.map((state, index) => findingOf(`ec2:Action${index}`, state));

describe('incidents', () => {
  const code = (requirement: string, evidence: { code?: string }) =>
    findingOf(requirement, 'inconclusive', { evidence: { ...evidence, text: 'As AWS said.' } });

  it('are the findings with a code that a provider has for them', () => {
    const all = [code('a', { code: 'Carried' }), code('b', { code: 'Other' }), code('c', {})];

    expect(incidentsIn(all, ['Carried']).map(({ requirement }) => requirement)).toEqual(['a']);
    expect(incidentsIn(all)).toEqual([]);
  });
});

it.each([
  ['provider.sign-in-failed', true],
  ['provider.unreachable', false],
  [undefined, false],
])('an error %s is a refused sign-in: %s', (code, expected) => {
  expect(isSignInRefused(code ? { error: { code, message: 'x' } } : {})).toBe(expected);
});

describe('the verdict', () => {
  it.each<[string, FindingState[]]>([
    ['ready', ['granted', 'likely']],
    ['ready', ['granted', 'not-applicable']],
    ['missing', ['granted', 'missing', 'inconclusive']],
    ['unproven', ['granted', 'inconclusive']],
    ['unproven', ['not-applicable']],
    ['unproven', []],
  ])('is %s for %j', (verdict, states) => {
    expect(verdictOf(findings(...states))).toBe(verdict);
  });

  it('lets an optional finding decide nothing', () => {
    const optional = { ...findingOf('ec2:Extra', 'missing'), level: 'optional' as const };
    expect(verdictOf([...findings('granted'), optional])).toBe('ready');
  });

  it('counts a conditional finding whose option is on', () => {
    const conditional = { ...findingOf('ec2:Extra', 'missing'), level: 'conditional' as const };
    expect(verdictOf([...findings('granted'), conditional])).toBe('missing');
  });

  it.each([
    ['failed', ['ready', 'failed', 'missing']],
    ['missing', ['unproven', 'missing', 'ready']],
    ['unproven', ['ready', 'unproven']],
    ['ready', ['ready', 'ready']],
    ['unproven', []],
  ] as const)('of several is no better than the worst: %s of %j', (verdict, all) => {
    expect(worstOf(all)).toBe(verdict);
  });

  it('comes with counts of what decided', () => {
    const counts = countStates(findings('granted', 'likely', 'missing', 'inconclusive', 'not-applicable'));
    expect(counts).toEqual({
      granted: 1,
      likely: 1,
      missing: 1,
      inconclusive: 1,
      'not-applicable': 0,
      accepted: 0,
      total: 4,
    });
  });
});
