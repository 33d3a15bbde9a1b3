import { createHttpHeaders, type PipelinePolicy } from '@azure/core-rest-pipeline';
import {
  ClientAssertionCredential,
  ClientSecretCredential,
  type ClientSecretCredentialOptions,
} from '@azure/identity';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { CheckRequest } from '../provider.ts';
import { offerTrust, showToken } from '../workload.ts';
import { pipelineSettings } from './client.ts';
import type { AzureEndpoints } from './clouds.ts';
import type { AzureCredential } from './credentials.ts';
import { audienceOf, guide } from './guide.ts';
import { isWithoutTrust, signInError } from './sign-in-errors.ts';

export type Session = {
  readonly accessToken: string;
  /** The object id of the service principal, which role assignments name; absent where the token hides it. */
  readonly objectId: string | undefined;
};

const Claims = z.object({ oid: z.string().regex(/^[0-9a-f-]{36}$/i) });

function objectIdIn(accessToken: string): string | undefined {
  try {
    return Claims.parse(decodeJwt(accessToken)).oid;
  } catch {
    return undefined;
  }
}

/**
 * Answers the question where the endpoints of a tenant are. The library knows them by heart for Microsoft's clouds and
 * asks for them on any other host, whose endpoints lie at the same paths; answered here, a wrong tenant is told by the
 * token endpoint with its code, as it is on Microsoft's clouds, and not as an unreachable host.
 */
function knownEndpoints(authorityHost: string): PipelinePolicy {
  const metadataPath = /\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/;
  return {
    name: 'xoap-known-endpoints',
    async sendRequest(request, next) {
      const tenant = metadataPath.exec(new URL(request.url).pathname)?.[1];
      if (!tenant) return next(request);
      const base = `${authorityHost}/${tenant}`;
      const metadata = {
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        issuer: `${base}/v2.0`,
      };
      const headers = createHttpHeaders({ 'content-type': 'application/json' });
      return { request, status: 200, headers, bodyAsText: JSON.stringify(metadata) };
    },
  };
}

/** Signs in once; throws `provider.sign-in-failed`, `provider.unreachable` or `provider.clock-skewed`. */
export async function signIn(
  entered: AzureCredential,
  { authorityHost, scope }: Pick<AzureEndpoints, 'authorityHost'> & { readonly scope: string },
  request: CheckRequest,
): Promise<Session> {
  const { workload, signal, callTimeoutMs, emit } = request;
  const { tenantId, clientId, secretExpiresOn } = entered;
  const settings = pipelineSettings(() => emit({ type: 'call' }));
  const options: ClientSecretCredentialOptions = {
    authorityHost,
    // Whether the host may be trusted is the operator's word, not that of another host.
    disableInstanceDiscovery: true,
    ...settings,
    additionalPolicies: [
      { policy: knownEndpoints(authorityHost), position: 'perCall' },
      ...settings.additionalPolicies,
    ],
  };
  const isKeyless = entered.authentication === 'federated';
  const shown = isKeyless && (await showToken(workload, audienceOf(entered.cloud)));
  const credential = shown
    ? new ClientAssertionCredential(tenantId, clientId, async () => shown.token, options)
    : new ClientSecretCredential(tenantId, clientId, entered.clientSecret ?? '', options);
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]);
  try {
    const { token } = await credential.getToken(scope, { abortSignal });
    return { accessToken: token, objectId: objectIdIn(token) };
  } catch (error) {
    // A day to come that was entered is not when it expired.
    const isOver = secretExpiresOn !== undefined && secretExpiresOn <= new Date().toISOString().slice(0, 10);
    const expiredOn = isOver ? secretExpiresOn : undefined;
    const trust = shown ? shown.trust : undefined;
    if (trust && isWithoutTrust(error)) offerTrust(request, guide(entered, trust));
    throw signInError(error, { authorityHost, expiredOn, trust });
  }
}
