import type { TokenCredential } from '@azure/identity';
import { AppError } from '../../src/errors.ts';

/** How the bot's Entra application signs in: exactly one of these, so that the SDK chooses nothing by itself. */
export type TeamsSignIn =
  | { readonly kind: 'secret'; readonly clientSecret: string }
  /** An identity of the machine, on Azure: its client id, or `system`. */
  | { readonly kind: 'managed-identity'; readonly clientId: string }
  /** A token of the bot's own issuer, which the application trusts. */
  | { readonly kind: 'federated'; readonly assertion: (audience: string) => Promise<string> }
  /** A text of the shape of a token, for local services that look at no more. */
  | { readonly kind: 'made-up' };

/** What a token has to be for: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust */
const audiences: Readonly<Record<string, string>> = {
  usgov: 'api://AzureADTokenExchangeUSGov',
  usgovdod: 'api://AzureADTokenExchangeUSGov',
  china: 'api://AzureADTokenExchangeChina',
};

/** The audience of the tokens that an application of a cloud takes in place of its secret. */
export const exchangeAudience = (cloud: string) => audiences[cloud] ?? 'api://AzureADTokenExchange';

export type Federation = {
  readonly clientId: string;
  readonly tenantId: string;
  /** The address of Entra ID. */
  readonly authority: string;
  readonly audience: string;
  readonly assertion: (audience: string) => Promise<string>;
  /** Whether the address is a local one, which nobody else vouches for. */
  readonly isLocal: boolean;
};

/** Creates what gets tokens for the bot without a secret; each is kept until shortly before its end. */
export function createFederatedToken(federation: Federation): (scope: string | string[]) => Promise<string> {
  const { clientId, tenantId, authority, audience, assertion, isLocal } = federation;
  let credential: TokenCredential | undefined;
  return async (scope) => {
    const { ClientAssertionCredential } = await import('@azure/identity');
    credential ??= new ClientAssertionCredential(tenantId, clientId, () => assertion(audience), {
      authorityHost: authority,
      disableInstanceDiscovery: isLocal,
    });
    const found = await credential.getToken(scope);
    if (found) return found.token;
    throw new AppError('Entra ID gave no token', { code: 'chat.unavailable', retryable: true });
  };
}
