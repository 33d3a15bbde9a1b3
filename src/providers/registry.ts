import { aws } from './aws/provider.ts';
import type { Provider, ProviderId } from './provider.ts';

const registry = { aws } satisfies Partial<Record<ProviderId, Provider>>;

/** Every provider this version can verify, in the order people are offered them. */
export const providers: readonly Provider[] = Object.values(registry);

/** The provider with this id, or undefined when this version has none. */
export function findProvider(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id.toLowerCase());
}
