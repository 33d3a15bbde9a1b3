import type { Identity } from '../../verification/verification.ts';
import type { AwsAnswer } from './answers.ts';
import type { Simulation } from './simulation.ts';

export const unknownAge =
  'The age of this key could not be read (iam:ListAccessKeys, which the documentation does not ask for), so nobody is reminded before it is too old.';

/** How many policies the caller may have; that it could not be read is said where a fix needs room. */
export function roomWords(
  summary: AwsAnswer<Readonly<Record<string, number>>>,
  { kind }: Identity,
): string | undefined {
  if (kind !== 'user' && kind !== 'role') return undefined;
  const [attached, size] =
    kind === 'user'
      ? (['AttachedPoliciesPerUserQuota', 'UserPolicySizeQuota'] as const)
      : (['AttachedPoliciesPerRoleQuota', 'RolePolicySizeQuota'] as const);
  const most = summary.kind === 'done' ? summary.output[attached] : undefined;
  const characters = summary.kind === 'done' ? summary.output[size] : undefined;
  if (most === undefined || characters === undefined)
    return `How many policies a ${kind} of this account may have could not be read (iam:GetAccountSummary, which the documentation does not ask for).`;
  return `A ${kind} of this account may have ${most} attached policies, and inline policies of ${characters.toLocaleString('en')} characters together.`;
}

/** What is said beside the findings. */
export function* notesOn({ kind }: Identity, { answered, excess }: Simulation): Generator<string> {
  if (kind === 'root') {
    yield 'This is the key of the root user. It works, but whoever holds it holds the account: make a user with the documented policy instead.';
  }
  if (!answered) {
    yield 'The policy simulator did not answer this credential (iam:SimulatePrincipalPolicy, which the documentation does not ask for), so dry runs alone decide.';
  }
  if (excess.length > 0) {
    yield `This credential may do more than it is for: ${excess.join(', ')}. A policy with these actions alone is enough; it stands among the other ways.`;
  }
  yield 'Dry runs leave entries in CloudTrail, the refused ones too, with the user agent xoap-chatops; alarms about refused calls may show them.';
}
