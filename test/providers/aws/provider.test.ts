import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Principal } from '../../../simulations/aws/account.ts';
import { type AwsCloud, startAwsCloud } from '../../../simulations/aws/cloud.ts';
import {
  demoLacks,
  documentedActions,
  documentedPolicy,
  simulatorPolicy,
} from '../../../simulations/aws/demo-accounts.ts';
import type { Policy } from '../../../simulations/aws/policy.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import type { Verification } from '../../../src/verification/verification.ts';

const aws = createAws();

const key = { id: 'AKIAFAKEFAKEFAKEFAKE', secret: 'planted/secret/'.padEnd(40, 'x') };
const region = 'eu-central-1';

type Case = {
  readonly principal?: Partial<Principal>;
  readonly account?: Partial<Account>;
  readonly credential?: Record<string, string>;
  readonly profileOptions?: string[];
  readonly deadlineMs?: number;
};

const clouds: AwsCloud[] = [];
let cloud: AwsCloud;
afterAll(async () => {
  await Promise.all(clouds.map((each) => each.close()));
});

async function newCloud({ principal, account }: Case, ...others: Account[]): Promise<void> {
  const holder: Principal = {
    kind: 'user',
    name: 'xoap-packer',
    keys: [key],
    policies: [documentedPolicy()],
    ...principal,
  };
  cloud = await startAwsCloud([
    { id: '123456789012', defaultVpcs: { [region]: 'complete' }, principals: [holder], ...account },
    ...others,
  ]);
  clouds.push(cloud);
  process.env.AWS_ENDPOINT_URL = cloud.url;
}

async function verify({
  credential = {},
  profileOptions = [],
  deadlineMs,
}: Case = {}): Promise<Verification> {
  const values = { region, accessKeyId: key.id, secretAccessKey: key.secret, ...credential };
  return runVerification({
    provider: aws,
    credential: values,
    target: { region },
    profileOptions,
    deadlineMs,
  });
}

async function verifyIn(setting: Case): Promise<Verification> {
  await newCloud(setting);
  return verify(setting);
}

const inState = ({ findings }: Verification, state: string) =>
  findings.filter((finding) => finding.state === state).map(({ requirement }) => requirement);
const find = ({ findings }: Verification, id: string) =>
  findings.find(({ requirement }) => requirement === id);
const allow = (Action: string | string[], more = {}): Policy => ({
  Statement: { Effect: 'Allow', Action, Resource: '*', ...more },
});
const deny = (Action: string, more = {}): Policy => ({
  Statement: { Effect: 'Deny', Action, Resource: '*', ...more },
});

