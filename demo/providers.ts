import { demoAccounts, demoKeys } from '../simulations/aws/demo-accounts.ts';
import { demoDirectory as azureDirectory } from '../simulations/azure/demo-accounts.ts';
import { demoDirectory as googleDirectory } from '../simulations/google/demo-accounts.ts';
import { createAws } from '../src/providers/aws/provider.ts';
import { createAzure } from '../src/providers/azure/provider.ts';
import { createGoogle } from '../src/providers/google/provider.ts';
import type { Provider, Providers } from '../src/providers/provider.ts';
import { loadProviders, type ProviderSettings, providersOf } from '../src/providers/registry.ts';

type Credential = Readonly<Record<string, string>>;

const awsKeys = Object.values(demoKeys).map(({ id }) => id);
const awsAccounts = demoAccounts().map(({ id }) => id);
const azureClients = azureDirectory().tenants.flatMap(({ principals }) =>
  principals.map(({ clientId }) => clientId),
);
const googleEmails = googleDirectory().accounts.map(({ email }) => email);

/** Whether a credential is one of a simulated cloud, by provider. */
export const isSimulated: Readonly<Record<string, (credential: Credential) => boolean>> = {
  aws: ({ accessKeyId, roleArn = '' }) =>
    accessKeyId === undefined
      ? awsAccounts.includes(roleArn.split(':')[4] ?? '')
      : awsKeys.includes(accessKeyId),
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

/** Where the simulated clouds are. */
export type CloudAddresses = { readonly aws: string; readonly azure: string; readonly google: string };

/** Every provider; the credentials of the simulated clouds are verified at these addresses, and no others are. */
export async function loadDemoProviders(
  settings: ProviderSettings,
  addresses: CloudAddresses,
): Promise<Providers> {
  const simulated = providersOf([
    createAws({ endpoint: addresses.aws }),
    createAzure({ authorityHost: addresses.azure, resourceManager: addresses.azure }),
    createGoogle({ endpoint: addresses.google }),
  ]);
  // A vCenter is called where its connection says.
  const real = await loadProviders(settings);
  return providersOf(real.all.map((provider) => eitherOf(provider, simulated.find(provider.id))));
}
