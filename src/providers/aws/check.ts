import type { Layer } from '../../verification/finding.ts';
import type { Answer } from '../provider.ts';
import type { AwsAnswer, Evaluation, Subnets } from './client.ts';

type Told = Omit<Answer, 'requirement'>;

/** Codes that say a made-up resource was not found, which EC2 says only to those who passed authorisation. */
const notFound =
  /^Invalid(AMIID|AMIName|Group|GroupId|InstanceID|KeyPair|LaunchTemplateId|LaunchTemplateName\w*|Snapshot|SubnetID|Volume|VpcID|AttachmentID)\.(NotFound|NotFoundException)$/;
const denied = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']);
const throttled = new Set(['RequestLimitExceeded', 'Throttling', 'ThrottlingException']);

const layers: readonly [RegExp, Layer][] = [
  [/service control polic/i, 'service-control-policy'],
  [/resource control polic/i, 'resource-control-policy'],
  [/permissions boundar/i, 'permissions-boundary'],
  [/session polic/i, 'session-policy'],
  [/VPC endpoint polic/i, 'endpoint-policy'],
  [/resource-based polic/i, 'resource-policy'],
  [/identity-based polic/i, 'identity-policy'],
];

/** Which layer a refusal names, if it names one. */
export function layerOf(message: string): Layer | undefined {
  return layers.find(([pattern]) => pattern.test(message))?.[1];
}

/** Whether a refusal names a statement that forbids, or the lack of one that allows. */
export function denialOf(message: string): Answer['denial'] {
  if (/explicit deny/i.test(message)) return 'explicit';
  return /because no .* allows/i.test(message) ? 'implicit' : undefined;
}

