import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Account, Principal } from '../../../simulations/aws/account.ts';
import { type AwsCloud, startAwsCloud } from '../../../simulations/aws/cloud.ts';
import {
  documentedActions,
  documentedPolicy,
  simulatorPolicy,
} from '../../../simulations/aws/demo-accounts.ts';
import { amazonImage } from '../../../simulations/aws/ec2.ts';
import type { Policy } from '../../../simulations/aws/policy.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import type { Verification } from '../../../src/verification/verification.ts';
import { policyIn } from '../../support/policy-in.ts';

// Accounts that a simpler rule judges wrongly, each with the verdict that a build would confirm.

const key = { id: 'AKIAFAKEFAKEFAKEFAKE', secret: 'fake/verdicts/'.padEnd(40, 'x') };
const region = 'eu-central-1';
const id = '123456789012';
const own = `arn:aws:ec2:${region}:${id}`;

type Setting = {
  readonly policies: readonly Policy[];
  readonly principal?: Partial<Principal>;
  readonly account?: Partial<Account>;
  readonly sourceIp?: string;
  readonly profileOptions?: readonly string[];
  readonly deadlineMs?: number;
};

let cloud: AwsCloud;
const clouds: AwsCloud[] = [];
afterAll(() => Promise.all(clouds.map((each) => each.close())));
afterEach(() => expect(cloud.faults).toEqual([]));

async function verify({
  policies,
  principal,
  account,
  sourceIp,
  profileOptions = [],
}: Setting): Promise<Verification> {
  const holder: Principal = {
    kind: 'user',
    name: 'xoap-packer',
    keys: [key],
    policies: [...policies],
    ...principal,
  };
  cloud = await startAwsCloud([
    { id, defaultVpcs: { [region]: 'complete' }, principals: [holder], ...account },
  ]);
  clouds.push(cloud);
  process.env.AWS_ENDPOINT_URL = cloud.url;
  return runVerification({
    provider: createAws({ sourceIp }),
    credential: { region, accessKeyId: key.id, secretAccessKey: key.secret },
    target: { region },
    profileOptions,
  });
}

const find = ({ findings }: Verification, requirement: string) =>
  findings.find((finding) => finding.requirement === requirement);
const inState = ({ findings }: Verification, state: string) =>
  findings.filter((finding) => finding.state === state).map(({ requirement }) => requirement);
const allow = (Action: string | readonly string[], more = {}): Policy => ({
  Statement: { Effect: 'Allow', Action, Resource: '*', ...more },
});
const deny = (Action: string | readonly string[], more = {}): Policy => ({
  Statement: { Effect: 'Deny', Action, Resource: '*', ...more },
});
const all = documentedPolicy();
const but = (...without: string[]) => documentedPolicy({ without });

const keeper = 'whoever set the permissions boundary';

