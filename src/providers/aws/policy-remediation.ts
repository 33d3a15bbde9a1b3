import { createHash } from 'node:crypto';
import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';

/**
 * Characters, white space not counted, that the inline policies of one user or role may have in all; of a group 5,120.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const inlineLimit = { user: 2_048, role: 10_240 } as const;

type Policy = { readonly Version: '2012-10-17'; readonly Statement: readonly object[] };

const passRole = 'iam:PassRole';

/** The partition and account of whoever signed in, as its own ARN has them; roles and trust do not cross partitions. */
function placeOf(identity: Identity | undefined): { partition: string; account: string } {
  const [, partition = 'aws', , , account = 'ACCOUNT'] = identity?.id.split(':') ?? [];
  return { partition, account };
}

/**
 * Lets the caller hand one role to an instance. On `*` it could hand over any role of the account.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html
 */
function passRoleStatement(identity: Identity | undefined): object {
  const { partition, account } = placeOf(identity);
  // What the service is called in China is documented nowhere.
  const service = partition === 'aws-cn' ? 'EC2-SERVICE-PRINCIPAL' : 'ec2.amazonaws.com';
  return {
    Effect: 'Allow',
    Action: [passRole],
    Resource: `arn:${partition}:iam::${account}:role/ROLE-OF-THE-INSTANCE-PROFILE`,
    Condition: { StringEquals: { 'iam:PassedToService': service } },
  };
}

/** An action, and the resources that a profile names for it; all where it names none. */
export type Want = { readonly action: string; readonly resources?: readonly string[] | undefined };

const everywhere = ['*'];

/** Actions on the same resources as one statement, each once. */
function statementsOf(wants: readonly Want[]): object[] {
  const byPlace = Map.groupBy(wants, ({ resources = everywhere }) => resources.toSorted().join('\n'));
  return [...byPlace].map(([place, some]) => {
    const resources = place.split('\n');
    return {
      Effect: 'Allow',
      Action: [...new Set(some.map(({ action }) => action))].sort(),
      Resource: resources.length === 1 ? resources[0] : resources,
    };
  });
}

/** Lets roles that a profile names be handed to instances, and to nothing else. */
const passRoleOn = ({ resources = [] }: Want, identity: Identity | undefined): object => ({
  ...passRoleStatement(identity),
  Resource: resources.length === 1 ? resources[0] : resources,
});

/** The documented policy, cut down to these actions. */
export function policyOf(wants: readonly Want[], identity?: Identity): Policy {
  const passing = wants.filter(({ action }) => action === passRole);
  const placed = passing.filter(({ resources }) => resources !== undefined);
  return {
    Version: '2012-10-17',
    Statement: [
      ...statementsOf(wants.filter(({ action }) => action !== passRole)),
      ...placed.map((want) => passRoleOn(want, identity)),
      ...(passing.length > placed.length ? [passRoleStatement(identity)] : []),
    ],
  };
}

/** The actions in as few parts as the size of a policy allows. */
export function splitBySize(wants: readonly Want[], limit: number): (readonly Want[])[] {
  if (wants.length <= 1 || JSON.stringify(policyOf(wants)).length <= limit) return [wants];
  const half = Math.ceil(wants.length / 2);
  return [...splitBySize(wants.slice(0, half), limit), ...splitBySize(wants.slice(half), limit)];
}

/** Made of the content: under a name used before, a policy would replace what an earlier fix had added. */
function nameOf(policy: Policy): string {
  return `xoap-connection-${createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 8)}`;
}

/** A user or role that takes policies; those of IAM Identity Center are kept by it and refuse them. */
type Holder = { readonly kind: 'user' | 'role'; readonly name: string };

function holderOf(identity: Identity | undefined): Holder | undefined {
  if (identity?.kind === 'user') return { kind: 'user', name: identity.name };
  if (identity?.kind !== 'role' || identity.name.startsWith('AWSReservedSSO_')) return undefined;
  return { kind: 'role', name: identity.name };
}

function command({ kind, name }: Holder, policy: Policy): string {
  return [
    `aws iam put-${kind}-policy`,
    `--${kind}-name ${name}`,
    `--policy-name ${nameOf(policy)}`,
    `--policy-document '${JSON.stringify(policy, null, 2)}'`,
  ].join(' \\\n  ');
}

function terraform({ kind, name }: Holder, policy: Policy): string {
  const policyName = nameOf(policy);
  const label = policyName.replaceAll('-', '_');
  return `resource "aws_iam_policy" "${label}" {
  name   = "${policyName}"
  policy = jsonencode(${JSON.stringify(policy, null, 2).replaceAll('\n', '\n  ')})
}

resource "aws_iam_${kind}_policy_attachment" "${label}" {
  ${kind}       = "${name}"
  policy_arn = aws_iam_policy.${label}.arn
}`;
}