/** A refusal's text without the encoded blob, which account administrators could decode, and not too long. */
export function trimMessage(message: string): string {
  const text = message
    .replace(/\s*Encoded authorization failure message:.*$/s, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** What one dry run tells. */
export function readProbe(answer: AwsAnswer, region: string): Told {
  const method = 'dry-run';
  const scope = region;
  if (answer.kind === 'unreachable') {
    return { state: 'inconclusive', method, scope, evidence: { text: `AWS gave ${answer.message}.` } };
  }
  if (answer.kind === 'done') {
    const text =
      'AWS carried out a call that was marked as a dry run. Look for what it made, and tell the operator.';
    return { state: 'inconclusive', method, scope, evidence: { code: 'DryRunNotHonoured', text } };
  }
  const { code } = answer;
  if (code === 'DryRunOperation') {
    return {
      state: 'granted',
      method,
      scope,
      evidence: { code, text: 'AWS would have carried out the call.' },
    };
  }
  if (denied.has(code)) {
    const message = trimMessage(answer.message);
    const layer = layerOf(message);
    const denial = denialOf(message);
    const elsewhere =
      denial !== 'explicit' && /on resource: \S+\/\*/.test(message)
        ? ' It may still be granted on single resources; the documentation asks for all.'
        : '';
    return {
      state: 'missing',
      method,
      scope,
      ...(layer && { layer }),
      ...(denial && { denial }),
      evidence: { code, text: message + elsewhere },
    };
  }
  if (notFound.test(code)) {
    const text =
      'AWS did not find the made-up resource; as far as is known it looks only after authorisation.';
    return { state: 'likely', method, scope, evidence: { code, text } };
  }
  const text = throttled.has(code)
    ? 'AWS throttled the call. Verify again in a minute.'
    : `AWS answered ${code}, which says nothing about the permission.`;
  return { state: 'inconclusive', method, scope, evidence: { code, text } };
}

type Simulated = {
  readonly says: 'allowed' | 'denied' | 'unknown';
  readonly layer?: Layer;
  readonly denial?: 'explicit' | 'implicit';
  readonly text: string;
};

/** What the policy simulator tells about one action. */
export function readEvaluation(evaluation: Evaluation): Simulated {
  const { EvalDecision: decision, MissingContextValues: unset = [] } = evaluation;
  if (unset.length > 0) {
    return { says: 'unknown', text: `The policy simulator would need to know ${unset.join(', ')}.` };
  }
  if (decision === 'allowed') return { says: 'allowed', text: 'The policy simulator says allowed.' };
  const denial = decision === 'explicitDeny' ? 'explicit' : 'implicit';
  const text = `The policy simulator says ${decision} on all resources.`;
  if (evaluation.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
    return { says: 'denied', layer: 'service-control-policy', denial, text };
  }
  if (evaluation.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) {
    return { says: 'denied', layer: 'permissions-boundary', denial, text };
  }
  return { says: 'denied', layer: 'identity-policy', denial, text };
}

/**
 * Joins both witnesses of an action. The dry run is asked of the evaluator that a build meets, so it outranks the
 * simulator, which sees neither session nor endpoint policies; where they contradict each other about an explicit
 * rule, nothing is proven.
 */
export function combine(probe: Told, evaluation: Evaluation | undefined): Told {
  if (!evaluation) return probe;
  const simulated = readEvaluation(evaluation);
  const both = { ...probe, method: 'dry-run+simulation' as const };
  const evidence = { ...probe.evidence, text: `${probe.evidence.text} ${simulated.text}` };
  const layer = probe.layer ?? simulated.layer;
  const denial = probe.denial ?? simulated.denial;
  const why = { ...(layer && { layer }), ...(denial && { denial }) };
  if (probe.state === 'missing') return { ...both, ...why, evidence };
  if (simulated.says === 'unknown') return { ...both, evidence };
  if (probe.state === 'inconclusive') {
    // An alarm stays an alarm: a call that was really carried out is not explained away by a simulation.
    if (probe.evidence.code === 'DryRunNotHonoured') return probe;
    if (simulated.says === 'allowed') return { ...both, method: 'simulation', state: 'likely', evidence };
    return { ...both, ...why, method: 'simulation', state: 'missing', evidence };
  }
  if (agrees(probe, simulated)) return { ...both, evidence };
  const text = `The two ways of checking disagree. ${evidence.text}`;
  return { ...both, state: 'inconclusive', evidence: { ...evidence, text } };
}

/** Whether a simulation stands beside an allowing dry run without contradicting it. */
function agrees(probe: Told, { says, layer, denial }: Simulated): boolean {
  if (says === 'allowed') return true;
  // A grant on named resources reads as an implicit denial on all; the live answer settles that, if it is proof.
  return probe.state === 'granted' && denial === 'implicit' && layer === 'identity-policy';
}

/**
 * Whether the region has a default VPC, from what the documented permissions allow to ask: its default subnets, and
 * EC2's word on a security group without a VPC.
 */
export function readDefaultVpc(subnets: AwsAnswer<Subnets>, securityGroup: AwsAnswer, region: string): Told {
  const method = 'read';
  const scope = region;
  const refusal = securityGroup.kind === 'refused' ? securityGroup.code : undefined;
  const found = subnets.kind === 'done' ? subnets.output.Subnets : undefined;
  const vpc = found?.[0]?.VpcId;
  if (found && vpc) {
    const text = `${vpc} has ${found.length} default ${found.length === 1 ? 'subnet' : 'subnets'} in ${region}.`;
    return { state: 'granted', method, scope, evidence: { text } };
  }
  if (refusal === 'VPCIdNotSpecified') {
    const text = `EC2 says that ${region} has no default VPC. Other regions were not looked at.`;
    return { state: 'missing', method: found ? 'read' : 'dry-run', scope, evidence: { code: refusal, text } };
  }
  if (!found && refusal === 'DryRunOperation') {
    const text = `EC2 would make a security group without being told a VPC, so ${region} has a default one.`;
    return { state: 'likely', method: 'dry-run', scope, evidence: { code: refusal, text } };
  }
  const text = found
    ? `${region} has no default subnet: either there is no default VPC, or its default subnets were deleted.`
    : `Without ec2:DescribeSubnets it could not be told whether ${region} has a default VPC.`;
  return { state: 'inconclusive', method, scope, evidence: { text } };
}