describe('an AWS verification against a local AWS', () => {
  it('is ready for exactly the documented policy, by dry runs alone', async () => {
    const verification = await verifyIn({});

    expect(verification.verdict).toBe('ready');
    expect(verification.findings.filter(({ state }) => state !== 'not-applicable')).toHaveLength(34);
    expect(verification.identity).toEqual({
      id: 'arn:aws:iam::123456789012:user/xoap-packer',
      kind: 'user',
      name: 'xoap-packer',
      principal: 'arn:aws:iam::123456789012:user/xoap-packer',
    });
    expect(verification.target).toEqual({ account: '123456789012', region });
    expect(verification.notes.join()).toContain('simulator did not answer');
  });

  it('asks each of the 33 actions once, all dry, counts the calls and can be recognised', async () => {
    const verification = await verifyIn({});

    const dry = cloud.calls.filter(({ dryRun }) => dryRun).map(({ action }) => `ec2:${action}`);
    expect(dry.sort()).toEqual([...documentedActions].sort());
    expect(
      cloud.calls
        .filter(({ dryRun }) => !dryRun)
        .map(({ action }) => action)
        .sort(),
    ).toEqual([
      'DescribeImages',
      'DescribeSubnets',
      'GetCallerIdentity',
      'ListAccessKeys',
      'SimulatePrincipalPolicy',
    ]);
    expect(verification.calls).toBe(cloud.calls.length);
    expect(cloud.calls.every(({ userAgent }) => userAgent.includes('xoap-chatops'))).toBe(true);
    expect(cloud.faults).toEqual([]);
  });

  it('has at most eight dry runs under way at once', async () => {
    await newCloud({});
    cloud.delayMs = 30;

    await verify();

    expect(cloud.mostAtOnce).toBe(8);
  });

  it('names exactly the actions that the policy lacks', async () => {
    const verification = await verifyIn({
      principal: { policies: [documentedPolicy({ without: demoLacks })] },
    });

    expect(verification.verdict).toBe('missing');
    expect(inState(verification, 'missing').sort()).toEqual([...demoLacks].sort());
    expect(find(verification, 'ec2:CreateImage')).toMatchObject({
      layer: 'identity-policy',
      denial: 'implicit',
      method: 'dry-run',
    });
    expect(JSON.stringify(verification)).not.toContain('0jF4k3BL0Bq7');
  });

  it('counts mis-cased and wildcard actions, as IAM does', async () => {
    const verification = await verifyIn({
      principal: { policies: [allow(['EC2:describe*', 'ec2:*image*', 'ec2:?etPasswordData'])] },
    });

    expect(inState(verification, 'missing')).not.toContain('ec2:CopyImage');
    expect(inState(verification, 'missing')).not.toContain('ec2:GetPasswordData');
    expect(inState(verification, 'missing')).toContain('ec2:RunInstances');
  });

  it('hears the simulator too where the credential may ask it, over all pages', async () => {
    const verification = await verifyIn({ principal: { policies: [documentedPolicy(), simulatorPolicy] } });

    expect(verification.verdict).toBe('ready');
    expect(verification.findings.filter(({ method }) => method === 'dry-run+simulation')).toHaveLength(33);
    expect(cloud.calls.filter(({ action }) => action === 'SimulatePrincipalPolicy')).toHaveLength(2);
  });

  it('takes a grant limited to the account and region for a grant there, and says so', async () => {
    const rest = documentedPolicy({ without: ['ec2:StopInstances'] });
    const scoped = allow('ec2:StopInstances', { Resource: `arn:aws:ec2:${region}:123456789012:instance/*` });
    const verification = await verifyIn({ principal: { policies: [rest, scoped, simulatorPolicy] } });

    expect(verification.verdict).toBe('ready');
    expect(find(verification, 'ec2:StopInstances')?.evidence.caveat).toContain(
      `on arn:aws:ec2:${region}:123456789012:instance/* only`,
    );
  });

  it('does not take a grant on some of the kinds that an action needs at once for a grant', async () => {
    const rest = documentedPolicy({ without: ['ec2:AttachVolume'] });
    const half = allow('ec2:AttachVolume', { Resource: `arn:aws:ec2:${region}:123456789012:volume/*` });
    const verification = await verifyIn({ principal: { policies: [rest, half, simulatorPolicy] } });

    expect(find(verification, 'ec2:AttachVolume')).toMatchObject({ state: 'inconclusive', conflict: true });
    expect(verification.verdict).toBe('unproven');
  });

  it('tells in one note what the credential may do far beyond image builds', async () => {
    const verification = await verifyIn({ principal: { policies: [allow('*')] } });

    expect(verification.notes.join()).toContain(
      'manage users and permissions (iam), change and delete networks (ec2), delete storage (s3)',
    );
    const [offer] = verification.remediation;
    expect(JSON.parse(offer?.text ?? '').Statement[0].Action).toEqual([...documentedActions].sort());
    expect(offer).toMatchObject({ fixes: [], alternative: true });
    expect(
      (await verifyIn({ principal: { policies: [documentedPolicy(), simulatorPolicy] } })).notes.join(),
    ).not.toContain('more than it is for');
  });

  it('never takes a condition that cannot be evaluated for a missing permission', async () => {
    const office = { Condition: { StringLike: { 'aws:PrincipalTag/site': 'office' } } };
    const policies = [documentedPolicy(), simulatorPolicy, deny('ec2:CreateImage', office)];
    await newCloud({ principal: { policies } });
    cloud.trouble.set('CreateImage', ['throttled', 'throttled', 'throttled']);

    const verification = await verify();

    expect(find(verification, 'ec2:CreateImage')).toMatchObject({ state: 'inconclusive' });
    expect(find(verification, 'ec2:CreateImage')?.evidence.text).toContain('aws:PrincipalTag/site');
  });

  it.each([
    [
      'a service control policy',
      { account: { scps: [allow('*'), deny('ec2:RunInstances')] } },
      'service-control-policy',
      'explicit',
    ],
    [
      'a service control policy that does not allow',
      { account: { scps: [{ Statement: { Effect: 'Allow' as const, NotAction: 'ec2:RunInstances' } }] } },
      'service-control-policy',
      'implicit',
    ],
    [
      'a permissions boundary',
      { principal: { boundary: { Statement: { Effect: 'Allow' as const, NotAction: 'ec2:RunInstances' } } } },
      'permissions-boundary',
      'implicit',
    ],
    [
      'a session policy',
      {
        principal: {
          kind: 'role' as const,
          sessionPolicy: { Statement: { Effect: 'Allow' as const, NotAction: 'ec2:RunInstances' } },
        },
      },
      'session-policy',
      'implicit',
    ],
    [
      'a Deny of its own',
      { principal: { policies: [documentedPolicy(), deny('ec2:RunInstances')] } },
      'identity-policy',
      'explicit',
    ],
  ] as [string, Case, string, string][])(
    'says when %s denies, and offers no policy that would not help',
    async (_what, setting, layer, denial) => {
      const verification = await verifyIn(setting);

      expect(inState(verification, 'missing')).toEqual(['ec2:RunInstances']);
      expect(find(verification, 'ec2:RunInstances')).toMatchObject({ layer, denial });
      expect(verification.remediation.map(({ format }) => format)).toEqual(['text']);
    },
  );

  it('says of a grant on named resources that the documentation asks for all', async () => {
    const rest = documentedPolicy({ without: ['ec2:TerminateInstances'] });
    const one = allow('ec2:TerminateInstances', { Resource: 'arn:aws:ec2:*:*:instance/i-0123456789abcdef0' });
    const verification = await verifyIn({ principal: { policies: [rest, one] } });

    expect(inState(verification, 'missing')).toEqual(['ec2:TerminateInstances']);
    expect(find(verification, 'ec2:TerminateInstances')?.evidence.caveat).toContain(
      'may still be granted on single resources',
    );
  });

  it('finds the role behind a session, with its path', async () => {
    const role = {
      kind: 'role',
      name: 'AWSReservedSSO_Builder_1',
      path: '/aws-reserved/sso.amazonaws.com/eu-central-1/',
    } as const;
    const policies = [documentedPolicy({ without: ['ec2:CopyImage'] }), simulatorPolicy];
    const verification = await verifyIn({ principal: { ...role, session: 'kim@example.com', policies } });

    expect(verification.identity).toEqual({
      id: `arn:aws:sts::123456789012:assumed-role/${role.name}/kim@example.com`,
      kind: 'role',
      name: role.name,
      principal: `arn:aws:iam::123456789012:role${role.path}${role.name}`,
    });
    expect(find(verification, 'ec2:CopyImage')).toMatchObject({
      state: 'missing',
      method: 'dry-run+simulation',
    });
    expect(verification.remediation[0]?.note).toContain('permission set');
  });

  it('finds the role by its id where it may list roles but not read this one', async () => {
    const policies = [documentedPolicy(), allow(['iam:ListRoles', 'iam:SimulatePrincipalPolicy'])];
    const verification = await verifyIn({
      principal: { kind: 'role', name: 'ci', path: '/deep/', policies },
    });

    expect(verification.findings.filter(({ method }) => method === 'dry-run+simulation')).toHaveLength(33);
  });

  it('verifies a root key and warns about it', async () => {
    const verification = await verifyIn({ principal: { kind: 'root', policies: [] } });

    expect(verification).toMatchObject({ verdict: 'ready', identity: { kind: 'root' } });
    expect(verification.notes.join()).toContain('root user');
    expect(cloud.calls.map(({ action }) => action)).not.toContain('SimulatePrincipalPolicy');
  });

  it('says that the region has no default VPC, and how to make one', async () => {
    const verification = await verifyIn({ account: { defaultVpcs: {} } });

    expect(inState(verification, 'missing')).toEqual(['prerequisite:default-vpc']);
    expect(find(verification, 'ec2:CreateSecurityGroup')).toMatchObject({ state: 'likely' });
    expect(verification.remediation.map(({ text }) => text)).toEqual([
      'aws ec2 create-default-vpc --region eu-central-1',
    ]);
  });

  it('says that the default subnets were deleted, and how to make them again', async () => {
    const verification = await verifyIn({ account: { defaultVpcs: { [region]: 'no-subnets' } } });

    expect(inState(verification, 'missing')).toEqual(['prerequisite:default-vpc']);
    expect(verification.remediation).toEqual([
      expect.objectContaining({
        title: expect.stringContaining('needs ec2:CreateDefaultSubnet, which the connection itself does not'),
        text: 'aws ec2 create-default-subnet --region eu-central-1 --availability-zone eu-central-1a',
      }),
    ]);
  });

  it('tells a region that the organisation closes from one without a default VPC', async () => {
    const regions = ['eu-central-1', 'us-east-1', 'eu-west-1'];
    const closed = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
    const account = {
      regions,
      defaultVpcs: { 'eu-central-1': 'complete' as const },
      scps: [allow('*'), deny('*', { Condition: closed })],
    };
    const verification = await verifyIn({ account, profileOptions: ['all-regions'] });

    expect(find(verification, 'prerequisite:default-vpc')?.evidence.text).toBe(
      'No usable default VPC in us-east-1; a service control policy refuses eu-west-1; looked at 3 enabled regions.',
    );
    expect(verification.remediation.map(({ text }) => text)).toEqual([
      'aws ec2 create-default-vpc --region us-east-1',
    ]);
    account.defaultVpcs = { ...account.defaultVpcs, 'us-east-1': 'complete' as const } as never;
    const onlyClosed = await verifyIn({ account, profileOptions: ['all-regions'] });
    expect(find(onlyClosed, 'prerequisite:default-vpc')).toMatchObject({
      state: 'missing',
      layer: 'service-control-policy',
    });
    expect(onlyClosed.remediation.map(({ forwardTo }) => forwardTo)).toEqual([
      'the administrator of your AWS organisation',
    ]);
  });

  it('looks at every enabled region when asked to, and makes the fix for each', async () => {
    const regions = ['eu-central-1', 'us-east-1', 'eu-west-1'];
    const account = { regions, defaultVpcs: { 'eu-central-1': 'complete' as const } };
    const verification = await verifyIn({ account, profileOptions: ['all-regions'] });

    expect(find(verification, 'prerequisite:default-vpc')).toMatchObject({
      state: 'missing',
      scope: 'us-east-1, eu-west-1',
    });
    expect(verification.remediation.map(({ text }) => text)).toEqual([
      'aws ec2 create-default-vpc --region us-east-1\naws ec2 create-default-vpc --region eu-west-1',
    ]);
    const everywhere = Object.fromEntries(regions.map((each) => [each, 'complete' as const]));
    const complete = await verifyIn({
      account: { regions, defaultVpcs: everywhere },
      profileOptions: ['all-regions'],
    });
    expect(complete.verdict).toBe('ready');
    expect(find(complete, 'prerequisite:default-vpc')?.evidence.text).toContain(
      'looked at 3 enabled regions',
    );
    expect(cloud.faults).toEqual([]);
  });

  it('finds a zone that the account has', async () => {
    const verification = await verifyIn({
      account: { zones: ['b'], defaultVpcs: {} },
      profileOptions: ['own-vpc'],
    });
    expect(find(verification, 'ec2:CreateVolume')).toMatchObject({ state: 'granted' });
  });

  it('makes at most 10 calls beside the dry runs, at its worst', async () => {
    const policies = [
      documentedPolicy(),
      simulatorPolicy,
      deny('ec2:RunInstances'),
      { ...documentedPolicy({ without: [] }) },
    ];
    const principal = { kind: 'role' as const, path: '/deep/', policies };
    const verification = await verifyIn({ principal, account: { defaultVpcs: {} } });

    expect(verification.verdict).toBe('missing');
    // A launch that is refused with tags is asked about without them.
    // The local simulator's pages are five times shorter than IAM's, so its second page is not counted.
    const pages = cloud.calls.filter(({ action }) => action === 'SimulatePrincipalPolicy').length;
    expect(verification.calls - (pages > 1 ? 1 : 0)).toBeLessThanOrEqual(33 + 10);
  });

  it('tells by the simulator alone what has no dry run, and nothing without it', async () => {
    const profileOptions = ['instance-profile'];
    const states = (verification: Verification) =>
      ['iam:PassRole', 'iam:GetInstanceProfile'].map((id) => find(verification, id)?.state);
    const granted = [documentedPolicy(), simulatorPolicy, allow(['iam:PassRole', 'iam:GetInstanceProfile'])];

    expect(states(await verifyIn({ principal: { policies: granted }, profileOptions }))).toEqual([
      'likely',
      'likely',
    ]);
    expect(
      states(await verifyIn({ principal: { policies: [...granted, deny('iam:PassRole')] }, profileOptions })),
    ).toEqual(['missing', 'likely']);
    expect(states(await verifyIn({ principal: { policies: granted.slice(0, 2) }, profileOptions }))).toEqual([
      'inconclusive',
      'inconclusive',
    ]);
    expect(states(await verifyIn({ profileOptions }))).toEqual(['inconclusive', 'inconclusive']);
  });

  it('asks for more with profile options, and no default VPC where builds name their own', async () => {
    const setting = { account: { defaultVpcs: {} }, profileOptions: ['own-vpc', 'spot', 'fast-launch'] };
    const verification = await verifyIn(setting);

    expect(inState(verification, 'missing').sort()).toEqual([
      'ec2:CreateFleet',
      'ec2:CreateLaunchTemplate',
      'ec2:DeleteLaunchTemplate',
      'ec2:DescribeFastLaunchImages',
      'ec2:DescribeInstanceTypeOfferings',
      'ec2:DescribeVpcs',
      'ec2:EnableFastLaunch',
    ]);
    expect(inState(verification, 'not-applicable')).toEqual([
      'prerequisite:default-vpc',
      'iam:PassRole',
      'iam:GetInstanceProfile',
    ]);
  });
});

