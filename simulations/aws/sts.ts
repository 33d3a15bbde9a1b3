import { type Account, callerArn, principalArn, roleId } from './account.ts';
import type { Call } from './ec2.ts';
import { evaluate } from './policy.ts';
import { queryError, queryResult, type Reply } from './xml.ts';

/** Gives out keys for a role whose trust policy and whose caller's own policy both allow it. */
function assumeRole({ account, principal, parameters }: Call, accounts: readonly Account[]): Reply {
  const arn = parameters.get('RoleArn') ?? '';
  const found = accounts
    .flatMap((owner) => owner.principals.map((role) => ({ owner, role })))
    .find(({ owner, role }) => role.kind === 'role' && principalArn(owner, role) === arn);
  const trust = found?.role.trust;
  const isTrusted =
    trust?.accounts.includes(account.id) && (trust.externalId ?? null) === parameters.get('ExternalId');
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
  const number = String(found.role.keys.length).padStart(11, '0');
  const key = {
    id: `ASIAFAKES${number}`,
    secret: 'fake/session/'.padEnd(40, 'x'),
    sessionToken: `fake-session-token-${number}`,
  };
  found.role.keys.push(key);
  const fields = `<AccessKeyId>${key.id}</AccessKeyId><SecretAccessKey>${key.secret}</SecretAccessKey><SessionToken>${key.sessionToken}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`;
  return queryResult('AssumeRole', `<Credentials>${fields}</Credentials>`);
}

/** Answers one STS call. */
export function answerSts(call: Call, accounts: readonly Account[]): Reply {
  const { account, principal, parameters } = call;
  if (parameters.get('Action') === 'AssumeRole') return assumeRole(call, accounts);
  const id =
    principal.kind === 'role' ? `${roleId(principal)}:${principal.session ?? 'session'}` : 'AIDAFAKE';
  return queryResult(
    'GetCallerIdentity',
    `<Arn>${callerArn(account, principal)}</Arn><UserId>${id}</UserId><Account>${account.id}</Account>`,
  );
}
