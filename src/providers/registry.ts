import type { Contradictions, Settings } from '../setting.ts';
import { aws } from './aws/entry.ts';
import { azure } from './azure/entry.ts';
import type { ProviderEntry } from './entry.ts';
import { google } from './google/entry.ts';
import type { Provider, Providers } from './provider.ts';
import { vsphere } from './vsphere/entry.ts';

/** Every provider this version can verify, in the order people are offered them. A new one is one line here. */
const registry: readonly ProviderEntry[] = [aws, azure, google, vsphere];

export const providerIds: readonly string[] = registry.map(({ id }) => id);

/** What the operator sets for providers, by variable. */
export const providerSettings: Settings = Object.assign({}, ...registry.map(({ settings }) => settings));

export const providerContradictions: Contradictions = (set) =>
  registry.flatMap(({ contradictions }) => contradictions(set));

/** What the settings of providers were read as, by variable. */
export type ProviderSettings = Readonly<Record<string, unknown>>;

/** These providers, to be found by their ids and aliases in any case. */
export function providersOf(all: readonly Provider[]): Providers {
  const isCalled = ({ id, aliases = [] }: Provider, name: string) => id === name || aliases.includes(name);
  return { all, find: (name) => all.find((provider) => isCalled(provider, name.toLowerCase())) };
}

/** Loads every provider, without what only a verification needs. */
export async function loadProviders(settings: ProviderSettings = {}): Promise<Providers> {
  return providersOf(await Promise.all(registry.map(({ load }) => load(settings))));
}
