import { createHash } from 'node:crypto';
import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';

/**
 * Characters, white space not counted, that the inline policies of one user or role may have in all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const inlineLimit = { user: 2_048, role: 10_240 } as const;

type Policy = { readonly Version: '2012-10-17'; readonly Statement: readonly object[] };

/** The documented policy, cut down to these actions. */
function policyOf(actions: readonly string[]): Policy {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: [...actions].sort(), Resource: '*' }],
  };
}

/** The actions in as few parts as the size of a policy allows. */
export function splitBySize(actions: readonly string[], limit: number): (readonly string[])[] {
  if (actions.length <= 1 || JSON.stringify(policyOf(actions)).length <= limit) return [actions];
  const half = Math.ceil(actions.length / 2);
  return [...splitBySize(actions.slice(0, half), limit), ...splitBySize(actions.slice(half), limit)];
}

/** Made of the content: under a name used before, a policy would replace what an earlier fix had added. */
function nameOf(policy: Policy): string {
  return `xoap-image-management-${createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 8)}`;
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
    '--policy-document file://fix.json',
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
  return JSON.stringify({ Resources: { XoapImageManagement: resource } }, null, 2);
}

/** Lets the caller ask the policy simulator about itself, which makes findings more certain. */
function simulatorRemediation({ id, kind }: Identity): Remediation {
  const actions =
    kind === 'role' ? ['iam:GetRole', 'iam:SimulatePrincipalPolicy'] : ['iam:SimulatePrincipalPolicy'];
  // The path of a role is not known before it may be read.
  const statement = { Effect: 'Allow', Action: actions, Resource: kind === 'role' ? '*' : id };
  const text = JSON.stringify(statement, null, 2);
  const title = 'Optional: a second statement, so that the next check can ask the policy simulator too';
  return { title, format: 'json', text, fixes: [], alternative: true };
}

/** The policy that a wide one can be replaced with. */
export function leastPrivilege(actions: readonly string[]): Remediation {
  const text = JSON.stringify(policyOf(actions), null, 2);
  return {
    title: 'All that image builds need, in place of wider rights',
    format: 'json',
    text,
    fixes: [],
    alternative: true,
  };
}

function attachAdvice(identity: Identity | undefined): string {
  if (identity?.kind === 'role') {
    return `Add fix.json to the inline policy of the permission set behind ${identity.name} in IAM Identity Center.`;
  }
  return 'Attach fix.json to the user or role that this key belongs to, in the IAM console.';
}

function part(fixes: readonly string[], identity: Identity | undefined): Remediation[] {
  const policy = policyOf(fixes);
  const holder = holderOf(identity);
  const count = fixes.length === 1 ? 'this action' : `these ${fixes.length} actions`;
  const owner = identity && identity.kind !== 'account' ? ` of ${identity.name}` : '';
  const title = `Add ${count} to the policy${owner} (fix.json)`;
  const shared = { fixes: [...fixes] };
  const attach: Remediation = holder
    ? { title: 'Attach it', format: 'shell', text: command(holder, policy), ...shared }
    : { title: 'Attach it', format: 'text', text: attachAdvice(identity), ...shared };
  const others: Remediation[] = holder
    ? [
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
      ]
    : [];
  return [{ title, format: 'json', text: JSON.stringify(policy, null, 2), ...shared }, attach, ...others];
}

/** The documented policy cut down to what is missing, and how to attach it to the caller. */
export function policyRemediation(
  findings: readonly Finding[],
  identity: Identity | undefined,
): Remediation[] {
  if (findings.length === 0) return [];
  const fixes = findings.map(({ requirement }) => requirement);
  const parts = splitBySize(fixes, inlineLimit[holderOf(identity)?.kind ?? 'user']);
  const wasSimulated = findings.some(({ method }) => method !== 'dry-run');
  const canSimulate = identity?.kind === 'user' || identity?.kind === 'role';
  return [
    ...parts.flatMap((actions) => part(actions, identity)),
    ...(identity && canSimulate && !wasSimulated ? [simulatorRemediation(identity)] : []),
  ];
}
