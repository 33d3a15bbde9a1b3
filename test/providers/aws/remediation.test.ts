import { describe, expect, it } from 'vitest';
import { splitBySize } from '../../../src/providers/aws/policy-remediation.ts';
import { remediate } from '../../../src/providers/aws/remediation.ts';
import type { Identity } from '../../../src/verification/verification.ts';
import { findingOf } from '../../support/findings.ts';
import { policyIn } from '../../support/policy-in.ts';

const target = { account: '123456789012', region: 'eu-central-1' };
const missing = ['ec2:RegisterImage', 'ec2:CreateImage'].map((id) => findingOf(id, 'missing'));
const user: Identity = { id: 'arn:aws:iam::123456789012:user/team/builder', kind: 'user', name: 'builder' };

describe('the AWS remediation', () => {
  it('is the documented policy cut down to what is missing, sorted and without a Sid', () => {
    const [policy] = remediate({ missing, identity: user, target });

    expect(policy?.format).toBe('shell');
    expect(policyIn(policy)).toEqual({
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
    const [attach] = remediate({ missing, identity, target });
    expect(`${attach?.note}\n${attach?.text}`).toContain(text);
  });

  it('comes as Terraform and CloudFormation too, with the same policy and the caller’s name', () => {
    const remediation = remediate({ missing, identity: user, target });
    const [policy] = remediation;
    const terraform = remediation.find(({ format }) => format === 'hcl')?.text ?? '';
    const template = JSON.parse(
      remediation.find(({ title }) => title.includes('CloudFormation'))?.text ?? '{}',
    );

    expect(JSON.parse(/jsonencode\((.*?)\)\n\}/s.exec(terraform)?.[1] ?? '')).toEqual(policyIn(policy));
    expect(terraform).toContain('resource "aws_iam_user_policy_attachment"');
    expect(terraform).toMatch(/user +=? *"builder"/);
    expect(template.Resources.XoapConnection.Properties).toMatchObject({
      PolicyDocument: policyIn(policy),
      Users: ['builder'],
    });
  });

  it('offers the simulator to a caller that could not ask it, and to no other', () => {
    const offers = (findings: typeof missing) =>
      remediate({ missing: findings, identity: user, target }).filter(({ title }) =>
        title.includes('simulator'),
      );
    const simulated = missing.map((finding) => ({ ...finding, method: 'dry-run+simulation' as const }));

    expect(offers(missing)).toMatchObject([{ fixes: [], alternative: true }]);
    expect(JSON.parse(offers(missing)[0]?.text ?? '')).toMatchObject({
      Version: '2012-10-17',
      Statement: [{ Resource: user.id }],
    });
    expect(offers(simulated)).toEqual([]);
  });

  it('is split where it would pass the size of a policy, and loses nothing', () => {
    const actions = Array.from({ length: 200 }, (_, index) => ({
      action: `ec2:DescribeSomethingWithALongName${index}`,
    }));
    const parts = splitBySize(actions, 2_048);

    expect(parts.flat()).toEqual(actions);
    expect(parts.length).toBeGreaterThan(2);
  });

  it('gives each fix a name of its own, so that none replaces an earlier one', () => {
    const nameOf = (findings: typeof missing) =>
      /--policy-name (\S+)/.exec(
        remediate({ missing: findings, identity: user, target })[0]?.text ?? '',
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
    expect(forOwners).toMatchObject([{ forwardTo: 'the administrator of your AWS organisation' }]);
    expect(forOwners.map(({ text }) => text).join()).not.toContain('Statement');
  });
});