describe('the launch (rule 1)', () => {
  const kinds = ['instance', 'network-interface', 'security-group', 'subnet', 'volume', 'key-pair'];
  const launchOn = (...some: string[]) =>
    allow('ec2:RunInstances', {
      Resource: [...some.map((kind) => `${own}:${kind}/*`), `arn:aws:ec2:${region}::image/*`],
    });

  it('is proven with an image of Amazon’s, a default subnet, a key, tags and a disk', async () => {
    const verification = await verify({ policies: [all] });

    expect(verification.verdict).toBe('ready');
    expect(find(verification, 'ec2:RunInstances')).toMatchObject({ state: 'granted', method: 'dry-run' });
    expect(find(verification, 'ec2:RunInstances')?.evidence.caveat).toContain('a key pair that is not there');
  });

  it('leaves nothing open about the key pair where the simulator confirms it', async () => {
    const verification = await verify({ policies: [all, simulatorPolicy] });

    expect(find(verification, 'ec2:RunInstances')).toMatchObject({ state: 'granted' });
    expect(find(verification, 'ec2:RunInstances')?.evidence.caveat).toBeUndefined();
  });

  it('is proven where each kind is granted by itself', async () => {
    const verification = await verify({ policies: [but('ec2:RunInstances'), launchOn(...kinds)] });

    expect(find(verification, 'ec2:RunInstances')).toMatchObject({ state: 'granted' });
  });

  it.each(kinds)('is missing without %s, and the fix carries the whole set', async (kind) => {
    const policies = [but('ec2:RunInstances'), launchOn(...kinds.filter((each) => each !== kind))];
    const verification = await verify({ policies });

    expect(inState(verification, 'missing')).toEqual(['ec2:RunInstances']);
    expect(policyIn(verification.remediation[0]).Statement).toEqual([
      { Effect: 'Allow', Action: ['ec2:RunInstances'], Resource: '*' },
    ]);
  });

  it.each<[string, Partial<Account>]>([
    ['EC2 looks for the key pair', { looksForKeyPairs: true }],
    ['the account sees no image of Amazon’s', { hidesAmazonImages: true }],
    ['there is no default subnet', { defaultVpcs: {} }],
  ])('is open where %s, unless the simulator tells', async (_what, account) => {
    const own = allow(['ec2:DescribeVpcs', 'ec2:DescribeInstanceTypeOfferings']);
    const setting = { account, profileOptions: ['own-vpc'] };
    const alone = await verify({ ...setting, policies: [all, own] });
    expect(alone.verdict).toBe('unproven');
    expect(find(alone, 'ec2:RunInstances')?.evidence.text).toContain('The policy simulator can tell');

    const both = await verify({ ...setting, policies: [all, own, simulatorPolicy] });
    expect(find(both, 'ec2:RunInstances')).toMatchObject({ state: 'likely', method: 'simulation' });
  });

  it.each<[string, object, string[]]>([
    ['an image of its own', { image: `arn:aws:ec2:${region}::image/ami-0123456789abcdef0` }, []],
    ['a subnet of its own', { subnet: `${own}:subnet/subnet-0123456789abcdef0` }, ['own-vpc']],
  ])(
    'that is granted for %s only is open, and nothing is offered that would widen it',
    async (_what, pins, profileOptions) => {
      const pinned = {
        image: `arn:aws:ec2:${region}::image/*`,
        subnet: `${own}:subnet/*`,
        ...pins,
      };
      const others = kinds.filter((kind) => kind !== 'subnet').map((kind) => `${own}:${kind}/*`);
      const launch = allow('ec2:RunInstances', { Resource: [...others, pinned.image, pinned.subnet] });
      const policies = [
        but('ec2:RunInstances'),
        allow(['ec2:DescribeVpcs', 'ec2:DescribeInstanceTypeOfferings']),
        launch,
      ];
      const verification = await verify({ policies, profileOptions });

      expect(verification.verdict).toBe('unproven');
      expect(find(verification, 'ec2:RunInstances')).toMatchObject({ state: 'inconclusive' });
      expect(verification.remediation).toEqual([]);
    },
  );
});

