import { describe, expect, it } from 'vitest';
import {
  denyRemediation,
  guardedAsAWhole,
  guardRemediation,
  layerRemediation,
  quarantineRemediation,
} from '../../../src/providers/aws/guards.ts';
import { remediate } from '../../../src/providers/aws/remediation.ts';
import type { Finding } from '../../../src/verification/finding.ts';
import { findingOf } from '../../support/findings.ts';

const policy = 'arn:aws:organizations::123456789012:policy/o-1/service_control_policy/p-1';
const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2';
const byScp = { layer: 'service-control-policy', denial: 'explicit' } as const;
const missing = (id: string, more: Partial<Finding> = {}) => findingOf(id, 'missing', more);
const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);
const refused = { identity: undefined, target: {} };
const [one, two] = ['ec2:CreateImage', 'ec2:CopyImage'];

describe('one guard before everything', () => {
  const all = (more: Partial<Finding>) => [missing(one, more), missing(two, more)];

  it.each<[string, readonly Finding[], readonly Finding[], readonly string[]]>([
    ['a service control policy', all(byScp), [], [one, two]],
    ['a boundary that lacks all', all({ layer: 'permissions-boundary', denial: 'implicit' }), [], [one, two]],
    [
      'a statement of the caller’s own',
      all({ layer: 'identity-policy', denial: 'explicit' }),
      [],
      [one, two],
    ],
    ['a statement of nobody known', all({ layer: undefined, denial: 'explicit' }), [], [one, two]],
    ['not a plain lack of grants', all({ layer: 'identity-policy', denial: 'implicit' }), [], []],
    ['not a lack without a reason', all({ layer: undefined, denial: undefined }), [], []],
    ['not where another action is allowed', all(byScp), [findingOf('ec2:StopInstances', 'granted')], []],
    [
      'also where something else than an action is',
      all(byScp),
      [findingOf('prerequisite:x', 'granted')],
      [one, two],
    ],
    ['not where one alone was asked', [missing(one, byScp)], [], []],
    ['not where another one refuses some', [missing(one, byScp), missing(two, { ...byScp, policy })], [], []],
    [
      'not where the policies lack it too',
      all({ layer: 'permissions-boundary', denial: 'implicit', alsoLayer: 'identity-policy' }),
      [],
      [],
    ],
    ['none where nothing is missing', [], [findingOf(one, 'granted'), findingOf(two, 'granted')], []],
  ])('is %s', (_what, lacking, others, expected) => {
    expect(ids(guardedAsAWhole(lacking, [...lacking, ...others]))).toEqual(expected);
  });

  it('is told once, as the cause, with its policy', () => {
    const [cause, ...others] = guardRemediation(all({ ...byScp, policy }), refused);

    expect(others).toMatchObject([{ forwardTo: 'whoever keeps that rule', fixes: [one, two] }]);
    expect(others[0]?.text).toContain(`By what: service control policy ${policy}`);
    expect(cause).toMatchObject({ title: 'One reason for all 2', isCause: true, fixes: [one, two] });
    expect(cause?.text).toContain(`A Deny in the service control policy ${policy} covers the actions`);
    expect(guardRemediation([], refused)).toEqual([]);
  });

  it('that allows nothing is told so, and one of no known kind as a policy', () => {
    const boundary = guardRemediation(all({ layer: 'permissions-boundary', denial: 'implicit' }), refused);
    expect(boundary[0]?.text).toContain('The permissions boundary allows none of the actions');
    expect(guardRemediation(all({ layer: 'x', denial: 'explicit' }), refused)[0]?.text).toContain(
      'A Deny in the policy covers',
    );
  });

  it('takes the place of every single fix', () => {
    const lacking = all(byScp);
    const told = remediate({ missing: lacking, counting: lacking, identity: undefined, target: {} });
    expect(told.map(({ title }) => title)).toEqual([
      'One reason for all 2',
      'Forward this to whoever keeps that rule',
    ]);
  });
});

describe('a key in quarantine', () => {
  const leaked = missing(one, { policy: quarantine, denial: 'explicit', layer: 'identity-policy' });

  it('gets no rights, only advice to replace it', () => {
    const told = remediate({ missing: [leaked, missing(two)], identity: undefined, target: {} });

    expect(told).toMatchObject([
      { title: 'The key has leaked: rotate it now', format: 'text', fixes: [one] },
    ]);
    expect(told[0]?.text).toContain(`attached ${quarantine} to its user`);
    expect(quarantineRemediation([])).toEqual([]);
  });

  it('gets none where somebody has accepted what it is refused', () => {
    const told = remediate({
      missing: [missing(two)],
      counting: [leaked, missing(two)],
      identity: undefined,
      target: {},
    });
    expect(told.map(({ fixes }) => fixes)).toEqual([[one]]);
  });
});

