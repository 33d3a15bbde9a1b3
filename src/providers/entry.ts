import type { z } from 'zod';
import type { ProviderId } from '../catalog/profile.ts';
import type { Contradictions, Settings } from '../setting.ts';
import type { Provider } from './provider.ts';

/** One provider as the registry knows it: what the operator sets for it, and how it is loaded. */
export type ProviderEntry = {
  readonly id: ProviderId;
  /** What the operator sets for it, by variable; none of it ever comes from chat. */
  readonly settings: Settings;
  readonly contradictions: Contradictions;
  /** Loads its code, with what its settings were read as. */
  load(values: Readonly<Record<string, unknown>>): Promise<Provider>;
};

/** Declares a provider for the registry; what it is loaded with has the types of its settings, with their defaults. */
export function providerEntry<Own extends Settings>(entry: {
  readonly id: ProviderId;
  readonly settings: Own;
  readonly contradictions?: Contradictions;
  readonly load: (values: { readonly [Name in keyof Own]: z.output<Own[Name]> }) => Promise<Provider>;
}): ProviderEntry {
  const { id, settings, contradictions = () => [], load } = entry;
  const withDefaults = (values: Readonly<Record<string, unknown>>) => {
    const own = Object.entries(settings).map(([name, schema]) => [
      name,
      values[name] ?? schema.safeParse(undefined).data,
    ]);
    return Object.fromEntries(own) as Parameters<typeof load>[0];
  };
  return { id, settings, contradictions, load: (values) => load(withDefaults(values)) };
}
