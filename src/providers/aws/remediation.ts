import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';
import { policyRemediation } from './policy-remediation.ts';

/** Whether a further IAM policy on the user or role fixes it: nothing forbids it, only nothing allows it. */
function isFixedByPolicy(finding: Finding): boolean {
  const { layer, denial } = finding;
  return (
    (layer === undefined || layer === 'identity-policy') &&
    denial !== 'explicit' &&
    !isAllowedByPolicy(finding)
  );
}

/** Whether AWS refuses, naming no layer, what the simulator says the policies allow. */
function isAllowedByPolicy({ layer, method }: Finding): boolean {
  return layer === undefined && method === 'dry-run+simulation';
}

function denyRemediation(findings: readonly Finding[], identity: Identity | undefined): Remediation[] {
  const forbidden = findings.filter(
    ({ layer, denial }) => denial === 'explicit' && (layer === undefined || layer === 'identity-policy'),
  );
  if (forbidden.length === 0) return [];
  const fixes = forbidden.map(({ requirement }) => requirement);
  const holder = forbidden.every(({ layer }) => layer === undefined)
    ? 'A policy, AWS does not say which,'
    : `A policy of ${identity?.name ?? 'the caller'} or of its groups`;
  const text = `${holder} has a Deny statement that covers these actions. A further Allow does not help: narrow or remove the Deny.\n${fixes.join('\n')}`;
  return [{ title: 'Remove the Deny', format: 'text', text, fixes }];
}

function outsideRemediation(findings: readonly Finding[]): Remediation[] {
  const fixes = findings.filter(isAllowedByPolicy).map(({ requirement }) => requirement);
  if (fixes.length === 0) return [];
  const text = `The policies allow this, as the policy simulator reads them, and yet AWS refuses it: a session policy, the policy of a VPC endpoint or a condition stands in between, or the policies were changed minutes ago. Verify again in a few minutes first.\n${fixes.join('\n')}`;
  return [{ title: 'Look outside the policies', format: 'text', text, fixes }];
}

const others: Readonly<Record<string, string>> = {
  'service-control-policy':
    'A service control policy denies this. Your organisation’s administrator must change it; no IAM policy of the account can.',
  'resource-control-policy':
    'A resource control policy denies this. Your organisation’s administrator must change it.',
  'permissions-boundary':
    'The permissions boundary does not allow this. Whoever set the boundary must widen it; a further IAM policy will not help.',
  'session-policy':
    'The session policy does not allow this. Sign in without it, or have it widened where the session is made.',
  'resource-policy': 'A policy on the resource itself denies this. Its owner must change it.',
  'endpoint-policy':
    'The policy of the VPC endpoint denies this. The network’s administrator must change it.',
};

function layerRemediation(findings: readonly Finding[]): Remediation[] {
  return Object.entries(others).flatMap(([layer, advice]) => {
    const fixes = findings.filter((finding) => finding.layer === layer).map(({ requirement }) => requirement);
    if (fixes.length === 0) return [];
    return [{ title: 'Not yours to fix', format: 'text', text: `${advice}\n${fixes.join('\n')}`, fixes }];
  });
}

/** The smallest changes that fix what is missing, each for the layer that denies. */
export function remediate({ missing, identity }: RemediationRequest): Remediation[] {
  const actions = missing.filter(({ requirement }) => !requirement.startsWith('prerequisite:'));
  const vpc = missing.filter(({ requirement }) => requirement === 'prerequisite:default-vpc');
  return [
    ...policyRemediation(actions.filter(isFixedByPolicy), identity),
    ...denyRemediation(
      actions.filter((finding) => !isFixedByPolicy(finding)),
      identity,
    ),
    ...outsideRemediation(actions),
    ...layerRemediation(actions.filter((finding) => !isFixedByPolicy(finding))),
    ...vpc.map(vpcRemediation),
  ];
}

/** One command for each region without a default VPC; the finding's scope names them. */
function vpcRemediation({ requirement, scope = 'REGION' }: Finding): Remediation {
  const commands = scope.split(', ').map((region) => `aws ec2 create-default-vpc --region ${region}`);
  return {
    title: `Create a default VPC in ${scope} (needs ec2:CreateDefaultVpc, which the connection itself does not)`,
    format: 'shell',
    text: commands.join('\n'),
    fixes: [requirement],
  };
}
