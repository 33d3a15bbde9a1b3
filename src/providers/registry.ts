import { createAws } from './aws/provider.ts';
import type { AwsSettings } from './aws/settings.ts';
import type { AzureSettings } from './azure/clouds.ts';
import { createAzure } from './azure/provider.ts';
import { createGoogle } from './google/provider.ts';
import type { GoogleSettings } from './google/settings.ts';
import type { Provider, ProviderId, Providers } from './provider.ts';
import { createVsphere } from './vsphere/provider.ts';
import type { VsphereSettings } from './vsphere/settings.ts';

/** What the operator decides about providers; none of it ever comes from chat. */
export type ProviderSettings = {
  readonly aws?: AwsSettings;
  readonly azure?: AzureSettings;
  readonly google?: GoogleSettings;
  readonly vsphere?: VsphereSettings;
};

/** Every provider this version can verify, in the order people are offered them. */
export function createProviders(settings: ProviderSettings = {}): Providers {
  const { aws = {}, azure = {}, google = {}, vsphere = { allowedHosts: [] } } = settings;
  const registry = {
    aws: createAws(aws),
    azure: createAzure(azure),
    google: createGoogle(google),
    vsphere: createVsphere(vsphere),
  } satisfies Record<ProviderId, Provider>;
  const all: readonly Provider[] = Object.values(registry);
  return { all, find: (id) => all.find((provider) => provider.id === id.toLowerCase()) };
}