describe('a key that assumes a role', () => {
  const roleArn = 'arn:aws:iam::210987654321:role/images/xoap-build';
  const role = (trust: Principal['trust']): Account => ({
    id: '210987654321',
    defaultVpcs: { [region]: 'complete' },
    principals: [
      {
        kind: 'role',
        name: 'xoap-build',
        path: '/images/',
        keys: [],
        policies: [documentedPolicy()],
        ...(trust && { trust }),
      },
    ],
  });
  const assume = allow('sts:AssumeRole');

  it.each([
    [
      'of its own account’s trust',
      { accounts: ['123456789012'] },
      { authentication: 'assume-role', roleArn },
    ],
    [
      'in another account with an External ID',
      { accounts: ['123456789012'], externalId: 'xoap-1' },
      { authentication: 'assume-role-cross-account', roleArn, externalId: 'xoap-1' },
    ],
  ])('is verified as the role %s', async (_what, trust, credential) => {
    await newCloud({ principal: { policies: [assume] } }, role(trust));

    const verification = await verify({ credential });

    expect(verification.verdict).toBe('ready');
    expect(verification.identity).toMatchObject({ kind: 'role', name: 'xoap-build' });
    expect(verification.target).toEqual({ account: '210987654321', region });
  });

  it.each([
    ['the External ID is another one', { accounts: ['123456789012'], externalId: 'other' }, [assume]],
    ['the role trusts another account', { accounts: ['999999999999'], externalId: 'xoap-1' }, [assume]],
    ['the key may assume no role', { accounts: ['123456789012'], externalId: 'xoap-1' }, []],
  ])('is told what must hold when %s', async (_what, trust, policies) => {
    await newCloud({ principal: { policies } }, role(trust));

    const verification = await verify({
      credential: { authentication: 'assume-role-cross-account', roleArn, externalId: 'xoap-1' },
    });

    expect(verification).toMatchObject({ verdict: 'failed', error: { code: 'provider.sign-in-failed' } });
    expect(verification.error?.message).toBe(`AWS does not let this key assume ${roleArn}`);
    expect(verification.error?.hint).toMatch(/^Both sides must allow it.*with this External ID/);
  });

  const assuming = { authentication: 'assume-role', roleArn };
  const trusting = { accounts: ['123456789012'] };

  it('is signed in at home where the sign-in service of the region is off', async () => {
    const account = { regionsWithoutSts: [region] };
    await newCloud({ principal: { policies: [assume] }, account }, role(trusting));

    expect((await verify({ credential: assuming })).verdict).toBe('ready');
  });

  it('is told that the region is not enabled, and not that the key was deleted', async () => {
    const regions = ['us-east-1'];
    await newCloud(
      { principal: { policies: [assume] }, account: { regions } },
      {
        ...role(trusting),
        regions,
      },
    );
    const verification = await verify({ credential: assuming });

    expect(verification.error).toMatchObject({ code: 'provider.region-not-enabled' });
    expect(JSON.stringify(verification.error)).not.toContain('deleted');
  });

  it.each<[string, Principal['trust'], Policy[], RegExp]>([
    ['the trust policy', { accounts: [] }, [assume], /^The role’s trust policy does not allow it/],
    ['the key’s own side', trusting, [], /^No policy allows it on the key’s side/],
  ])('in one account is told that it is %s', async (_what, trust, policies, hint) => {
    const inside = 'arn:aws:iam::123456789012:role/xoap-build';
    const builder: Principal = {
      kind: 'role',
      name: 'xoap-build',
      keys: [],
      policies: [documentedPolicy()],
      ...(trust && { trust }),
    };
    const user: Principal = { kind: 'user', name: 'xoap-packer', keys: [key], policies };
    await newCloud({ account: { principals: [user, builder] } });
    const verification = await verify({ credential: { authentication: 'assume-role', roleArn: inside } });

    expect(verification.error?.hint).toMatch(hint);
  });

  it('is told of a wrong secret as such', async () => {
    await newCloud({}, role({ accounts: ['123456789012'] }));
    const secretAccessKey = 'other/secret/'.padEnd(40, 'x');

    const verification = await verify({
      credential: { authentication: 'assume-role', roleArn, secretAccessKey },
    });

    expect(verification.error?.message).toContain('does not belong to the access key id');
  });
});

