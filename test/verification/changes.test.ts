import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../src/verification/changes.ts';
import type { Finding } from '../../src/verification/finding.ts';
import { findingOf, verificationOf } from '../support/findings.ts';

const ids = (findings: { requirement: string }[]) => findings.map(({ requirement }) => requirement);

describe('what changed between two runs', () => {
  it('tells fixed, newly missing, still missing and no longer told apart', () => {
    const before = verificationOf({ 'ec2:CopyImage': 'missing', 'ec2:CreateImage': 'missing' });
    const after = verificationOf({
      'ec2:CreateImage': 'missing',
      'ec2:RunInstances': 'missing',
      'ec2:CreateTags': 'inconclusive',
    });

    const changes = changesBetween(before, after);

    expect(ids(changes.fixed)).toEqual(['ec2:CopyImage']);
    expect(ids(changes.newlyMissing)).toEqual(['ec2:RunInstances']);
    expect(ids(changes.stillMissing)).toEqual(['ec2:CreateImage']);
    expect(ids(changes.noLongerTold)).toEqual(['ec2:CreateTags']);
    expect(changes.since).toBe(before.startedAt);
  });

  it('does not call lost what was held on another object', () => {
    const on = (scope: string, state: Finding['state']) => ({
      ...verificationOf({}),
      findings: [findingOf('Datastore.Browse', state, { scope })],
    });

    const changes = changesBetween(on('Datastore /DC/a', 'likely'), on('Datastore /DC/b', 'missing'));

    expect(changes.newlyMissing).toEqual([]);
    expect(ids(changes.foundMissing)).toEqual(['Datastore.Browse']);
  });

  it('does not call fixed what could merely not be told this time', () => {
    const changes = changesBetween(
      verificationOf({ 'ec2:CopyImage': 'missing' }),
      verificationOf({ 'ec2:CopyImage': 'inconclusive' }),
    );

    expect(changes.fixed).toEqual([]);
    expect(ids(changes.noLongerTold)).toEqual(['ec2:CopyImage']);
  });

  it('tells what could not be told before apart from what was lost', () => {
    const before = verificationOf({ 'ec2:CopyImage': 'inconclusive', 'ec2:CreateImage': 'inconclusive' });
    const changes = changesBetween(before, verificationOf({ 'ec2:CreateImage': 'missing' }));

    expect(ids(changes.nowHeld)).toEqual(['ec2:CopyImage']);
    expect(ids(changes.foundMissing)).toEqual(['ec2:CreateImage']);
    expect(changes.newlyMissing).toEqual([]);
    expect(changes.needsNewFix).toBe(true);
  });

  it('knows a failure again by all that was said of it', () => {
    const failed = (message: string, confirm = {}) => ({
      ...verificationOf({}),
      verdict: 'failed' as const,
      error: { code: 'provider.sign-in-failed', message, confirm },
    });
    const before = failed('The key is gone');

    expect(changesBetween(before, failed('The key is gone')).failsAsBefore).toBe(true);
    expect(changesBetween(before, failed('The key is locked')).failsAsBefore).toBe(false);
    expect(changesBetween(before, failed('The key is gone', { pin: 'x' })).failsAsBefore).toBe(false);
    expect(changesBetween(verificationOf({}), before).failsAsBefore).toBe(false);
    expect(changesBetween(before, verificationOf({})).failsAsBefore).toBe(false);
  });

  it('asks for another fix when another layer denies', () => {
    const before = verificationOf({ 'ec2:CopyImage': 'missing' });
    const above = findingOf('ec2:CopyImage', 'missing', {
      layer: 'service-control-policy',
      denial: 'explicit',
    });

    expect(changesBetween(before, verificationOf({ 'ec2:CopyImage': above })).needsNewFix).toBe(true);
    expect(changesBetween(before, before).needsNewFix).toBe(false);
  });

  it.each<[string, Partial<Finding>]>([
    ['its layer', { layer: 'permissions-boundary' }],
    ['its kind of denial', { denial: 'explicit' }],
    ['its policy', { policy: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3' }],
    ['a second layer', { alsoLayer: 'permissions-boundary' }],
  ])('asks for another fix when one of several refusals changed %s', (_what, more) => {
    const before = verificationOf({ 'ec2:CopyImage': 'missing', 'ec2:CreateImage': 'missing' });
    const changed = findingOf('ec2:CreateImage', 'missing', more);
    const after = verificationOf({ 'ec2:CopyImage': 'missing', 'ec2:CreateImage': changed });

    expect(changesBetween(before, after).needsNewFix).toBe(true);
  });

  it('takes likely for held, before and after', () => {
    const likely = verificationOf({ 'ec2:CopyImage': 'likely' });
    const missing = verificationOf({ 'ec2:CopyImage': 'missing' });

    expect(ids(changesBetween(missing, likely).fixed)).toEqual(['ec2:CopyImage']);
    expect(ids(changesBetween(likely, missing).newlyMissing)).toEqual(['ec2:CopyImage']);
  });

  it('says nothing of what could not be told either time', () => {
    const open = verificationOf({ 'ec2:CopyImage': 'inconclusive' });

    expect(changesBetween(open, open).noLongerTold).toEqual([]);
  });

  it('takes what the earlier run did not know for found, not for lost', () => {
    const after = verificationOf({ 'ec2:CopyImage': 'missing' });
    const before = { ...after, findings: after.findings.filter(({ state }) => state !== 'missing') };

    expect(ids(changesBetween(before, after).foundMissing)).toEqual(['ec2:CopyImage']);
    expect(changesBetween(before, after).newlyMissing).toEqual([]);
  });

  it('never calls two runs that worked a repeated failure', () => {
    expect(changesBetween(verificationOf({}), verificationOf({})).failsAsBefore).toBe(false);
  });
});
