import { describe, expect, it } from 'vitest';
import { newsOf } from '../../src/chat/messages/report-news.ts';
import { plainText } from '../../src/chat/model/message.ts';
import { createAws } from '../../src/providers/aws/provider.ts';
import { documentedProfile, withProfiles } from '../../src/providers/profiles.ts';
import { entryOf, type Report, speaks } from '../../src/reports/report.ts';
import { isSelected } from '../../src/reports/schedule.ts';
import { type Standing, standingAfter } from '../../src/reports/standing.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { connectionOf, findingOf, verificationOf } from '../support/findings.ts';

const aws = createAws();

const options = { profile: 'own', maxKeyAgeDays: 90, now: new Date('2026-11-23T09:00:00Z') } as const;
const image = 'policy:image-management ec2:CreateImage';
const ready = verificationOf();
const lacking = verificationOf({ 'ec2:CreateImage': 'missing' });
const untold = verificationOf({ 'ec2:CreateImage': 'inconclusive' });
const failed: Verification = {
  ...verificationOf(
    Object.fromEntries(documentedProfile(aws).requirements.map(({ id }) => [id, 'inconclusive'] as const)),
  ),
  verdict: 'failed',
  error: { code: 'provider.unreachable', message: 'AWS gave no answer' },
};

/** Goes through verifications one after another, as reports would, and returns what the last one changed. */
function changeAfter(...verifications: (Verification | undefined)[]) {
  let known: Standing | undefined;
  let change = standingAfter(undefined, undefined).change;
  for (const verification of verifications)
    ({ standing: known, change } = standingAfter(verification, known));
  return change;
}

describe('a connection with accepted findings', () => {
  const accepted = verificationOf({
    'ec2:CreateImage': findingOf('ec2:CreateImage', 'missing', {
      accepted: { by: 'U1', until: '2027-03-01', reason: 'So.' },
    }),
  });
  const entry = entryOf(
    { connection: connectionOf(), provider: aws, verification: accepted, earlier: lacking },
    undefined,
    options,
  ).entry;

  it('is ready, with what is accepted apart from what is missing and from what is met', () => {
    expect(entry.outcome).toBe('ready');
    expect(entry.counts).toEqual({ missing: 0, inconclusive: 0, total: 34 });
    expect(entry.missing).toEqual([]);
    expect(entry.accepted.map(({ requirement }) => requirement)).toEqual(['ec2:CreateImage']);
    expect(entry.groups.filter(({ state }) => state !== 'met')).toEqual([
      { group: 'Take the image', state: 'accepted' },
    ]);
  });

  it('is news: what it was before, and by whom it was accepted; never that it was fixed', () => {
    expect(newsOf(entry).map(plainText)).toEqual([
      '☑️ prod-eu is ready, 1 accepted by @U1 until 1 Mar 2027; was missing something before',
    ]);
  });

  it('is news again when that is over', () => {
    expect(changeAfter(accepted, lacking)).toMatchObject({ lost: [], outcomeBefore: 'ready' });
  });
});

describe('what changed since the last report', () => {
  it('is nothing the first time', () => {
    expect(changeAfter(lacking)).toEqual({ lost: [], fixed: [], foundMissing: [] });
  });

  it.each([
    ['a permission that was lost', [ready, lacking], { lost: [image], outcomeBefore: 'ready' }],
    ['one that was fixed', [lacking, ready], { fixed: [image], outcomeBefore: 'missing' }],
    ['one that had never been told', [untold, lacking], { foundMissing: [image], outcomeBefore: 'unproven' }],
    ['one that was lost while it could not be told', [ready, untold, lacking], { lost: [image] }],
    ['one that was lost while nothing could be told', [ready, failed, undefined, lacking], { lost: [image] }],
    ['one that was fixed while nothing could be told', [lacking, failed, ready], { fixed: [image] }],
    ['nothing, twice', [lacking, lacking], { lost: [], fixed: [], foundMissing: [] }],
  ] as const)('is %s', (_what, verifications, change) => {
    expect(changeAfter(...verifications)).toMatchObject(change);
  });

  it('announces a loss once', () => {
    expect(changeAfter(ready, lacking).lost).toEqual([image]);
    expect(changeAfter(ready, lacking, lacking).lost).toEqual([]);
    expect(changeAfter(ready, lacking, failed, lacking).lost).toEqual([]);
  });

  it('is told against the last verification where there was no report before', () => {
    const found = { connection: connectionOf(), provider: aws, verification: lacking, earlier: ready };

    expect(entryOf(found, undefined, options).entry.change.lost).toEqual([image]);
  });
});

describe('an expiry', () => {
  it('is kept while nothing can be told, and its reminder is no news again', () => {
    const good = verificationOf({}, { credential: { createdOn: '2026-09-01' } });
    let known: Standing | undefined;
    const told = [ready, good, failed, undefined, good].map((verification) => {
      const found = { connection: connectionOf(), provider: aws, verification, earlier: undefined };
      const { entry, standing } = entryOf(found, known, options);
      known = standing;
      return [entry.reminder, entry.expiry?.daysLeft];
    });

    expect(told).toEqual([
      [undefined, undefined],
      [7, 7],
      [undefined, 7],
      [undefined, 7],
      [undefined, 7],
    ]);
  });
});