describe('a statement that forbids', () => {
  it.each<[string, Partial<Finding>, RegExp | undefined]>([
    [
      'of a policy with a name',
      { layer: 'identity-policy', denial: 'explicit', policy },
      /^A Deny in arn:aws:organ/,
    ],
    [
      'of the caller',
      { layer: 'identity-policy', denial: 'explicit' },
      /^A Deny in a policy of kim or of its groups/,
    ],
    [
      'of nobody known',
      { layer: undefined, denial: 'explicit' },
      /^A Deny in a policy that AWS does not name/,
    ],
    ['of another layer', byScp, undefined],
    ['that is none', { layer: 'identity-policy', denial: 'implicit' }, undefined],
  ])('%s', (_what, more, text) => {
    const identity = { id: 'arn:aws:iam::123456789012:user/kim', kind: 'user', name: 'kim' } as const;
    const told = denyRemediation([missing(one, more)], { identity, target: {} });
    expect(told).toHaveLength(text ? 1 : 0);
    if (!text) return;
    expect(told[0]?.note).toMatch(text);
    expect(told[0]?.text).toContain(`Who is refused: ${identity.id}\nBy what: a Deny in `);
  });

  it('is told once for all that it forbids, and apart from others', () => {
    const own = { layer: 'identity-policy', denial: 'explicit' } as const;
    const told = denyRemediation(
      [missing(one, own), missing(two, own), missing('ec2:StopInstances', { ...own, policy })],
      refused,
    );
    expect(told.map(({ fixes }) => fixes)).toEqual([[one, two], ['ec2:StopInstances']]);
    expect(told[0]?.note).toContain('a policy of the caller or of its groups');
  });
});

describe('what is not the caller’s to fix', () => {
  it('is told by layer and policy, with what is needed besides', () => {
    const told = layerRemediation(
      [
        missing(one, byScp),
        missing(two, { ...byScp, policy }),
        missing('ec2:StopInstances', { layer: 'permissions-boundary', alsoLayer: 'identity-policy' }),
        missing('ec2:CreateTags', { layer: 'identity-policy', alsoLayer: 'permissions-boundary' }),
        missing('ec2:CreateVolume', { layer: 'identity-policy' }),
      ],
      refused,
    );

    expect(told.map(({ fixes }) => fixes)).toEqual([[one], [two], ['ec2:StopInstances'], ['ec2:CreateTags']]);
    expect(told.map(({ text }) => text.includes(`service control policy ${policy}`))).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(told.map(({ note }) => note?.includes('both must'))).toEqual([false, false, true, true]);
  });
});

describe('which fix a refusal gets', () => {
  const titlesOf = (...lacking: Finding[]) =>
    remediate({ missing: lacking, identity: undefined, target: {} })
      .filter(({ alternative }) => !alternative)
      .map(({ title, fixes }) => [title.split(/[ :]/, 1)[0], ...fixes]);
  const isPolicy = (titles: readonly (string | undefined)[][]) => titles.some(([title]) => title === 'Add');

  it.each<[string, Partial<Finding>, boolean]>([
    ['of no layer', { layer: undefined, denial: undefined }, true],
    ['of the identity policies', { layer: 'identity-policy', denial: 'implicit' }, true],
    [
      'of the boundary and the policies',
      { layer: 'permissions-boundary', alsoLayer: 'identity-policy' },
      true,
    ],
    ['of the boundary', { layer: 'permissions-boundary', denial: 'implicit' }, false],
    ['of a statement', { layer: 'identity-policy', denial: 'explicit' }, false],
    ['of a statement of nobody', { layer: undefined, denial: 'explicit' }, false],
    [
      'that the simulator allows',
      { layer: undefined, denial: undefined, method: 'dry-run+simulation' },
      false,
    ],
    [
      'with a layer, by both witnesses',
      { layer: 'identity-policy', denial: 'implicit', method: 'dry-run+simulation' },
      true,
    ],
  ])('%s: a further policy %s', (_what, more, expected) => {
    expect(isPolicy(titlesOf(missing(one, more)))).toBe(expected);
  });

  it('that the simulator allows is looked for outside, and nothing else is', () => {
    const outside = { layer: undefined, denial: undefined, method: 'dry-run+simulation' } as const;
    const told = titlesOf(missing(one, outside), missing(two));
    expect(told).toContainEqual(['Look', one]);
    expect(titlesOf(missing(two)).some(([title]) => title === 'Look')).toBe(false);
  });

  it.each<[string, { id: string; path: string }[], string[]]>([
    [
      'a VPC',
      [{ id: 'eu-central-1', path: 'default-vpc' }],
      ['aws ec2 create-default-vpc --region eu-central-1'],
    ],
    [
      'subnets',
      [{ id: 'eu-central-1', path: 'default-subnets' }],
      ['aws ec2 create-default-subnet --region eu-central-1 --availability-zone eu-central-1a'],
    ],
    [
      'one here, the other there',
      [
        { id: 'eu-central-1', path: 'default-vpc' },
        { id: 'us-east-1', path: 'default-subnets' },
      ],
      [
        'aws ec2 create-default-vpc --region eu-central-1',
        'aws ec2 create-default-subnet --region us-east-1 --availability-zone us-east-1a',
      ],
    ],
    ['nothing that is named', [], []],
  ])('for want of a default VPC: %s', (_what, objects, commands) => {
    const vpc = missing('prerequisite:default-vpc', { layer: undefined, denial: undefined, objects });
    const told = remediate({ missing: [vpc], identity: undefined, target: {} });
    expect(told.map(({ text }) => text)).toEqual(commands);
    for (const { fixes, format } of told)
      expect([fixes, format]).toEqual([['prerequisite:default-vpc'], 'shell']);
  });

  it('of a read that a layer refuses is no want of a VPC', () => {
    const told = titlesOf(
      missing('prerequisite:default-vpc', { ...byScp, objects: [{ id: 'x', path: 'default-vpc' }] }),
    );
    expect(told).toEqual([['Forward', 'prerequisite:default-vpc']]);
  });
});
