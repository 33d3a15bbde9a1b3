import { type Client as ApiClient, cloudFromName, withOverrides } from '@microsoft/teams.api';
import { App, ExpressAdapter } from '@microsoft/teams.apps';
import type { Express } from 'express';
import { unlessAborted } from '../../src/deadline.ts';
import { AppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { guardTransport } from './admission.ts';
import { teamsLogger } from './logger.ts';
import { createFederatedToken, exchangeAudience, type TeamsSignIn } from './sign-in.ts';
import { createSigningKeys } from './signing-keys.ts';

export type TeamsAppDependencies = {
  readonly clientId: string;
  readonly signIn: TeamsSignIn;
  readonly tenantId: string | undefined;
  readonly cloud: string;
  readonly playgroundUrl: string | undefined;
  readonly testIssuer: string | undefined;
  /** A local Entra ID, for tests. */
  readonly testAuthority?: string | undefined;
  readonly logger: Logger;
};

/** A text of the shape of a token that lasts and that nobody signed, for local services that look at no more. */
const madeUpToken = 'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.x';

/** Milliseconds for one call of the Bot Connector. */
const callMs = 10_000;

/**
 * What the SDK signs in with. All of it is given, texts if empty ones: it would look for what is left out in the environment,
 * and takes a missing secret for an identity of the machine.
 */
function credentialsOf(
  { clientId, tenantId = '', signIn, cloud, testAuthority }: TeamsAppDependencies,
  loginEndpoint: string,
) {
  const none = { clientId, tenantId, clientSecret: '', managedIdentityClientId: '' };
  if (signIn.kind === 'secret') return { ...none, clientSecret: signIn.clientSecret };
  if (signIn.kind === 'managed-identity') return { ...none, managedIdentityClientId: signIn.clientId };
  if (signIn.kind === 'made-up') return { ...none, token: async () => madeUpToken };
  const token = createFederatedToken({
    clientId,
    tenantId,
    authority: testAuthority ?? loginEndpoint,
    audience: exchangeAudience(cloud),
    assertion: signIn.assertion,
    isLocal: testAuthority !== undefined,
  });
  return { ...none, token };
}

/** The SDK's app, which checks the tokens of requests and gets those for answers. */
export function createTeamsApp(settings: TeamsAppDependencies, express: Express) {
  const { playgroundUrl, testIssuer, logger } = settings;
  const known = cloudFromName(settings.cloud);
  const cloud = testIssuer
    ? withOverrides(known, { openIdMetadataUrl: `${testIssuer}/v1/.well-known/openidconfiguration` })
    : known;
  const transport = new ExpressAdapter(express, { logger: teamsLogger(logger) });
  return new App({
    ...credentialsOf(settings, cloud.loginEndpoint),
    cloud,
    client: { timeout: callMs, logger: teamsLogger(logger) },
    logger: teamsLogger(logger),
    httpServerAdapter: guardTransport(transport, {
      issuer: cloud.tokenIssuer,
      playgroundUrl,
      signingKeys: createSigningKeys(cloud.openIdMetadataUrl),
    }),
    // Given here, so that no variable of the environment decides it.
    dangerouslyAllowUnauthenticatedRequests: playgroundUrl !== undefined,
  });
}

/**
 * The client for a service that conversations are reached by, once there is a token for it: the SDK puts no limit to the
 * time that takes. Throws `chat.unavailable`.
 */
export function clientsOf(app: App): (serviceUrl: string) => Promise<ApiClient> {
  return async (serviceUrl) => {
    const signal = AbortSignal.timeout(callMs);
    try {
      await unlessAborted(app.tokenProvider.getAppToken(), signal);
    } catch (cause) {
      throw new AppError('Cannot get a token for Teams', {
        code: 'chat.unavailable',
        cause,
        retryable: true,
      });
    }
    return app.api.clone({ serviceUrl });
  };
}