describe('what ends an AWS verification before it begins', () => {
  const past = '2020-01-01T00:00:00Z';
  const token = 'fake-session-token';
  it.each([
    [
      'a deleted key',
      { principal: { keys: [] } },
      'provider.sign-in-failed',
      'does not know the access key id',
    ],
    [
      'a wrong secret',
      { credential: { secretAccessKey: 'other/secret/'.padEnd(40, 'x') } },
      'provider.sign-in-failed',
      'does not belong',
    ],
    [
      'an expired token',
      {
        principal: { keys: [{ ...key, id: 'ASIAFAKEFAKEFAKEFAKE', sessionToken: token, expires: past }] },
        credential: { accessKeyId: 'ASIAFAKEFAKEFAKEFAKE', sessionToken: token },
      },
      'provider.sign-in-failed',
      'has expired',
    ],
    [
      'a region that is not enabled',
      { account: { regions: ['us-east-1'] } },
      'provider.region-not-enabled',
      'eu-central-1 is not enabled',
    ],
  ] as [string, Case, string, string][])(
    'is %s, told by its cause',
    async (_what, setting, code, message) => {
      const verification = await verifyIn(setting);

      expect(verification).toMatchObject({ verdict: 'failed', error: { code }, remediation: [] });
      expect(verification.error?.message).toContain(message);
      expect(verification.findings.some(({ state }) => state === 'missing')).toBe(false);
      expect(cloud.calls.length).toBeLessThanOrEqual(3);
    },
  );

  it('is our own clock, and is not blamed on the person', async () => {
    await newCloud({});
    cloud.clockOffsetMs = 3_600_000;

    const verification = await verify();

    expect(verification.error).toMatchObject({ code: 'provider.clock-skewed' });
    expect(verification.error?.hint).toContain('Nothing is wrong with the credential');
  });

  it('is a cloud that cannot be reached', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';

    expect(await verify()).toMatchObject({ verdict: 'failed', error: { code: 'provider.unreachable' } });
  });
});

