import catalog from '../../src/catalog/image-management/aws.json' with { type: 'json' };
import type { Account } from './account.ts';
import type { Policy } from './policy.ts';

/** The actions of the documented policy, in its order. */
export const documentedActions: readonly string[] = catalog.requirements
  .filter(({ group }) => group === 'policy:image-management')
  .map(({ id }) => id);

/** The documented policy without some of its actions. */
export function documentedPolicy({ without = [] as readonly string[] } = {}): Policy {
  const Action = documentedActions.filter((action) => !without.includes(action));
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
}

/** Lets a principal ask the simulator about itself. */
export const simulatorPolicy: Policy = {
  Statement: { Effect: 'Allow', Action: ['iam:SimulatePrincipalPolicy', 'iam:GetRole'], Resource: '*' },
};

/** What the partly permitted demo user lacks. */
export const demoLacks = [
  'ec2:CreateImage',
  'ec2:DeleteSnapshot',
  'ec2:DeregisterImage',
  'ec2:RegisterImage',
];

const key = (name: string) => ({
  id: `AKIAFAKE${name.toUpperCase().padEnd(12, '0')}`,
  secret: `fake/${name}/`.padEnd(40, 'x'),
});

/** Credentials of the simulated accounts, by what is the matter with them. */
export const demoKeys = {
  complete: key('complete'),
  partial: key('partial'),
  scp: key('scp'),
  novpc: key('novpc'),
  boundary: key('boundary'),
  sso: {
    id: 'ASIAFAKESSO000000000',
    secret: 'fake/sso/'.padEnd(40, 'x'),
    sessionToken: 'fake-session-token-of-sso',
  },
  deleted: key('deleted'),
} as const;

/** Where each is verified; the account behind `scp` has not enabled eu-north-1. */
export const demoScenarios: readonly {
  name: string;
  key: keyof typeof demoKeys;
  region: string;
  secret?: string;
}[] = [
  { name: 'the documented policy', key: 'complete', region: 'eu-central-1' },
  { name: 'the documented policy without four actions', key: 'partial', region: 'eu-central-1' },
  { name: 'a role with a path, through IAM Identity Center', key: 'sso', region: 'eu-central-1' },
  { name: 'denied by a service control policy', key: 'scp', region: 'us-east-1' },
  { name: 'denied by a permissions boundary', key: 'boundary', region: 'eu-central-1' },
  { name: 'no default VPC', key: 'novpc', region: 'eu-central-1' },
  { name: 'a region that is not enabled', key: 'scp', region: 'eu-north-1' },
  { name: 'a deleted key', key: 'deleted', region: 'eu-central-1' },
  {
    name: 'a wrong secret',
    key: 'complete',
    region: 'eu-central-1',
    secret: 'wrong/secret/'.padEnd(40, 'x'),
  },
];

/** A scenario's credential, as `xoap verify aws` takes it. */
export function credentialOf({
  key: name,
  region,
  secret,
}: (typeof demoScenarios)[number]): Record<string, string> {
  const { id, secret: own, ...rest } = demoKeys[name];
  return { region, accessKeyId: id, secretAccessKey: secret ?? own, ...rest };
}

/** Two simulated accounts; the second belongs to an organisation that forbids launching instances. */
export function demoAccounts(): Account[] {
  const all = documentedPolicy();
  return [
    {
      id: '123456789012',
      defaultVpcs: { 'eu-central-1': 'complete', 'us-east-1': 'complete' },
      principals: [
        { kind: 'user', name: 'xoap-builder', keys: [demoKeys.complete], policies: [all] },
        {
          kind: 'user',
          name: 'xoap-packer',
          path: '/images/',
          keys: [demoKeys.partial],
          policies: [documentedPolicy({ without: demoLacks })],
        },
        {
          kind: 'user',
          name: 'xoap-bounded',
          keys: [demoKeys.boundary],
          policies: [all],
          boundary: {
            Statement: { Effect: 'Allow', NotAction: ['ec2:CopyImage', 'ec2:ModifyImageAttribute'] },
          },
        },
        // Signs in without a key, once its trust policy names the bot.
        { kind: 'role', name: 'xoap-images', keys: [], policies: [documentedPolicy()] },
        {
          kind: 'role',
          name: 'AWSReservedSSO_ImageBuilder_0123456789abcdef',
          path: '/aws-reserved/sso.amazonaws.com/eu-central-1/',
          session: 'kim@example.com',
          keys: [demoKeys.sso],
          policies: [documentedPolicy({ without: ['ec2:CopyImage'] }), simulatorPolicy],
        },
      ],
    },
    {
      id: '210987654321',
      defaultVpcs: { 'us-east-1': 'complete' },
      regions: ['us-east-1', 'eu-central-1'],
      scps: [
        { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
        { Statement: { Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' } },
      ],
      principals: [
        { kind: 'user', name: 'xoap-member', keys: [demoKeys.scp], policies: [all] },
        { kind: 'user', name: 'xoap-novpc', keys: [demoKeys.novpc], policies: [all, simulatorPolicy] },
      ],
    },
  ];
}
