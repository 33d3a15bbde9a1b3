import { AppError } from '../../errors.ts';
import { answerWith, callInTime, unreachableError } from '../call.ts';
import { loadInTurn } from '../load-in-turn.ts';
import type { SigningIn } from '../provider.ts';
import { offerTrust, showToken, type Trust } from '../workload.ts';
import { AssumedRole, type AwsAnswer, answerOf } from './answers.ts';
import { type AwsKeys, homeRegion, keysIn } from './client.ts';
import { guard } from './guard.ts';
import { audience, guide } from './guide.ts';
import { createMadeUpIds } from './made-up-ids.ts';
import { readRefusal } from './refusals.ts';
import type { AwsSettings } from './settings.ts';
import { signInError } from './sign-in.ts';

/** The role to become, and where. */
export type WebIdentity = { readonly roleArn: string; readonly region: string };

/** Seconds that the session lasts: the least that AWS takes. */
const sessionSeconds = 900;

/**
 * The keys of a session as a role that trusts the bot; no key signs this call. Throws `issuer.not-set`,
 * `provider.sign-in-failed`, `provider.unreachable` or `provider.clock-skewed`.
 */
export async function enterByToken(
  { roleArn, region }: WebIdentity,
  request: SigningIn,
  { endpoint }: AwsSettings,
): Promise<AwsKeys> {
  const { workload, signal, callTimeoutMs, emit } = request;
  const sdk = await loadInTurn(() => import('@aws-sdk/client-sts'));
  const [{ token, trust }, decoyToken] = await Promise.all([
    showToken(workload, audience),
    workload?.decoy?.(audience),
  ]);
  let host = '';
  async function ask(place: string, WebIdentityToken: string): Promise<AwsAnswer<AssumedRole>> {
    const client = new sdk.STSClient({ region: place, ...(endpoint && { endpoint }), maxAttempts: 1 });
    guard(client, createMadeUpIds(), (called) => {
      host = called;
      emit({ type: 'call' });
    });
    const input = {
      RoleArn: roleArn,
      RoleSessionName: 'xoap-chatops',
      WebIdentityToken,
      DurationSeconds: sessionSeconds,
    };
    try {
      return await callInTime<AwsAnswer<AssumedRole>>(
        { signal, callTimeoutMs },
        async (abortSignal) =>
          answerWith(
            await client.send(new sdk.AssumeRoleWithWebIdentityCommand(input), { abortSignal }),
            AssumedRole,
          ),
        answerOf,
      );
    } finally {
      client.destroy();
    }
  }
  async function show(shown: string): Promise<AwsAnswer<AssumedRole>> {
    const here = await ask(region, shown);
    const isElsewhere = here.kind === 'refused' && here.code === 'RegionDisabledException';
    return isElsewhere ? ask(homeRegion(region), shown) : here;
  }
  const [answer, decoy] = await Promise.all([show(token), decoyToken ? show(decoyToken) : undefined]);
  const entered = { authentication: 'web-identity', roleArn, region };
  if (decoy?.kind === 'done') {
    offerTrust(request, guide(entered, trust));
    throw letsInAll(roleArn);
  }
  if (answer.kind === 'done') {
    // What the decoy came to must be known before the session is used.
    if (!decoy || isDenied(decoy)) return keysIn(answer.output);
    throw webIdentityError(decoy, { roleArn, trust, host });
  }
  if (isWithoutTrust(answer)) offerTrust(request, guide(entered, trust));
  throw webIdentityError(answer, { roleArn, trust, host });
}

const isDenied = (answer: AwsAnswer) => answer.kind === 'refused' && answer.code.startsWith('AccessDenied');

/** A trust that pins the audience alone: a connection of anybody would become the role. */
const letsInAll = (roleArn: string) =>
  new AppError(`${roleArn} lets in other connections of this bot than this one`, {
    code: 'provider.sign-in-failed',
    hint: 'Its trust policy does not pin the one subject, so others could have the bot become this role, and it is not used. It needs the condition below, and no other statement that lets the bot in.',
  });

