import type { AnswerParts } from '../provider.ts';
import type { AwsAnswer } from './answers.ts';
import { isQuarantine, type Refusal, readRefusal } from './refusals.ts';
import { carriedOut } from './words.ts';

/** Codes that say a made-up resource was not found, which EC2 is taken to say only after authorisation. */
const notFound =
  /^Invalid(AMIID|AMIName|Group|GroupId|InstanceID|KeyPair|LaunchTemplateId|LaunchTemplateName\w*|Snapshot|SubnetID|Volume|VpcID|AttachmentID)\.(NotFound|NotFoundException)$/;
const denied = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']);
/** Codes of calls that came too fast. */
export const throttled = new Set(['RequestLimitExceeded', 'Throttling', 'ThrottlingException']);

/** Whether an answer says that the caller is not allowed. */
export function isDenied(answer: AwsAnswer): answer is AwsAnswer & { kind: 'refused' } {
  return answer.kind === 'refused' && denied.has(answer.code);
}

/** What a refusal leaves open, if anything. */
function caveatOf(message: string, { denial, policy }: Refusal): string | undefined {
  if (isQuarantine(policy)) return undefined;
  if (denial === 'explicit') {
    return 'If the rule depends on tags, encryption or the instance type, a build that sets them may still pass.';
  }
  if (!/on resource: \S+\/\*/.test(message)) return undefined;
  return 'It may still be granted on single resources; the documentation asks for all.';
}

/** What a refusal of a dry run tells. */
function readDenied({ code, message }: { code: string; message: string }, scope: string): AnswerParts {
  const method = 'dry-run';
  const refusal = readRefusal(message);
  const { text, ...named } = refusal;
  if (named.layer === 'endpoint-policy') {
    const here = `The policy of the VPC endpoint that AWS was reached through refuses it, so nothing is told of builds, which take another way: ${text}`;
    return { state: 'inconclusive', method, scope, ...named, evidence: { code, text: here } };
  }
  const caveat = caveatOf(message, refusal);
  return {
    state: 'missing',
    method,
    scope,
    ...named,
    evidence: { code, text, ...(caveat && { caveat }) },
  };
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
  if (isDenied(answer)) return readDenied(answer, region);
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
