import { AppError, type ErrorCode } from '../../errors.ts';
import { unreachableError } from '../call.ts';
import type { AwsAnswer } from './answers.ts';
import type { RoleToAssume } from './client.ts';
import { type Refusal, readRefusal } from './refusals.ts';
import { layers } from './words.ts';

type Explanation = { readonly code: ErrorCode; readonly message: string; readonly hint: string };

const explanations: Readonly<Record<string, Explanation>> = {
  InvalidClientTokenId: {
    code: 'provider.sign-in-failed',
    message: 'AWS does not know the access key id',
    hint: 'The key was deleted, is inactive, was mistyped, or belongs to another partition than the region (China, GovCloud). Check it in the IAM console, and replace the credential.',
  },
  RegionDisabledException: {
    code: 'provider.region-not-enabled',
    message: 'The sign-in service of AWS is not active in this region for the account',
    hint: 'Activate it in the IAM console under Account settings, Security Token Service, or edit the connection to build in another region.',
  },
  SignatureDoesNotMatch: {
    code: 'provider.sign-in-failed',
    message: 'The secret access key does not belong to the access key id',
    hint: 'Enter the key and its secret again; if the secret is lost, make a new access key.',
  },
  IncompleteSignature: {
    code: 'provider.sign-in-failed',
    message: 'AWS could not read the signature made with this secret access key',
    hint: 'Paste the access key id and the secret again.',
  },
  ExpiredToken: {
    code: 'provider.sign-in-failed',
    message: 'The session token has expired',
    hint: 'Temporary keys end after hours. Use a long-lived access key for a connection, or fresh temporary keys.',
  },
  OptInRequired: {
    code: 'provider.sign-in-failed',
    message: 'The AWS account is not fully signed up',
    hint: 'Finish the sign-up of the account, payment method included.',
  },
  PendingVerification: {
    code: 'provider.sign-in-failed',
    message: 'AWS is still verifying the account',
    hint: 'Wait for the e-mail of AWS; it can take up to four hours. Then verify again.',
  },
  Blocked: {
    code: 'provider.sign-in-failed',
    message: 'AWS has blocked the account',
    hint: 'Contact AWS Support from the account.',
  },
  RequestExpired: {
    code: 'provider.clock-skewed',
    message: 'The clock of the machine that verifies is wrong, so AWS refused its request',
    hint: 'Nothing is wrong with the credential: whoever operates that machine must set its clock.',
  },
  Throttling: {
    code: 'provider.unreachable',
    message: 'AWS is throttling sign-ins of this account',
    hint: 'Verify again in a minute.',
  },
};

const invalidToken: Explanation = {
  code: 'provider.sign-in-failed',
  message: 'AWS does not accept the access key id with this session token',
  hint: 'A token that was cut off, or that belongs to another key, is the usual cause. Copy all three values of the temporary key again.',
};

/** Codes with which EC2 refuses the whole account or request, whatever the permissions are. */
const refusesAll = new Set(['OptInRequired', 'PendingVerification', 'Blocked', 'RequestExpired']);

/** Whether an answer of EC2 means that nothing can be told of this account now. */
export function isRefusedAltogether(answer: AwsAnswer): boolean {
  return answer.kind === 'refused' && refusesAll.has(answer.code);
}

const aliases: Readonly<Record<string, string>> = {
  ExpiredTokenException: 'ExpiredToken',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  RequestTimeTooSkewed: 'RequestExpired',
  RequestLimitExceeded: 'Throttling',
  ThrottlingException: 'Throttling',
};

/**
 * Why nothing can be told, from the answer to the sign-in call.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export function signInError(
  answer: Exclude<AwsAnswer, { kind: 'done' }>,
  { hasToken = false, host }: { hasToken?: boolean; host: string },
): AppError {
  if (answer.kind === 'unreachable') return unreachableError({ name: 'AWS', host }, answer);
  // STS reports a wrong clock with the code of a wrong secret; only its text tells them apart.
  const isClock = /not yet current|signature expired/i.test(answer.message);
  const key = isClock ? 'RequestExpired' : (aliases[answer.code] ?? answer.code);
  const known = key === 'InvalidClientTokenId' && hasToken ? invalidToken : explanations[key];
  if (known) return new AppError(known.message, { code: known.code, hint: known.hint });
  return new AppError(`AWS refused the sign-in with ${answer.code}`, {
    code: 'provider.sign-in-failed',
    hint: 'Check the access key in the IAM console, then verify again.',
  });
}

/** Why the key could not become the role; AWS says which side refused within one account or organisation only. */
export function assumeRoleError(
  answer: Exclude<AwsAnswer, { kind: 'done' }>,
  { roleArn, externalId, host }: RoleToAssume & { readonly host: string },
): AppError {
  if (answer.kind !== 'refused' || answer.code !== 'AccessDenied') return signInError(answer, { host });
  return new AppError(`AWS does not let this key assume ${roleArn}`, {
    code: 'provider.sign-in-failed',
    hint: refusingSide(readRefusal(answer.message), externalId),
  });
}

function refusingSide({ layer, denial, policy }: Refusal, externalId: string | undefined): string {
  const condition = externalId ? ', with this External ID as its sts:ExternalId condition' : '';
  const trust = `the role’s trust policy names the account or user of the key${condition}`;
  const own = 'a policy of the key’s user allows sts:AssumeRole on the role';
  const named = policy ? ` (${policy})` : '';
  if (layer === 'trust-policy')
    return denial === 'explicit'
      ? 'A Deny in the role’s trust policy refuses it. Whoever owns the role must look at it.'
      : `The role’s trust policy does not allow it: see that ${trust}.`;
  if (layer === 'service-control-policy' || layer === 'resource-control-policy')
    return `A policy of the organisation${named} refuses it. Its administrator must look at it; no policy of the account can help.`;
  if (layer === 'endpoint-policy')
    return 'The policy of the VPC endpoint in the network that verifies refuses it. That network’s administrator must look at it.';
  if (denial === 'explicit') return `A Deny in a policy of the key’s user${named} refuses it.`;
  if (layer === 'permissions-boundary' || layer === 'session-policy')
    return `The ${layers[layer]}${named} of the key’s user does not allow sts:AssumeRole on the role.`;
  if (layer === 'identity-policy') return `No policy allows it on the key’s side: see that ${own}.`;
  return `Both sides must allow it, and AWS does not say which does not: ${trust}, and ${own}.`;
}

/** The key is good, yet EC2 does not take it: the region is not enabled for the account. */
export function regionNotEnabled(region: string, { hasToken = false } = {}): AppError {
  const what = hasToken ? 'does not accept this temporary key' : 'is not enabled for this account';
  return new AppError(`The region ${region} ${what}`, {
    code: 'provider.region-not-enabled',
    hint: hasToken
      ? `The key itself is good. Either ${region} is not enabled under Account, AWS Regions, or the token came from the global endpoint of STS, whose tokens are not valid everywhere: get one from the endpoint of ${region}.`
      : `The key itself is good. Enable ${region} under Account, AWS Regions, or add the connection with another region.`,
  });
}
