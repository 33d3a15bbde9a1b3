import { aws } from './aws/provider.ts';
import type { Provider, ProviderId, Providers } from './provider.ts';

/** Every provider this version can verify, in the order people are offered them. */
export function createProviders(): Providers {
  const registry = { aws } satisfies Partial<Record<ProviderId, Provider>>;
  const all: readonly Provider[] = Object.values(registry);
  return { all, find: (id) => all.find((provider) => provider.id === id.toLowerCase()) };
}
