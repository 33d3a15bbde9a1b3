import catalog from '../../../src/catalog/aws.json' with { type: 'json' };
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
} as const;

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
      ],
    },
    {
      id: '210987654321',
      defaultVpcs: { 'us-east-1': 'complete' },
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