/** Whether it is the trust that is missing, and nothing above it that refuses. */
function isWithoutTrust(answer: Exclude<AwsAnswer, { kind: 'done' }>): boolean {
  if (answer.kind !== 'refused') return false;
  const { layer, denial } = readRefusal(answer.message);
  const isUntrusted = isDenied(answer) && !layer && denial !== 'explicit';
  return isUntrusted || /No OpenIDConnect provider found/i.test(answer.message);
}

type Refused = { readonly roleArn: string; readonly trust: Trust; readonly host: string };

/**
 * Why AWS did not let a token become the role. It tells of a fault of the issuer with one code and different texts:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function webIdentityError(
  answer: Exclude<AwsAnswer, { kind: 'done' }>,
  { roleArn, trust, host }: Refused,
): AppError {
  if (answer.kind === 'unreachable') return unreachableError({ name: 'AWS', host }, answer);
  const { code, message } = answer;
  const refused = (what: string, hint: string) =>
    new AppError(what, { code: 'provider.sign-in-failed', hint });
  const { issuer } = trust;
  switch (code) {
    case 'InvalidIdentityToken':
    case 'InvalidIdentityTokenException':
      return invalidToken(message, { roleArn, trust });
    case 'IDPCommunicationError':
    case 'IDPCommunicationErrorException':
      return new AppError(`AWS could not reach ${issuer}`, {
        code: 'provider.unreachable',
        hint: `AWS reads ${issuer}/.well-known/openid-configuration and the keys that it names, and waits 5 s. Verify again; if it goes on, whoever operates the bot looks at that address from outside.`,
        retryable: true,
      });
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return new AppError('AWS takes a token for an old one that was just made', {
        code: 'provider.clock-skewed',
        hint: 'The bot makes one for each verification, so the clock of the machine that verifies is wrong: whoever operates it must set it. A pipeline’s own token may simply have ended.',
      });
    case 'IDPRejectedClaim':
    case 'IDPRejectedClaimException':
      return refused(
        `AWS rejected the token of ${issuer}`,
        'What the token says does not fit the identity provider in AWS. Compare the provider with the form’s commands.',
      );
    case 'AccessDenied':
    case 'AccessDeniedException':
      return refused(`AWS does not let ${trust.subject} become ${roleArn}`, whyDenied(message));
    default:
      return signInError(answer, { host });
  }
}

function invalidToken(message: string, { roleArn, trust }: Pick<Refused, 'roleArn' | 'trust'>): AppError {
  const { issuer } = trust;
  const [, , , , account = ''] = roleArn.split(':');
  const refused = (what: string, hint: string) =>
    new AppError(what, { code: 'provider.sign-in-failed', hint });
  if (/No OpenIDConnect provider found/i.test(message))
    return refused(
      `AWS account ${account} has no identity provider for ${issuer}`,
      'It is made once for the account; the command stands below.',
    );
  if (/Incorrect token audience/i.test(message))
    return refused(
      `The identity provider for ${issuer} in AWS account ${account} does not take the audience ${audience}`,
      `Add it there: aws iam add-client-id-to-open-id-connect-provider --client-id ${audience} --open-id-connect-provider-arn ARN-OF-THE-PROVIDER`,
    );
  if (/retrieve verification key/i.test(message))
    return refused(
      `AWS could not read the keys of ${issuer}`,
      `AWS reads ${issuer}/.well-known/openid-configuration and the keys that it names, from the internet and within 5 s. Whoever operates the bot looks at that address from outside.`,
    );
  return refused(
    'AWS does not accept the signature of the token',
    `The keys that stand at ${issuer} are not those that the bot signs with: two bots with one address, or files that are older than the last rotation. Whoever operates the bot exports the keys anew (xoap issuer export).`,
  );
}

function whyDenied(message: string): string {
  const { layer, denial } = readRefusal(message);
  if (layer === 'service-control-policy' || layer === 'resource-control-policy')
    return 'A policy of the organisation refuses it. Its administrator must look at it; no policy of the account can help.';
  if (denial === 'explicit' && layer === 'trust-policy')
    return 'A Deny in the role’s trust policy refuses it. Whoever owns the role must look at it.';
  return 'The role is not there, or its trust policy does not name this issuer and this connection. It needs the statement below, each letter as it stands.';
}