describe('tags (rule 2)', () => {
  const creating = ['RunInstances', 'CreateKeyPair', 'CreateSecurityGroup', 'CreateVolume', 'CreateImage'];
  const whileCreating = (actions: readonly string[]) =>
    allow('ec2:CreateTags', { Condition: { StringEquals: { 'ec2:CreateAction': actions } } });
  const awsExample = whileCreating([...creating, 'CreateSnapshot']);
  const tags = (verification: Verification) => find(verification, 'ec2:CreateTags');

  it('are missing where instances alone may be tagged, whatever else is granted', async () => {
    const policies = [but('ec2:CreateTags'), allow('ec2:CreateTags', { Resource: `${own}:instance/*` })];
    const verification = await verify({ policies });

    expect(inState(verification, 'missing')).toEqual(['ec2:CreateTags']);
    expect(tags(verification)?.evidence.caveat).toMatch(
      /^Tags are refused while they are set by ec2:RunInstances \(instance, network-interface, volume\), ec2:CreateKeyPair/,
    );
  });

  it('are missing where those of one creating action are refused, and the others are named', async () => {
    const policies = [
      but('ec2:CreateTags'),
      whileCreating(creating.filter((name) => name !== 'CreateKeyPair')),
    ];
    const { caveat } = tags(await verify({ policies }))?.evidence ?? {};

    expect(caveat).toContain('set by ec2:CreateKeyPair (key-pair), ec2:CreateSnapshot (snapshot).');
    expect(caveat).toContain('It is allowed by ec2:RunInstances');
  });

  it.each<[string, Policy[]]>([
    ['by itself', []],
    ['beside the simulator', [simulatorPolicy]],
  ])('granted as in the example of AWS are not called broken, %s', async (_what, more) => {
    const verification = await verify({ policies: [but('ec2:CreateTags'), awsExample, ...more] });

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'inconclusive')).toEqual(['ec2:CreateTags']);
    expect(tags(verification)?.evidence.text).toContain('a build that is told to tag its finished AMI');
    expect(verification.remediation).toEqual([]);
  });

  it('are held where direct calls are granted beside those', async () => {
    const images = allow('ec2:CreateTags', {
      Resource: [`arn:aws:ec2:${region}::image/*`, `arn:aws:ec2:${region}::snapshot/*`],
    });
    for (const more of [[], [simulatorPolicy]]) {
      const verification = await verify({ policies: [but('ec2:CreateTags'), awsExample, images, ...more] });
      expect(verification.verdict).toBe('ready');
    }
  });

  it('do not hide which of the two a refused launch lacks', async () => {
    const verification = await verify({ policies: [but('ec2:RunInstances')] });

    expect(inState(verification, 'missing')).toEqual(['ec2:RunInstances']);
    expect(tags(verification)).toMatchObject({ state: 'likely' });
  });
});

describe('conditions (rule 12)', () => {
  const image = 'ec2:CreateImage';
  const under = (Condition: object) => [but(image), allow(image, { Condition }), simulatorPolicy];

  it.each<[string, object]>([
    ['a tag of the caller', { StringEquals: { 'aws:PrincipalTag/site': 'office' } }],
    ['an address', { StringLike: { 'aws:SourceIp': '192.0.2.*' } }],
  ])('that cannot be known leave it open, name the key, and get no fix: %s', async (_what, condition) => {
    const verification = await verify({ policies: under(condition) });

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, image)).toMatchObject({ state: 'inconclusive' });
    expect(find(verification, image)?.condition).toMatch(/aws:(PrincipalTag\/site|SourceIp)/);
    expect(verification.remediation).toEqual([]);
  });

  it.each<[string, object, Partial<Setting>]>([
    ['the region of the request', { StringEquals: { 'aws:RequestedRegion': region } }, {}],
    ['the region of EC2', { StringEquals: { 'ec2:Region': region } }, {}],
    [
      'the address of this bot',
      { StringEquals: { 'aws:SourceIp': '192.0.2.7' } },
      { sourceIp: '192.0.2.7', account: { context: { 'aws:SourceIp': '192.0.2.7' } } },
    ],
  ])('that are known are told to the simulator: %s', async (_what, condition, more) => {
    const verification = await verify({ policies: under(condition), ...more });

    expect(verification.verdict).toBe('ready');
    expect(find(verification, image)?.method).toBe('dry-run+simulation');
  });

  it('leave a Deny of another layer what it is', async () => {
    const scps = [allow('*'), deny(image)];
    const condition = { StringEquals: { 'aws:PrincipalTag/site': 'office' } };
    const verification = await verify({ policies: under(condition), account: { scps } });

    expect(find(verification, image)).toMatchObject({ state: 'missing', layer: 'service-control-policy' });
  });

  it('are mentioned beside a fix where the simulator could not be asked', async () => {
    const { remediation } = await verify({ policies: [but(image)] });

    expect(remediation[0]?.note).toContain('If a statement with a condition already grants these');
  });

  it('are kept by what can replace wide rights: a role is never handed over on *', async () => {
    const { remediation } = await verify({ policies: [allow('*')], profileOptions: ['instance-profile'] });
    const { Statement } = JSON.parse(remediation[0]?.text ?? '{}');

    expect(Statement[0].Action).not.toContain('iam:PassRole');
    expect(Statement[1]).toEqual({
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: `arn:aws:iam::${id}:role/ROLE-OF-THE-INSTANCE-PROFILE`,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    });
  });
});

