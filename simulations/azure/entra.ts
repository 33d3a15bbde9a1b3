import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { type Issuers, judgeToken } from '../token-judge.ts';
import type { Directory, ServicePrincipal, Tenant } from './directory.ts';

export type Reply = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
};

type Fault = {
  readonly status: number;
  readonly error: string;
  readonly code: number;
  readonly text: string;
};

/** https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
function refusal({ status, error, code, text }: Fault): Reply {
  const timestamp = new Date().toISOString().replace('T', ' ').slice(0, 19);
  const trace = randomUUID();
  const description = `AADSTS${code}: ${text} Trace ID: ${trace} Correlation ID: ${trace} Timestamp: ${timestamp}Z`;
  return {
    status,
    body: {
      error,
      error_description: description,
      error_codes: [code],
      timestamp,
      trace_id: trace,
      correlation_id: trace,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}

/**
 * What is wrong with a token that was shown in place of a secret. Which code Entra ID gives for documents that it cannot
 * read is not documented.
 */
async function assertionFault(
  { federated = [] }: ServicePrincipal,
  assertion: string,
  issuers: Issuers,
): Promise<Fault | undefined> {
  const fault = (code: number, text: string) => ({ status: 401, error: 'invalid_client', code, text });
  const judged = await judgeToken(assertion, issuers);
  const known = federated.filter(({ issuer }) => issuer === judged.issuer);
  if (known.length === 0)
    return fault(
      700211,
      `No matching federated identity record found for presented assertion issuer '${judged.issuer}'.`,
    );
  if ('fault' in judged) {
    if (judged.fault === 'expired')
      return fault(700024, 'Client assertion is not within its valid time range.');
    if (judged.fault === 'unknown-key')
      return fault(7000272, 'The key was not found in the metadata of the issuer.');
    return judged.fault === 'unreachable'
      ? fault(50166, 'Request to External OIDC endpoint failed.')
      : fault(700027, 'The certificate with identifier used to sign the client assertion is not registered.');
  }
  const mine = known.filter(({ subject }) => subject === judged.subject);
  if (mine.length === 0) {
    const isCase = known.some(({ subject }) => subject.toLowerCase() === judged.subject.toLowerCase());
    return fault(
      isCase ? 7002138 : 700213,
      `No matching federated identity record found for presented assertion subject '${judged.subject}'.`,
    );
  }
  return mine.some(({ audiences }) => audiences.includes(judged.audience))
    ? undefined
    : fault(
        700212,
        `No matching federated identity record found for presented assertion audience '${judged.audience}'.`,
      );
}

async function faultOf(
  principal: ServicePrincipal | undefined,
  form: URLSearchParams,
  issuers: Issuers,
): Promise<Fault | undefined> {
  const clientId = form.get('client_id') ?? '';
  if (!principal) {
    const text = `Application with identifier '${clientId}' was not found in the directory 'Example'.`;
    return { status: 400, error: 'unauthorized_client', code: 700016, text };
  }
  if (principal.trouble === 'disabled')
    return { status: 401, error: 'unauthorized_client', code: 7000112, text: 'Application is disabled.' };
  const assertion = form.get('client_assertion');
  if (assertion) return assertionFault(principal, assertion, issuers);
  const secret = form.get('client_secret') ?? '';
  const isAdded = principal.addedSecrets?.includes(secret) ?? false;
  if (secret !== principal.secret && !isAdded) {
    const text =
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '…'.";
    return { status: 401, error: 'invalid_client', code: 7000215, text };
  }
  if (principal.trouble === 'secret-expired' && !isAdded) {
    const text = `The provided client secret keys for app '${clientId}' are expired.`;
    return { status: 401, error: 'invalid_client', code: 7000222, text };
  }
  if (principal.trouble === 'conditional-access') {
    const text = 'Access has been blocked by Conditional Access policies.';
    return { status: 400, error: 'invalid_grant', code: 53003, text };
  }
  return undefined;
}

/** Where the endpoints of a tenant are: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc */
export const metadataOf = (base: string) => ({
  token_endpoint: `${base}/oauth2/v2.0/token`,
  authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
  jwks_uri: `${base}/discovery/v2.0/keys`,
  issuer: `${base}/v2.0`,
});

/** The token endpoint of Entra ID for client credentials; tokens are signed so that only this cloud takes them. */
export async function answerToken(
  { tenants }: Directory,
  tenantId: string,
  { form, key, issuers }: { form: URLSearchParams; key: Uint8Array; issuers: Issuers },
): Promise<Reply> {
  const tenant: Tenant | undefined = tenants.find(({ id }) => id === tenantId);
  if (!tenant) {
    const text = `Tenant '${tenantId}' not found. Check to make sure you have the correct tenant ID.`;
    return refusal({ status: 400, error: 'invalid_request', code: 90002, text });
  }
  const principal = tenant.principals.find(({ clientId }) => clientId === form.get('client_id'));
  const fault = await faultOf(principal, form, issuers);
  if (fault || !principal) return refusal(fault as Fault);
  const token = await new SignJWT({ oid: principal.objectId, tid: tenant.id, appid: principal.clientId })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(`https://sts.windows.net/${tenant.id}/`)
    .setAudience(String(form.get('scope')).replace(/\/\.default$/, ''))
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key);
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token },
  };
}
