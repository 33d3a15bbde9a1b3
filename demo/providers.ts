import { demoKeys } from '../simulations/aws/demo-accounts.ts';
import { demoDirectory as azureDirectory } from '../simulations/azure/demo-accounts.ts';
import { demoDirectory as googleDirectory } from '../simulations/google/demo-accounts.ts';
import type { Provider, Providers } from '../src/providers/provider.ts';
import { createProviders, type ProviderSettings } from '../src/providers/registry.ts';

type Credential = Readonly<Record<string, string>>;

const awsKeys = Object.values(demoKeys).map(({ id }) => id);
const azureClients = azureDirectory().tenants.flatMap(({ principals }) =>
  principals.map(({ clientId }) => clientId),
);
const googleEmails = googleDirectory().accounts.map(({ email }) => email);

/** Whether a credential is one of a simulated cloud, by provider. */
export const isSimulated: Readonly<Record<string, (credential: Credential) => boolean>> = {
  aws: ({ accessKeyId = '' }) => awsKeys.includes(accessKeyId),
  azure: ({ clientId = '' }) => azureClients.includes(clientId),
  google: ({ clientEmail = '' }) => googleEmails.includes(clientEmail),
};

function eitherOf(real: Provider, simulated: Provider | undefined): Provider {
  const isOfDemo = isSimulated[real.id];
  if (!simulated || !isOfDemo) return real;
  return {
    ...real,
    check: (request) => (isOfDemo(request.credential) ? simulated : real).check(request),
  };
}

/** Every provider; the credentials of the simulated clouds are verified at these addresses, and no others are. */
export function createDemoProviders(settings: Required<ProviderSettings>): Providers {
  // The vCenters that may be called are the same for both.
  const real = createProviders({ vsphere: settings.vsphere });
  const simulated = createProviders(settings);
  const all = real.all.map((provider) => eitherOf(provider, simulated.find(provider.id)));
  return { all, find: (id) => all.find((provider) => provider.id === id.toLowerCase()) };
}
