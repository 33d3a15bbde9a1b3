import { describe, expect, it } from 'vitest';
import { remediate } from '../../../src/providers/aws/remediation.ts';
import type { Identity } from '../../../src/verification/verification.ts';
import { findingOf } from '../../support/findings.ts';

const target = { account: '123456789012', region: 'eu-central-1' };
const missing = ['ec2:RegisterImage', 'ec2:CreateImage'].map((id) => findingOf(id, 'missing'));
const user: Identity = { id: 'arn:aws:iam::123456789012:user/team/builder', kind: 'user', name: 'builder' };

describe('the AWS remediation', () => {
  it('is the documented policy cut down to what is missing, sorted and without a Sid', () => {
    const [policy] = remediate({ missing, identity: user, target });

    expect(JSON.parse(policy?.text ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['ec2:CreateImage', 'ec2:RegisterImage'], Resource: '*' }],
    });
    expect(policy?.fixes).toEqual(['ec2:RegisterImage', 'ec2:CreateImage']);
  });

  it.each<[string, Identity | undefined, string]>([
    ['a user', user, 'aws iam put-user-policy'],
    ['a user by name', user, '--user-name builder'],
    ['a role', { id: 'arn:aws:sts::1:assumed-role/ci/x', kind: 'role', name: 'ci' }, '--role-name ci'],
    ['a role of IAM Identity Center', { id: 'x', kind: 'role', name: 'AWSReservedSSO_A' }, 'permission set'],
    ['somebody unknown', undefined, 'in the IAM console'],
  ])('tells %s how to attach it', (_who, identity, text) => {
    expect(remediate({ missing, identity, target })[1]?.text).toContain(text);
  });

  it('gives each fix a name of its own, so that none replaces an earlier one', () => {
    const nameOf = (findings: typeof missing) =>
      /--policy-name (\S+)/.exec(
        remediate({ missing: findings, identity: user, target })[1]?.text ?? '',
      )?.[1];

    expect(nameOf(missing)).toBe(nameOf([...missing].reverse()));
    expect(nameOf(missing)).not.toBe(nameOf(missing.slice(1)));
  });

  it('offers no policy where the simulator says that the policies allow it', () => {
    const {
      layer: _layer,
      denial: _denial,
      ...refusedAnyhow
    } = findingOf('ec2:CopyImage', 'missing', { method: 'dry-run+simulation' });
    const remediation = remediate({ missing: [refusedAnyhow], identity: user, target });

    expect(remediation.map(({ format }) => format)).toEqual(['text']);
    expect(remediation[0]?.text).toContain('session policy');
  });

  it('covers every missing finding, each by one layer', () => {
    const all = [
      ...missing,
      findingOf('ec2:RunInstances', 'missing', { layer: 'service-control-policy', denial: 'explicit' }),
      findingOf('ec2:StopInstances', 'missing', { layer: 'identity-policy', denial: 'explicit' }),
      findingOf('ec2:CopyImage', 'missing', { layer: 'permissions-boundary' }),
      findingOf('prerequisite:default-vpc', 'missing'),
    ];

    const remediation = remediate({ missing: all, identity: user, target });

    expect(new Set(remediation.flatMap(({ fixes }) => fixes))).toEqual(
      new Set(all.map(({ requirement }) => requirement)),
    );
    const forOwners = remediation.filter(({ fixes }) => fixes.includes('ec2:RunInstances'));
    expect(forOwners.map(({ text }) => text).join()).toContain(
      'Your organisation’s administrator must change it',
    );
    expect(forOwners.map(({ text }) => text).join()).not.toContain('Statement');
  });
});