describe('guards', () => {
  const quarantine: Policy = {
    arn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4',
    ...deny(['ec2:RunInstances', 'iam:PutUserPolicy']),
  };

  it.each<[string, Policy[]]>([
    ['by its ARN', []],
    ['by the simulator', [simulatorPolicy]],
  ])('of a key that has leaked are never to be removed (rule 13), known %s', async (_how, more) => {
    const { remediation, findings } = await verify({ policies: [all, quarantine, ...more] });

    expect(findings.find(({ state }) => state === 'missing')?.policy).toContain(
      'AWSCompromisedKeyQuarantine',
    );
    expect(remediation.map(({ title }) => title)).toEqual(['The key has leaked: rotate it now']);
    expect(remediation[0]?.text).toContain('do not detach the policy');
    expect(remediation[0]?.text).not.toMatch(/remove the Deny/i);
  });

  it('that refuse everything are told once, first (rule 14)', async () => {
    const arn = `arn:aws:organizations::${id}:policy/o-abc/service_control_policy/p-def`;
    const scps = [allow('*'), { arn, ...deny('ec2:*') }];
    const { remediation, verdict } = await verify({ policies: [all], account: { scps } });

    expect(verdict).toBe('missing');
    expect(remediation.map(({ forwardTo }) => forwardTo)).toEqual([undefined, 'whoever keeps that rule']);
    expect(remediation[0]).toMatchObject({
      title: expect.stringMatching(/^One reason for all/),
      isCause: true,
    });
    expect(remediation[0]?.text).toContain(`service control policy ${arn}`);
    expect(remediation[0]?.text).toContain('Do not remove it');
    expect(new Set(remediation[0]?.fixes)).toEqual(new Set(documentedActions));
  });

  it('that hang on a condition everywhere are told once, with the kind of condition (rule 14)', async () => {
    const mfa = deny('ec2:*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } });
    const verification = await verify({ policies: [all, mfa, simulatorPolicy] });

    const untold = verification.findings.filter(({ condition }) => condition);
    expect(untold).toHaveLength(documentedActions.length);
    const texts = new Set(untold.map(({ evidence }) => evidence.text));
    expect([...texts]).toEqual([expect.stringContaining('a sign-in with a second factor')]);
    expect(verification.remediation).toEqual([]);
  });

  it('that refuse some actions each get their own words, and the policy by name', async () => {
    const arn = `arn:aws:iam::${id}:policy/no-images`;
    const { remediation } = await verify({ policies: [all, { arn, ...deny('ec2:CreateImage') }] });

    expect(remediation.map(({ forwardTo }) => forwardTo)).toEqual(['whoever wrote the policy']);
    expect(remediation[0]?.note).toContain(`A Deny in ${arn} covers`);
  });

  it('in the network of this bot prove nothing about builds (rule 15)', async () => {
    const endpointPolicy: Policy = { Statement: { Effect: 'Allow', NotAction: 'ec2:CreateImage' } };
    const verification = await verify({ policies: [all], account: { endpointPolicy } });

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'inconclusive')).toEqual(['ec2:CreateImage']);
    expect(verification.remediation).toEqual([]);
  });

  const boundary: Policy = { Statement: { Effect: 'Allow', NotAction: 'ec2:CreateImage' } };

  it('and policies that both lack it are both named (rule 16)', async () => {
    const policies = [but('ec2:CreateImage'), simulatorPolicy];
    const verification = await verify({ policies, principal: { boundary } });

    expect(find(verification, 'ec2:CreateImage')).toMatchObject({
      layer: 'permissions-boundary',
      alsoLayer: 'identity-policy',
    });
    const [policy, ...others] = verification.remediation;
    expect(policy?.title).toMatch(/^Add this action to the policies of xoap-packer/);
    expect(others.find(({ forwardTo }) => forwardTo)?.note).toContain(
      'both must, and the policy alone is not enough',
    );
  });

  it('that lack it alone get no policy, and without the simulator that is said to be open (rule 16)', async () => {
    const seen = await verify({ policies: [all, simulatorPolicy], principal: { boundary } });
    expect(seen.remediation.map(({ forwardTo }) => forwardTo)).toEqual([keeper]);
    expect(find(seen, 'ec2:CreateImage')?.alsoLayer).toBeUndefined();

    const unseen = await verify({ policies: [but('ec2:CreateImage')], principal: { boundary } });
    expect(find(unseen, 'ec2:CreateImage')?.evidence.caveat).toContain('It is the boundary at least');
  });
});

