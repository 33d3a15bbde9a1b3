import { describe, expect, it } from 'vitest';
import {
  type Acceptance,
  acceptedSubject,
  dayProblem,
  endedBy,
  evidenceOf,
  isAcceptable,
  isOver,
  lastDay,
  withAccepted,
} from '../../src/verification/acceptance.ts';
import { changesBetween } from '../../src/verification/changes.ts';
import { type Finding, subjectOf } from '../../src/verification/finding.ts';
import { acceptedIn, countStates, verdictOf } from '../../src/verification/verdict.ts';
import { findingOf, verificationOf } from '../support/findings.ts';

const now = new Date('2026-11-28T10:00:00Z');
const action = 'ec2:CreateImage';
const acceptanceOf = (more: Partial<Acceptance> = {}): Acceptance => ({
  requirement: action,
  until: '2027-03-01',
  reason: 'Ours are made elsewhere.',
  by: 'U1',
  ...more,
});
const accepted = (findings: Finding[], ...acceptances: Acceptance[]) =>
  withAccepted(findings, acceptances, { now }).filter((finding) => finding.accepted);

describe('a finding that is accepted', () => {
  const granted = findingOf('ec2:CopyImage', 'granted');
  const missing = findingOf(action, 'missing');

  it('keeps its state, and tells by whom, until when and why', () => {
    expect(accepted([missing, granted], acceptanceOf())).toEqual([
      { ...missing, accepted: { by: 'U1', until: '2027-03-01', reason: 'Ours are made elsewhere.' } },
    ]);
  });

  it('names nobody where nobody is known', () => {
    const { by: _by, ...anonymous } = acceptanceOf();
    expect(accepted([missing], anonymous)[0]?.accepted).toStrictEqual({
      until: '2027-03-01',
      reason: 'Ours are made elsewhere.',
    });
  });

  it('is about what its finding is about', () => {
    const finding = findingOf(action, 'missing', { group: 'folder' });
    expect(acceptedSubject(acceptanceOf({ group: 'folder' }))).toBe(subjectOf(finding));
    expect(acceptedSubject(acceptanceOf())).toBe(` ${action}`);
    expect(evidenceOf(finding)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('does not count against the verdict, and never as granted', () => {
    const findings = withAccepted([missing, granted], [acceptanceOf()], { now });

    expect(verdictOf(findings)).toBe('ready');
    expect(countStates(findings)).toMatchObject({ granted: 1, missing: 0, accepted: 1, total: 2 });
  });

  it('leaves what else is missing or not told as it is', () => {
    const verdictWith = (other: Finding) =>
      verdictOf(withAccepted([missing, granted, other], [acceptanceOf()], { now }));

    expect(verdictWith(findingOf('ec2:RunInstances', 'missing'))).toBe('missing');
    expect(verdictWith(findingOf('ec2:RunInstances', 'inconclusive'))).toBe('unproven');
  });

  it.each([
    ['nothing is granted beside it', [missing], 'unproven'],
    ['something is likely beside it', [missing, findingOf('ec2:CopyImage', 'likely')], 'ready'],
  ])('is %s: %#', (_what, findings, verdict) => {
    expect(verdictOf(withAccepted(findings, [acceptanceOf()], { now }))).toBe(verdict);
  });

  it.each<[string, Finding, boolean]>([
    ['missing', missing, true],
    ['could not be told', findingOf(action, 'inconclusive'), true],
    ['is granted', findingOf(action, 'granted'), false],
    ['is likely', findingOf(action, 'likely'), false],
    ['does not count', findingOf(action, 'not-applicable'), false],
    ['is optional, which decides nothing', findingOf(action, 'missing', { level: 'optional' }), false],
  ])('is one that is %s', (_what, finding, expected) => {
    expect(isAcceptable(finding)).toBe(expected);
    expect(accepted([finding], acceptanceOf())).toHaveLength(expected ? 1 : 0);
  });

  it('is none behind which a call was carried out for real', () => {
    const carriedOut = findingOf(action, 'inconclusive', { evidence: { code: 'Carried', text: 'It was.' } });
    const [marked] = withAccepted([carriedOut], [acceptanceOf()], { now, incidentCodes: ['Carried'] });

    expect(marked).toEqual(carriedOut);
    expect(accepted([carriedOut], acceptanceOf())).toHaveLength(1);
  });

  it('is of one group where that is named, and of every group elsewhere', () => {
    const findings = ['folder', 'network'].map((group) => findingOf(action, 'missing', { group }));

    expect(accepted(findings, acceptanceOf({ group: 'network' })).map(({ group }) => group)).toEqual([
      'network',
    ]);
    expect(accepted(findings, acceptanceOf())).toHaveLength(2);
    expect(accepted(findings, acceptanceOf({ requirement: 'ec2:Other' }))).toEqual([]);
  });

  it('counts to the end of its day, in UTC', () => {
    const at = (moment: string) => isOver(acceptanceOf(), new Date(moment));

    expect(at('2027-03-01T23:59:59.999Z')).toBe(false);
    expect(at('2027-03-02T00:00:00.000Z')).toBe(true);
    expect(accepted([missing], acceptanceOf({ until: '2026-11-27' }))).toEqual([]);
    expect(accepted([missing], acceptanceOf({ until: '2026-11-28' }))).toHaveLength(1);
  });

  it('is told in the order of the days on which it counts again', () => {
    const findings = withAccepted(
      [missing, findingOf('ec2:RunInstances', 'missing'), granted],
      [acceptanceOf(), acceptanceOf({ requirement: 'ec2:RunInstances', until: '2026-12-24' })],
      { now },
    );
    expect(acceptedIn(findings).map(({ accepted: { until } }) => until)).toEqual([
      '2026-12-24',
      '2027-03-01',
    ]);
  });
});

describe('the evidence that was accepted', () => {
  const missing = findingOf(action, 'missing', { objects: [{ id: 'one', path: '/one' }] });
  const untold = findingOf(action, 'inconclusive', { evidence: { text: 'Not told within 45 s.' } });

  it.each<[string, Finding, Partial<Finding>]>([
    ['the state', missing, { state: 'inconclusive' }],
    ['the code', missing, { evidence: { code: 'AccessDenied', text: '' } }],
    ['the scope', missing, { scope: 'us-east-1' }],
    ['the layer', missing, { layer: 'scp' }],
    ['the policy', missing, { policy: 'arn:aws:iam::aws:policy/Other' }],
    ['the second layer', missing, { alsoLayer: 'scp' }],
    ['the kind of denial', missing, { denial: 'explicit' }],
    ['a contradiction', untold, { conflict: true }],
    ['the condition', untold, { condition: 'aws:SourceIp' }],
    ['whether it is formal', missing, { formal: true }],
    ['the objects', missing, { objects: [{ id: 'two', path: '/one' }] }],
    [
      'what contradicts what',
      { ...untold, conflict: true, evidence: { code: 'DryRunOperation', text: 'One says no.' } },
      { evidence: { code: 'DryRunOperation', text: 'The other says no.' } },
    ],
    ['the words, where nothing else tells why', untold, { evidence: { text: 'Throttled.' } }],
  ])('is another one with %s', (_what, finding, more) => {
    const changed = { ...finding, ...more };
    const acceptance = acceptanceOf({ evidence: evidenceOf(finding) });

    expect(accepted([finding], acceptance)).toHaveLength(1);
    expect(accepted([changed], acceptance)).toEqual([]);
  });

  it.each<[string, Finding, Partial<Finding>]>([
    ['the words of a refusal', missing, { evidence: { ...missing.evidence, text: 'In other words.' } }],
    [
      'the words of a lack without a code',
      { ...missing, evidence: { text: 'In these words.' } },
      { evidence: { text: 'In other words.' } },
    ],
    ['a name of an object', missing, { objects: [{ id: 'one', path: '/renamed' }] }],
    [
      'the words beside a condition',
      { ...untold, condition: 'aws:SourceIp' },
      { evidence: { text: 'In other words.' } },
    ],
    [
      'the words beside a code',
      { ...untold, evidence: { code: 'Throttling', text: 'Slow down.' } },
      { evidence: { code: 'Throttling', text: 'In other words.' } },
    ],
  ])('is the same with %s', (_what, finding, more) => {
    expect(evidenceOf({ ...finding, ...more })).toBe(evidenceOf(finding));
  });

  it('is the same whatever the order of the objects', () => {
    const [one, two] = [
      { id: 'one', path: '/one' },
      { id: 'two', path: '/two' },
    ];
    expect(evidenceOf({ ...missing, objects: [one, two] })).toBe(
      evidenceOf({ ...missing, objects: [two, one] }),
    );
  });
});

describe('an acceptance ends', () => {
  const missing = findingOf(action, 'missing');

  it.each<[string, Finding, Partial<Acceptance>, boolean]>([
    ['once it is granted', findingOf(action, 'granted'), {}, true],
    ['once it is likely', findingOf(action, 'likely'), {}, true],
    ['once its day has passed', missing, { until: '2026-11-27' }, true],
    ['not while it is missing', missing, {}, false],
    ['not where it could not be told this time', findingOf(action, 'inconclusive'), {}, false],
    ['not by what is granted elsewhere', findingOf('ec2:CopyImage', 'granted'), {}, false],
    ['not by another group', findingOf(action, 'granted', { group: 'a' }), { group: 'b' }, false],
  ])('%s', (_what, finding, more, expected) => {
    const acceptance = acceptanceOf(more);
    expect(endedBy([finding], [acceptance], now)).toEqual(expected ? [acceptance] : []);
  });
});

describe('the day of an acceptance', () => {
  it.each([
    ['2027-11-28', undefined],
    ['2026-11-28', undefined],
    ['2027-11-29', 'At most a year ahead: 2027-11-28 is the last day.'],
    ['1 March', 'Give a day as YYYY-MM-DD.'],
    ['2027-02-30', 'Give a day as YYYY-MM-DD.'],
  ])('%s: %s', (until, problem) => {
    expect(dayProblem(until, now)).toBe(problem);
  });

  it('is at most the same day of the next year', () => {
    expect(lastDay(new Date('2027-12-31T23:00:00Z'))).toBe('2028-12-31');
  });
});

describe('what changed about acceptances', () => {
  const mark = (finding: Finding): Finding => ({
    ...finding,
    accepted: { until: '2027-03-01', reason: 'So.' },
  });
  const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);
  const [one, other] = [findingOf(action, 'missing'), findingOf('ec2:CopyImage', 'missing')];
  const untold = findingOf('ec2:CopyImage', 'inconclusive');
  const run = (...findings: Finding[]) =>
    verificationOf(Object.fromEntries(findings.map((finding) => [finding.requirement, finding])));

  it('is told where one is new, and the fix is cut anew for what is left', () => {
    const changes = changesBetween(run(one, other), run(mark(one), other));

    expect(ids(changes.newlyAccepted)).toEqual([action]);
    expect(changes.noLongerAccepted).toEqual([]);
    expect(ids(changes.stillMissing)).toEqual(['ec2:CopyImage']);
    expect(changes.needsNewFix).toBe(true);
  });

  it('needs no fix where nothing is left', () => {
    const changes = changesBetween(run(one), run(mark(one)));

    expect(ids(changes.newlyAccepted)).toEqual([action]);
    expect([changes.fixed, changes.stillMissing]).toEqual([[], []]);
    expect(changes.needsNewFix).toBe(false);
  });

  it('needs no other fix for one that could not be told', () => {
    const changes = changesBetween(run(one, untold), run(one, mark(untold)));
    expect(changes.needsNewFix).toBe(false);
  });

  it('is told where one counts again, with the fix that was left out', () => {
    const changes = changesBetween(run(mark(one)), run(one));

    expect(ids(changes.noLongerAccepted)).toEqual([action]);
    expect([changes.stillMissing, changes.foundMissing, changes.newlyMissing]).toEqual([[], [], []]);
    expect(changes.needsNewFix).toBe(true);
  });

  it('is told where one counts again that could not be told, or is missing by now', () => {
    const again = changesBetween(run(mark(untold)), run(untold));
    expect(ids(again.noLongerAccepted)).toEqual(['ec2:CopyImage']);
    expect(again.noLongerTold).toEqual([]);
    expect(again.needsNewFix).toBe(false);

    const lost = changesBetween(run(mark(untold)), run(other));
    expect(ids(lost.noLongerAccepted)).toEqual(['ec2:CopyImage']);
    expect(lost.foundMissing).toEqual([]);
  });

  it('is not told anew while one stays', () => {
    const changes = changesBetween(run(mark(one)), run(mark(one)));
    expect([changes.newlyAccepted, changes.noLongerAccepted, changes.stillMissing]).toEqual([[], [], []]);
  });
});