describe('the documented minimum alone', () => {
  const spot = verificationOf({ 'ec2:CreateFleet': 'missing' });
  const found = { connection: connectionOf(), provider: aws, verification: spot, earlier: undefined };

  it('leaves out what only profile options ask for', () => {
    expect(entryOf(found, undefined, options).entry.outcome).toBe('missing');
    expect(entryOf(found, undefined, { ...options, profile: 'minimum' }).entry.outcome).toBe('ready');
  });

  describe('of a connection for two things', () => {
    const [requirement] = documentedProfile(aws).requirements.filter(({ when }) => when);
    if (!requirement) throw new Error('Nothing hangs on an option');
    const patch = {
      ...documentedProfile(aws),
      id: 'patch',
      requirements: [{ ...requirement, group: 'policy:patch', when: undefined }],
    };
    const both = withProfiles(aws, [patch]);
    const ask = { level: 'required', step: 'Do it', without: 'nothing is done' } as const;
    const asks = [
      { ...ask, profile: 'image-management', group: requirement.group },
      { ...ask, profile: 'patch', group: 'policy:patch' },
    ];
    const verification = verificationOf({ [requirement.id]: 'missing' });
    const shared: Verification = {
      ...verification,
      profiles: [
        { id: 'image-management', verdict: 'missing' },
        { id: 'patch', verdict: 'missing' },
      ],
      findings: verification.findings.map((finding) => ({
        ...finding,
        asks: finding.requirement === requirement.id ? asks : asks.slice(0, 1),
      })),
    };
    const outcome = (purpose: string | undefined) =>
      entryOf(
        { connection: connectionOf(), provider: both, verification: shared, earlier: undefined },
        undefined,
        { ...options, profile: 'minimum', purpose },
      ).entry.outcome;

    it('counts what one of them asks for without an option', () => {
      expect(outcome(undefined)).toBe('missing');
      expect(outcome('patch')).toBe('missing');
    });

    it('leaves that out for the other one', () => {
      expect(outcome('image-management')).toBe('ready');
    });
  });
});

describe('when a report speaks', () => {
  const entries = (...verifications: Verification[]) => {
    let known: Standing | undefined;
    let entry: Report['entries'][number] | undefined;
    for (const verification of verifications) {
      const found = { connection: connectionOf(), provider: aws, verification, earlier: undefined };
      ({ entry, standing: known } = entryOf(found, known, options));
    }
    return entry ? [entry] : [];
  };
  const report = (list: Report['entries'], since: string | null = '2026-11-22T09:00:00Z'): Report => ({
    runId: 'r',
    at: '2026-11-23T09:00:00Z',
    isLate: false,
    since: since ?? undefined,
    entries: list,
    leftOut: 0,
    catalogChanges: [],
    trend: [],
  });

  it('always, on change, or when something is not ready', () => {
    const same = report(entries(ready, ready));
    const lost = report(entries(ready, lacking));
    const still = report(entries(lacking, lacking));

    expect([same, lost, still].map((each) => speaks('always', each))).toEqual([true, true, true]);
    expect([same, lost, still].map((each) => speaks('on-change', each))).toEqual([false, true, false]);
    expect([same, lost, still].map((each) => speaks('not-ready', each))).toEqual([false, true, true]);
    expect(speaks('on-change', report(entries(ready), null))).toBe(true);
  });

  it('when something cannot be read, since silence would say that all is ready', () => {
    const same = report(entries(ready, ready));

    expect(speaks('not-ready', { ...same, leftOut: 1 })).toBe(true);
    expect(speaks('on-change', { ...same, leftOut: 1 })).toBe(false);
  });

  it('of an expiry once for each reminder', () => {
    const at = (expiresOn: string) => verificationOf({}, { credential: { expiresOn } });
    expect(speaks('on-change', report(entries(at('2027-01-30'), at('2026-12-20'))))).toBe(true);
    expect(speaks('on-change', report(entries(at('2026-12-20'), at('2026-12-20'))))).toBe(false);
    expect(speaks('on-change', report(entries(at('2026-12-20'), at('2026-12-02'))))).toBe(true);
  });
});

describe('the connections that a report is about', () => {
  const connection = { id: 'c-1', tags: ['Production', 'europe'], profiles: ['image-management'] };
  it.each([
    [{ kind: 'all' }, true],
    [{ kind: 'tags', tags: ['production'] }, true],
    [{ kind: 'tags', tags: ['prod'] }, false],
    [{ kind: 'chosen', connectionIds: ['c-1'] }, true],
    [{ kind: 'chosen', connectionIds: ['c-2'] }, false],
    [{ kind: 'all', profile: 'image-management' }, true],
    [{ kind: 'all', profile: 'run-scripts' }, false],
  ] as const)('%o: %s', (selection, isMeant) => {
    expect(isSelected(selection as Parameters<typeof isSelected>[0], connection)).toBe(isMeant);
  });
});