describe('one more attack', () => {
  const boundary: Policy = { Statement: { Effect: 'Allow', NotAction: 'ec2:TerminateInstances' } };

  it('on a policy that grants by kind, beside a boundary: the policies are not blamed', async () => {
    const byKind = allow('ec2:TerminateInstances', { Resource: `${own}:instance/*` });
    const policies = [but('ec2:TerminateInstances'), byKind, simulatorPolicy];
    const { findings, remediation } = await verify({ policies, principal: { boundary } });

    expect(findings.find(({ state }) => state === 'missing')?.alsoLayer).toBeUndefined();
    expect(remediation.map(({ forwardTo }) => forwardTo)).toEqual([keeper]);
  });

  it('on a key that has leaked and lacks something besides: it gets no further rights', async () => {
    const quarantine: Policy = {
      arn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2',
      ...deny('ec2:RunInstances'),
    };
    const { remediation } = await verify({ policies: [but('ec2:CreateImage'), quarantine] });

    expect(remediation.map(({ title }) => title)).toEqual(['The key has leaked: rotate it now']);
  });

  it('on a grant for the region of the build: IAM is asked about at home', async () => {
    const here = allow('iam:GetInstanceProfile', {
      Condition: { StringEquals: { 'aws:RequestedRegion': region } },
    });
    const profileOptions = ['instance-profile'];
    const refused = await verify({ policies: [all, simulatorPolicy, here], profileOptions });
    expect(find(refused, 'iam:GetInstanceProfile')?.state).toBe('inconclusive');

    const home = allow('iam:GetInstanceProfile', {
      Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    });
    const held = await verify({ policies: [all, simulatorPolicy, home], profileOptions });
    expect(find(held, 'iam:GetInstanceProfile')?.state).toBe('likely');
  });
});

describe('words', () => {
  it('say in whose account a fix runs, and how much room there is (rule 19)', async () => {
    const readable = allow('iam:GetAccountSummary');
    const told = await verify({ policies: [but('ec2:CreateImage'), readable] });
    expect(told.remediation[0]?.title).toBe(
      `Add this action to the policies of xoap-packer in account ${id} (one command, for AWS CloudShell or another shell)`,
    );
    expect(told.remediation[0]?.note).toContain('2,048 characters together');
    expect(told.notes.join()).toContain('may have 10 attached policies');

    const untold = await verify({ policies: [but('ec2:CreateImage')] });
    expect(untold.notes.join()).toContain('could not be read (iam:GetAccountSummary');
  });

  it('call a refusal that the simulator contradicts perhaps too young (rule 23)', async () => {
    const sessionPolicy: Policy = { Statement: { Effect: 'Allow', NotAction: 'ec2:CreateImage' } };
    const principal = { kind: 'role' as const, name: 'ci', sessionPolicy };
    const verification = await verify({ policies: [all, simulatorPolicy], principal });

    expect(find(verification, 'ec2:CreateImage')).toMatchObject({
      state: 'missing',
      layer: 'session-policy',
    });
  });

  it('name probes as Packer names what it makes, which policies pin (rule 23)', async () => {
    const pinned = allow('ec2:RunInstances', {
      Resource: [
        ...['instance', 'network-interface', 'security-group', 'subnet', 'volume'].map(
          (kind) => `${own}:${kind}/*`,
        ),
        `arn:aws:ec2:${region}::image/${amazonImage}`,
        `${own}:key-pair/packer_*`,
      ],
    });
    const verification = await verify({ policies: [but('ec2:RunInstances'), pinned] });

    expect(find(verification, 'ec2:RunInstances')).toMatchObject({ state: 'granted' });
  });
});
