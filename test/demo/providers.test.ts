import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Provider } from '../../src/providers/provider.ts';
import { runVerification } from '../../src/providers/run-verification.ts';
import { credentialOf, demoScenarios } from '../clouds/aws/demo-accounts.ts';
import { startSimulatedClouds } from '../support/simulated-clouds.ts';
import { createDemoProviders } from './providers.ts';

// Somebody's own credential must reach their provider alone, and a simulated one the simulated cloud alone. What stands
// in for AWS itself here is the address that its SDK takes from the environment.

let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
const asked: string[] = [];
const real = createServer((request, response) => {
  asked.push(String(request.headers.authorization));
  response.writeHead(403, { 'content-type': 'text/xml' }).end('<Response/>');
});
beforeAll(async () => {
  clouds = await startSimulatedClouds();
  real.listen(0, '127.0.0.1');
  await once(real, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(real.address() as AddressInfo).port}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  real.close();
  await clouds.close();
});

async function verify(credential: Record<string, string>) {
  const providers = createDemoProviders({ aws: { endpoint: clouds.cloud.url } });
  const provider = providers.find('AWS') as Provider;
  const parsed = provider.parse(credential);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({ provider, ...parsed, profileOptions: [] });
}

describe('in the demo', () => {
  it("somebody's own key goes to AWS, and the simulated cloud never sees it", async () => {
    const accessKeyId = `AKIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`;

    await verify({ region: 'eu-central-1', accessKeyId, secretAccessKey: 'x'.repeat(40) });

    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every((header) => header.includes(accessKeyId))).toBe(true);
    expect(clouds.cloud.calls).toEqual([]);
  });

  it('a key of the simulated cloud goes there, and AWS never sees it', async () => {
    asked.length = 0;
    const [complete] = demoScenarios;
    if (!complete) throw new Error('There is no scenario');

    const { verdict } = await verify(credentialOf(complete));

    expect(verdict).toBe('ready');
    expect(asked).toEqual([]);
  });
});
