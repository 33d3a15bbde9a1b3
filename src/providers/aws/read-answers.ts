import type { Answer, AnswerParts } from '../provider.ts';
import type { AwsAnswer, Subnets } from './answers.ts';
import { carriedOut, type Layer } from './words.ts';

/** Codes that say a made-up resource was not found, which EC2 is taken to say only after authorisation. */
const notFound =
  /^Invalid(AMIID|AMIName|Group|GroupId|InstanceID|KeyPair|LaunchTemplateId|LaunchTemplateName\w*|Snapshot|SubnetID|Volume|VpcID|AttachmentID)\.(NotFound|NotFoundException)$/;
const denied = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']);
/** Codes of calls that came too fast. */
export const throttled = new Set(['RequestLimitExceeded', 'Throttling', 'ThrottlingException']);

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

/** A refusal's text without the encoded blob, which account administrators could decode. */
function withoutBlob(message: string): string {
  return message
    .replace(/\s*Encoded authorization failure message:.*$/s, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A text of bearable length. AWS puts the reason last, so the layer must be read before this. */
export function trimMessage(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** What a refusal leaves open, if anything. */
function caveatOf(message: string, denial: Answer['denial']): string | undefined {
  if (denial === 'explicit') {
    return 'If the rule depends on tags, encryption or the instance type, a build that sets them may still pass.';
  }
  if (!/on resource: \S+\/\*/.test(message)) return undefined;
  return 'It may still be granted on single resources; the documentation asks for all.';
}

/** The ids in an answer, and nothing else of it: the answer to CreateKeyPair holds a private key. */
function idsIn(output: unknown): string[] {
  if (typeof output === 'string') return /^[a-z]+-[0-9a-f]{8,17}$/.test(output) ? [output] : [];
  if (typeof output !== 'object' || output === null) return [];
  return Object.values(output).flatMap(idsIn);
}

/** What one dry run tells. */
export function readProbe(answer: AwsAnswer, region: string): AnswerParts {
  const method = 'dry-run';
  const scope = region;
  if (answer.kind === 'unreachable') {
    return { state: 'inconclusive', method, scope, evidence: { text: `AWS ${answer.message}.` } };
  }
  if (answer.kind === 'done') {
    const made = idsIn(answer.output);
    const what =
      made.length > 0 ? ` It made or changed ${made.join(', ')}.` : ' It named nothing that it made.';
    const text = `AWS carried out a call that was marked as a dry run.${what} Look for it, and tell the operator.`;
    return { state: 'inconclusive', method, scope, evidence: { code: carriedOut, text } };
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
    const message = withoutBlob(answer.message);
    const layer = layerOf(message);
    const denial = denialOf(message);
    const caveat = caveatOf(message, denial);
    return {
      state: 'missing',
      method,
      scope,
      ...(layer && { layer }),
      ...(denial && { denial }),
      evidence: { code, text: trimMessage(message), ...(caveat && { caveat }) },
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

/**
 * Whether the region has a default VPC, from what the documented permissions allow to ask: its default subnets, and
 * EC2's word on a security group without a VPC.
 */
export function readDefaultVpc(
  subnets: AwsAnswer<Subnets>,
  securityGroup: AwsAnswer,
  region: string,
): AnswerParts {
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