describe('trouble in the middle of an AWS verification', () => {
  beforeEach(() => newCloud({}));

  it('repeats a throttled call and still answers', async () => {
    cloud.trouble.set('CopyImage', ['throttled']);

    const verification = await verify();

    expect(verification.verdict).toBe('ready');
    expect(cloud.calls.filter(({ action }) => action === 'CopyImage')).toHaveLength(2);
  });

  it.each([
    ['keeps being throttled', ['throttled', 'throttled', 'throttled'], 3],
    ['is answered with a fault of AWS', ['unavailable'], 1],
    ['is answered by half an answer', ['truncated'], 1],
  ] as const)('tells nothing about an action that %s', async (_what, troubles, calls) => {
    cloud.trouble.set('CopyImage', [...troubles]);

    const verification = await verify();

    expect(inState(verification, 'inconclusive')).toEqual(['ec2:CopyImage']);
    expect(verification.verdict).toBe('unproven');
    expect(cloud.calls.filter(({ action }) => action === 'CopyImage')).toHaveLength(calls);
  });

  it('takes a dry run that was carried out for an incident and never for a grant', async () => {
    cloud.trouble.set('CreateKeyPair', ['not-honoured']);

    const verification = await verify();

    expect(find(verification, 'ec2:CreateKeyPair')).toMatchObject({
      state: 'inconclusive',
      evidence: { code: 'DryRunNotHonoured' },
    });
    expect(find(verification, 'ec2:CreateKeyPair')?.evidence.text).toContain('key-0123456789abcdef0');
    expect(JSON.stringify(verification)).not.toContain('planted-private-key');
    expect(verification.verdict).toBe('unproven');
  });

  it('ends at its deadline with what it knows; the rest is inconclusive', async () => {
    cloud.trouble.set('CopyImage', ['hangs']);

    const verification = await verify({ deadlineMs: 1_500 });

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, 'ec2:CopyImage')?.evidence.text).toBe('Not told within 1.5 s.');
    expect(inState(verification, 'missing')).toEqual([]);
    expect(verification.durationMs).toBeLessThan(15_000);
  });
});

it('shows a secret that AWS echoes nowhere', async () => {
  await newCloud({
    principal: { name: key.secret, policies: [documentedPolicy({ without: ['ec2:CopyImage'] })] },
  });

  const verification = await verify();

  expect(verification.verdict).toBe('missing');
  expect(JSON.stringify(verification)).not.toContain(key.secret);
  expect(JSON.stringify(verification)).toContain('[secret]');
});