function cloudFormation({ kind, name }: Holder, policy: Policy): string {
  const properties = {
    PolicyName: nameOf(policy),
    PolicyDocument: policy,
    [kind === 'user' ? 'Users' : 'Roles']: [name],
  };
  const resource = { Type: 'AWS::IAM::Policy', Properties: properties };
  return JSON.stringify({ Resources: { XoapConnection: resource } }, null, 2);
}

/** Lets the caller ask the policy simulator about itself, which makes findings more certain. */
function simulatorRemediation(identity: Identity): Remediation {
  const { id, kind, name } = identity;
  const { partition, account } = placeOf(identity);
  const role = `arn:${partition}:iam::${account}:role`;
  const isRole = kind === 'role';
  const Action = isRole ? ['iam:GetRole', 'iam:SimulatePrincipalPolicy'] : ['iam:SimulatePrincipalPolicy'];
  // The path of a role is not known before it may be read.
  const Resource = isRole ? [`${role}/${name}`, `${role}/*/${name}`] : id;
  const policy: Policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
  return {
    title: `Optional: a further policy of ${name}, so that the next check can ask the policy simulator too`,
    format: 'json',
    text: JSON.stringify(policy, null, 2),
    fixes: [],
    alternative: true,
  };
}

/** The policy that a wide one can be replaced with. */
export function leastPrivilege(wants: readonly Want[], identity: Identity): Remediation {
  return {
    title: 'All that this connection needs, in place of wider rights',
    format: 'json',
    text: JSON.stringify(policyOf(wants, identity), null, 2),
    fixes: [],
    alternative: true,
  };
}

function attachAdvice(identity: Identity | undefined): string {
  if (identity?.kind === 'role') {
    return `Add it to the inline policy of the permission set behind ${identity.name} in IAM Identity Center.`;
  }
  return 'Attach it to the user or role that this key belongs to, in the IAM console.';
}

type PartRequest = Pick<RemediationRequest, 'identity' | 'target'> & {
  /** What is said of conditions that could not be looked at, and of the room for the policy. */
  readonly reservations: readonly string[];
};

function part(wants: readonly Want[], { identity, target, reservations }: PartRequest): Remediation[] {
  const fixes = [...new Set(wants.map(({ action }) => action))];
  const policy = policyOf(wants, identity);
  const holder = holderOf(identity);
  const count = fixes.length === 1 ? 'this action' : `these ${fixes.length} actions`;
  const owner = identity && identity.kind !== 'account' ? ` of ${identity.name}` : '';
  const place = target.account ? ` in account ${target.account}` : '';
  const shared = { fixes };
  const title = `Add ${count} to the policies${owner}${place}`;
  if (!holder) {
    const note = [attachAdvice(identity), ...reservations].join(' ');
    return [{ title, format: 'json', text: JSON.stringify(policy, null, 2), note, ...shared }];
  }
  return [
    {
      title: `${title} (one command, for AWS CloudShell or another shell)`,
      format: 'shell',
      text: command(holder, policy),
      note: reservations.join(' '),
      ...shared,
    },
    {
      title: 'The same with Terraform',
      format: 'hcl',
      text: terraform(holder, policy),
      ...shared,
      alternative: true,
    },
    {
      title: 'The same with CloudFormation',
      format: 'json',
      text: cloudFormation(holder, policy),
      ...shared,
      alternative: true,
    },
  ];
}

/** The documented policy cut down to what is missing, and how to attach it to the caller. */
export function policyRemediation(
  findings: readonly Finding[],
  { identity, target }: Pick<RemediationRequest, 'identity' | 'target'>,
): Remediation[] {
  if (findings.length === 0) return [];
  const wants = findings.map(({ requirement, objects }) => ({
    action: requirement,
    resources: objects?.map(({ id }) => id),
  }));
  const kind = holderOf(identity)?.kind ?? 'user';
  const parts = splitBySize(wants, inlineLimit[kind]);
  const wasSimulated = findings.some(({ method }) => method !== 'dry-run');
  const canSimulate = identity?.kind === 'user' || identity?.kind === 'role';
  const reservations = [
    ...(wasSimulated
      ? []
      : [
          'If a statement with a condition already grants these, change that one: this one has no condition.',
        ]),
    `All inline policies of a ${kind} may have ${inlineLimit[kind].toLocaleString('en')} characters together; where there is no room, attach it as a managed policy.`,
  ];
  return [
    ...parts.flatMap((some) => part(some, { identity, target, reservations })),
    ...(identity && canSimulate && !wasSimulated ? [simulatorRemediation(identity)] : []),
  ];
}
