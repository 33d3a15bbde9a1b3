import { aws } from './aws/provider.ts';
import type { AzureSettings } from './azure/clouds.ts';
import { createAzure } from './azure/provider.ts';
import type { Provider, ProviderId, Providers } from './provider.ts';

/** What the operator decides about providers; none of it ever comes from chat. */
export type ProviderSettings = { readonly azure?: AzureSettings };

/** Every provider this version can verify, in the order people are offered them. */
export function createProviders({ azure = {} }: ProviderSettings = {}): Providers {
  const registry = { aws, azure: createAzure(azure) } satisfies Partial<Record<ProviderId, Provider>>;
  const all: readonly Provider[] = Object.values(registry);
  return { all, find: (id) => all.find((provider) => provider.id === id.toLowerCase()) };
}
