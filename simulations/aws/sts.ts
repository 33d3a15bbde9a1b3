import { type Issuers, judgeToken } from '../token-judge.ts';
import { type Account, callerArn, type Principal, principalArn, roleId } from './account.ts';
import type { Call } from './ec2.ts';
import { decodeRefusal } from './encoded-messages.ts';
import { evaluate } from './policy.ts';
import { escapeXml, queryError, queryResult, type Reply } from './xml.ts';

/** Gives out keys for a role whose trust policy and whose caller's own policy both allow it. */
function assumeRole({ account, principal, parameters }: Call, accounts: readonly Account[]): Reply {
  const arn = parameters.get('RoleArn') ?? '';
  const found = accounts
    .flatMap((owner) => owner.principals.map((role) => ({ owner, role })))
    .find(({ owner, role }) => role.kind === 'role' && principalArn(owner, role) === arn);
  const trust = found?.role.trust;
  const isTrusted =
    trust?.accounts.includes(account.id) &&
    // One that is not demanded is not looked at.
    (trust.externalId === undefined || trust.externalId === parameters.get('ExternalId'));
  const layers = { identity: principal.policies, boundary: principal.boundary, scps: account.scps };
  const { decision } = evaluate(layers, { action: 'sts:AssumeRole', resource: arn, context: {} });
  if (!found || !isTrusted || decision !== 'allowed') {
    // Across accounts AWS does not say why.
    const isOwn = found?.owner.id === account.id;
    const side = isTrusted ? 'identity-based policy' : 'role trust policy';
    const why = isOwn ? ` because no ${side} allows the sts:AssumeRole action` : '';
    const text = `User: ${callerArn(account, principal)} is not authorized to perform: sts:AssumeRole on resource: ${arn}${why}`;
    return queryError(403, 'AccessDenied', text);
  }
  return queryResult('AssumeRole', newSession(found.role));
}

/** Gives a role the keys of a session. */
function newSession(role: Principal): string {
  const number = `${roleId(role).slice(-4)}${String(role.keys.length).padStart(7, '0')}`;
  const key = {
    id: `ASIAFAKES${number}`,
    secret: 'fake/session/'.padEnd(40, 'x'),
    sessionToken: `fake-session-token-${number}`,
  };
  role.keys.push(key);
  return `<Credentials><AccessKeyId>${key.id}</AccessKeyId><SecretAccessKey>${key.secret}</SecretAccessKey><SessionToken>${key.sessionToken}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
}

/**
 * Gives out keys for a role whose trust policy names the token's issuer, audience and subject. No key signs this call. The
 * texts: https://repost.aws/knowledge-center/iam-sts-invalididentitytoken
 */
export async function assumeWithToken(
  parameters: URLSearchParams,
  accounts: readonly Account[],
  issuers: Issuers,
  now: Date,
): Promise<Reply> {
  const arn = parameters.get('RoleArn') ?? '';
  const judged = await judgeToken(parameters.get('WebIdentityToken') ?? '', issuers, now);
  const owner = accounts.find(({ id }) => id === arn.split(':')[4]);
  const role = owner?.principals.find((each) => each.kind === 'role' && principalArn(owner, each) === arn);
  const known = owner?.identityProviders?.find(({ url }) => url === judged.issuer);
  const invalid = (text: string) => queryError(400, 'InvalidIdentityToken', text);
  if (!known) return invalid(`No OpenIDConnect provider found in your account for ${judged.issuer}`);
  if ('fault' in judged) {
    if (judged.fault === 'expired')
      return queryError(
        400,
        'ExpiredTokenException',
        'Token expired: current date/time is after the expiration',
      );
    return judged.fault === 'unreachable' || judged.fault === 'unknown-key'
      ? invalid(
          "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
        )
      : invalid('Token is not valid: its signature could not be verified');
  }
  if (!known.audiences.includes(judged.audience)) return invalid('Incorrect token audience');
  const isTrusted = [role?.webTrust ?? []]
    .flat()
    .some(
      ({ issuer, audience, subject = judged.subject }) =>
        issuer === judged.issuer &&
        audience === judged.audience &&
        (subject.endsWith('*')
          ? judged.subject.startsWith(subject.slice(0, -1))
          : subject === judged.subject),
    );
  if (!role || !isTrusted)
    return queryError(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  return queryResult('AssumeRoleWithWebIdentity', newSession(role));
}

/** Says what an encoded message says to whoever may know, of its own account alone. */
function decode({ account, principal, parameters }: Call): Reply {
  const action = 'sts:DecodeAuthorizationMessage';
  const layers = { identity: principal.policies, boundary: principal.boundary, scps: account.scps };
  const { decision } = evaluate(layers, { action, resource: '*', context: {} });
  if (decision !== 'allowed') {
    const text = `User: ${callerArn(account, principal)} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
    return queryError(403, 'AccessDenied', text);
  }
  const message = decodeRefusal(account, parameters.get('EncodedMessage') ?? '');
  // The text stands in no reference.
  if (message === undefined)
    return queryError(400, 'InvalidAuthorizationMessageException', 'Message is not valid');
  return queryResult('DecodeAuthorizationMessage', `<DecodedMessage>${escapeXml(message)}</DecodedMessage>`);
}

/** Answers one STS call. */
export function answerSts(call: Call, accounts: readonly Account[]): Reply {
  const { account, principal, parameters } = call;
  if (parameters.get('Action') === 'AssumeRole') return assumeRole(call, accounts);
  if (parameters.get('Action') === 'DecodeAuthorizationMessage') return decode(call);
  const id =
    principal.kind === 'role' ? `${roleId(principal)}:${principal.session ?? 'session'}` : 'AIDAFAKE';
  return queryResult(
    'GetCallerIdentity',
    `<Arn>${callerArn(account, principal)}</Arn><UserId>${id}</UserId><Account>${account.id}</Account>`,
  );
}
