import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AwsCloud, startAwsCloud } from '../../simulations/aws/cloud.ts';
import { credentialOf, demoAccounts, demoScenarios } from '../../simulations/aws/demo-accounts.ts';
import { type AzureCloud, startAzureCloud } from '../../simulations/azure/cloud.ts';
import { azureCredential, demoDirectory } from '../../simulations/azure/demo-accounts.ts';
import { type GoogleCloud, startGoogleCloud } from '../../simulations/google/cloud.ts';
import {
  demoPublicKey,
  demoDirectory as googleDirectory,
  keyFileOf,
} from '../../simulations/google/demo-accounts.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import { loadInTurn } from '../../src/providers/load-in-turn.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { runVerification } from '../../src/providers/run-verification.ts';

let clouds: [AwsCloud, AzureCloud, GoogleCloud];
beforeAll(async () => {
  await trustLoopback();
  clouds = await Promise.all([
    startAwsCloud(demoAccounts()),
    startAzureCloud(demoDirectory()),
    startGoogleCloud(googleDirectory(), demoPublicKey),
  ]);
});
afterAll(async () => {
  await Promise.all(clouds.map((cloud) => cloud.close()));
});

it('lets the first verifications of a process, of all providers, begin at once', async () => {
  const [{ url }, azure, google] = clouds;
  process.env.AWS_ENDPOINT_URL = url;
  const { find } = await loadProviders({
    XOAP_AZURE_AUTHORITY_HOST: azure.url,
    XOAP_AZURE_RESOURCE_MANAGER: azure.url,
    XOAP_GOOGLE_ENDPOINT: google.url,
  });
  const [complete] = demoScenarios;
  const inputs: Record<string, Record<string, unknown>> = {
    aws: complete ? credentialOf(complete) : {},
    azure: azureCredential('contributor'),
    google: { keyFile: keyFileOf('instances') },
  };
  const verdicts = await Promise.all(
    Object.entries(inputs).map(async ([id, values]) => {
      const provider = find(id);
      const parsed = provider?.parse(values);
      if (!provider || !parsed?.ok) throw new Error(`No credential of ${id}`);
      return (await runVerification({ provider, ...parsed, profileOptions: [] })).verdict;
    }),
  );

  expect(verdicts).toEqual(['ready', 'ready', 'missing']);
});

it('loads one piece after the other, also when one fails', async () => {
  const order: string[] = [];
  const slow = Promise.withResolvers<string>();
  const first = loadInTurn(() => {
    order.push('first');
    return slow.promise;
  });
  const second = loadInTurn(async () => {
    order.push('second');
    throw new Error('broken');
  });
  const third = loadInTurn(async () => order.push('third'));
  await Promise.resolve();
  expect(order).toEqual(['first']);
  slow.resolve('loaded');

  expect(await first).toBe('loaded');
  await expect(second).rejects.toThrow('broken');
  expect(await third).toBe(3);
});
