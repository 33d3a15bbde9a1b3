import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isSimulated, loadDemoProviders } from '../../demo/providers.ts';
import { credentialOf, demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { emailOf, keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { runVerification } from '../../src/providers/run-verification.ts';

// Somebody's own credential must reach their provider alone, and a simulated one the simulated cloud alone. What stands
// in for AWS itself here is the address that its SDK takes from the environment.

let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
const asked: string[] = [];
const real = createServer((request, response) => {
  asked.push(String(request.headers.authorization));
  response.writeHead(403, { 'content-type': 'text/xml' }).end('<Response/>');
});
beforeAll(async () => {
  [clouds] = await Promise.all([startSimulatedClouds(), trustLoopback()]);
  real.listen(0, '127.0.0.1');
  await once(real, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(real.address() as AddressInfo).port}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  real.close();
  await clouds.close();
});

async function verify(id: string, credential: Record<string, string>) {
  const { settings } = clouds;
  const address = settings.XOAP_AZURE_AUTHORITY_HOST;
  const providers = await loadDemoProviders(
    {},
    { aws: clouds.cloud.url, azure: address, google: settings.XOAP_GOOGLE_ENDPOINT },
  );
  const provider = providers.find(id) as Provider;
  const parsed = provider.parse(credential);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({ provider, ...parsed, profileOptions: [] });
}

describe('in the demo', () => {
  it("somebody's own key goes to AWS, and the simulated cloud never sees it", async () => {
    const accessKeyId = `AKIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`;

    await verify('AWS', { region: 'eu-central-1', accessKeyId, secretAccessKey: 'x'.repeat(40) });

    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every((header) => header.includes(accessKeyId))).toBe(true);
    expect(clouds.cloud.calls).toEqual([]);
  });

  it.each([
    ['aws', credentialOf({ name: 'complete', key: 'complete', region: 'eu-central-1' })],
    ['azure', azureCredential('contributor')],
    ['google', { keyFile: keyFileOf('complete') }],
  ])('a credential of the simulated %s goes there, and nothing of it goes out', async (id, credential) => {
    asked.length = 0;

    expect((await verify(id, credential)).verdict).toBe('ready');
    expect(asked).toEqual([]);
  });

  it.each([
    ['aws', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: demoKeys.complete.secret }],
    ['azure', { ...azureCredential('contributor'), clientId: '00000000-0000-4000-8000-000000000000' }],
    [
      'google',
      { clientEmail: 'me@my-project.iam.gserviceaccount.com', instanceServiceAccount: emailOf('complete') },
    ],
    ['google', { clientEmail: `x${emailOf('complete')}` }],
  ])('a credential of %s that only resembles a simulated one is not taken for it', (id, credential) => {
    expect(isSimulated[id]?.(credential)).toBe(false);
  });
});
