import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
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

function faultOf(principal: ServicePrincipal | undefined, form: URLSearchParams): Fault | undefined {
  const clientId = form.get('client_id') ?? '';
  if (!principal) {
    const text = `Application with identifier '${clientId}' was not found in the directory 'Example'.`;
    return { status: 400, error: 'unauthorized_client', code: 700016, text };
  }
  if (principal.trouble === 'disabled')
    return { status: 401, error: 'unauthorized_client', code: 7000112, text: 'Application is disabled.' };
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

/** The token endpoint of Entra ID for client credentials; tokens are signed so that only this cloud takes them. */
export async function answerToken(
  { tenants }: Directory,
  tenantId: string,
  { form, key }: { form: URLSearchParams; key: Uint8Array },
): Promise<Reply> {
  const tenant: Tenant | undefined = tenants.find(({ id }) => id === tenantId);
  if (!tenant) {
    const text = `Tenant '${tenantId}' not found. Check to make sure you have the correct tenant ID.`;
    return refusal({ status: 400, error: 'invalid_request', code: 90002, text });
  }
  const principal = tenant.principals.find(({ clientId }) => clientId === form.get('client_id'));
  const fault = faultOf(principal, form);
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
