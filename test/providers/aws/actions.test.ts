import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, Principal } from '../../../simulations/aws/account.ts';
import { type AwsCloud, startAwsCloud } from '../../../simulations/aws/cloud.ts';
import { documentedActions, documentedPolicy } from '../../../simulations/aws/demo-accounts.ts';
import type { Policy } from '../../../simulations/aws/policy.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import type { Finding } from '../../../src/verification/finding.ts';

const aws = createAws();

const key = { id: 'AKIAFAKEFAKEFAKEFAKE', secret: 'fake/actions/'.padEnd(40, 'x') };
const region = 'eu-central-1';
const allowing = (more: object): Policy => ({ Statement: { Effect: 'Allow', Resource: '*', ...more } });
const denyAll: Policy = { Statement: { Effect: 'Deny', Action: 'ec2:*', Resource: '*' } };
const nothingOfEc2 = allowing({ NotAction: 'ec2:*' });
const elsewhere = allowing({
  Action: 'ec2:*',
  Resource: `arn:aws:ec2:${region}:123456789012:*/x-0123456789abcdef0`,
});
const all = documentedPolicy();

/** Actions whose dry run EC2 answers for itself; of the others it says that the made-up resource is not there. */
const provable =
  /:(Describe(?!ImageAttribute)\w+|CreateKeyPair|CreateSecurityGroup|CreateVolume|DeleteKeyPair|RunInstances)$/;

type Setting = {
  readonly principal?: Partial<Principal>;
  readonly account?: Partial<Account>;
  readonly throttled?: boolean;
};
type Expected = Partial<Finding> | ((action: string) => Partial<Finding>);

const denied = (layer: Finding['layer'], denial: Finding['denial']): Expected => ({
  state: 'missing',
  ...(layer && { layer }),
  ...(denial && { denial }),
});

const columns: [name: string, setting: Setting, expected: Expected][] = [
  [
    'allowed',
    { principal: { policies: [all] } },
    (action) => ({ state: provable.test(action) ? 'granted' : 'likely' }),
  ],
  [
    'granted by no policy',
    { principal: { policies: [nothingOfEc2] } },
    denied('identity-policy', 'implicit'),
  ],
  [
    'forbidden by its own policy',
    { principal: { policies: [all, denyAll] } },
    denied('identity-policy', 'explicit'),
  ],
  [
    'outside the boundary',
    { principal: { policies: [all], boundary: nothingOfEc2 } },
    denied('permissions-boundary', 'implicit'),
  ],
  [
    'forbidden by the organisation',
    { principal: { policies: [all] }, account: { scps: [allowing({ Action: '*' }), denyAll] } },
    denied('service-control-policy', 'explicit'),
  ],
  [
    'not allowed by the organisation',
    { principal: { policies: [all] }, account: { scps: [nothingOfEc2] } },
    denied('service-control-policy', 'implicit'),
  ],
  [
    'outside the session policy',
    { principal: { kind: 'role', policies: [all], sessionPolicy: nothingOfEc2 } },
    denied('session-policy', 'implicit'),
  ],
  [
    'allowed on another resource only',
    { principal: { policies: [elsewhere] } },
    denied('identity-policy', 'implicit'),
  ],
  [
    'throttled',
    { principal: { policies: [all] }, throttled: true },
    { state: 'inconclusive', evidence: expect.objectContaining({ code: 'RequestLimitExceeded' }) },
  ],
];

describe.each(columns)('an action that is %s', (_name, setting, expected) => {
  let cloud: AwsCloud;
  let findings: Map<string, Finding>;

  beforeAll(async () => {
    const holder: Principal = {
      kind: 'user',
      name: 'xoap-packer',
      keys: [key],
      policies: [],
      ...setting.principal,
    };
    cloud = await startAwsCloud([
      { id: '123456789012', defaultVpcs: { [region]: 'complete' }, principals: [holder], ...setting.account },
    ]);
    if (setting.throttled) {
      for (const action of documentedActions) cloud.trouble.set(action.slice(4), Array(9).fill('throttled'));
      // The read of the default subnets comes before the dry runs.
      cloud.trouble.set('DescribeSubnets', ['passes', ...Array(9).fill('throttled')]);
    }
    process.env.AWS_ENDPOINT_URL = cloud.url;
    const credential = { region, accessKeyId: key.id, secretAccessKey: key.secret };
    const verification = await runVerification({
      provider: aws,
      credential,
      target: { region },
      profileOptions: [],
    });
    findings = new Map(verification.findings.map((finding) => [finding.requirement, finding]));
  });
  afterAll(() => cloud.close());

  it.each(documentedActions)('%s', (action) => {
    const wanted = typeof expected === 'function' ? expected(action) : expected;
    expect(findings.get(action)).toMatchObject(wanted);
  });

  it('was asked about in dry runs only', () => {
    expect(cloud.faults).toEqual([]);
  });
});
