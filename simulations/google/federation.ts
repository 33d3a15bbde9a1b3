import { randomUUID } from 'node:crypto';
import { type Issuers, judgeToken } from '../token-judge.ts';
import { errorReply, type Reply } from './apis.ts';
import type { Directory, ServiceAccount } from './directory.ts';

// Google's token service for workload identity federation, and the impersonation of service accounts. Its texts are as
// people report them; which one a signature, an age and an unknown key get each is not documented.

const refusal = (error: string, description: string): Reply => ({
  status: 400,
  body: { error, error_description: description },
});

/** The members that a federated token stands for, by the token. */
export type Federated = Map<string, string>;

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
export async function exchange(
  { poolProviders = [] }: Directory,
  form: URLSearchParams,
  { issuers, federated, now }: { issuers: Issuers; federated: Federated; now: Date },
): Promise<Reply> {
  const audience = form.get('audience') ?? '';
  const name =
    /^\/\/iam\.googleapis\.com\/(projects\/\d+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+)$/.exec(
      audience,
    )?.[1];
  if (!name)
    return refusal(
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider.',
    );
  const provider = poolProviders.find((each) => each.name === name);
  if (!provider)
    return refusal(
      'invalid_target',
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    );
  const judged = await judgeToken(form.get('subject_token') ?? '', issuers, now);
  if (judged.issuer !== provider.issuer)
    return refusal(
      'invalid_grant',
      `The issuer in ID Token ${judged.issuer} does not match the expected ones.`,
    );
  if ('fault' in judged)
    return refusal(
      'invalid_grant',
      judged.fault === 'unreachable'
        ? "Error connecting to the given credential's issuer."
        : 'The given credential is rejected: it is expired, or its signature cannot be verified with the keys of the issuer.',
    );
  const allowed = provider.audiences ?? [`https:${audience}`, audience];
  if (!allowed.includes(judged.audience))
    return refusal(
      'invalid_grant',
      `The audience in ID Token [${judged.audience}] does not match the expected audience.`,
    );
  if (Buffer.byteLength(judged.subject) > 127)
    return refusal(
      'invalid_request',
      'The size of mapped attribute google.subject exceeds the 127 bytes limit.',
    );
  if (provider.refuses?.includes(judged.subject))
    return refusal('unauthorized_client', 'The given credential is rejected by the attribute condition.');
  const token = `ya29.federated-${randomUUID()}`;
  const pool = name.replace(/\/providers\/.*$/, '');
  federated.set(token, `principal://iam.googleapis.com/${pool}/subject/${judged.subject}`);
  return {
    status: 200,
    body: {
      access_token: token,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3_599,
    },
  };
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
export function impersonate(
  { accounts }: Directory,
  { path, bearer, federated }: { path: string; bearer: string; federated: Federated },
): { reply: Reply; account?: ServiceAccount; token?: string } {
  const email = /serviceAccounts\/([^/:]+):generateAccessToken$/.exec(path)?.[1];
  const account = accounts.find((each) => each.email === email);
  const member = federated.get(bearer);
  if (account?.hasNoCredentialsApi)
    return {
      reply: errorReply(
        403,
        'PERMISSION_DENIED',
        'IAM Service Account Credentials API has not been used in project 1 before or it is disabled.',
      ),
    };
  // https://cloud.google.com/iam/docs/principal-identifiers: one identity, or all of a pool
  const wholePool = member?.replace(/^principal:(.*)\/subject\/.*$/, 'principalSet:$1/*');
  const isBound = account?.bindings.some(
    ({ role, members }) =>
      role === 'roles/iam.workloadIdentityUser' &&
      members.some((bound) => bound === member || bound === wholePool),
  );
  if (!account || !isBound)
    return {
      reply: errorReply(
        403,
        'PERMISSION_DENIED',
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
      ),
    };
  const token = `ya29.impersonated-${randomUUID()}`;
  const expireTime = new Date(Date.now() + 600_000).toISOString();
  return { reply: { status: 200, body: { accessToken: token, expireTime } }, account, token };
}
