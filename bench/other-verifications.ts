import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import type { Provider } from '../src/providers/provider.ts';
import { loadProviders } from '../src/providers/registry.ts';
import { runVerification } from '../src/providers/run-verification.ts';
import { measure, type Row } from './measure.ts';
import { type SlowCloud, startSlowCloud } from './slow-cloud.ts';

const delayMs = 80;

/** Calls that must follow one another: to sign in, and then all others at once. */
const chain = 2;

async function verify(provider: Provider, { input }: SlowCloud): Promise<number[]> {
  const parsed = provider.parse(input);
  if (!parsed.ok) throw new Error('The credential was refused');
  const started = performance.now();
  const { verdict } = await runVerification({ provider, ...parsed, profileOptions: [] });
  if (verdict !== 'ready') throw new Error(`The verification of ${provider.label} was ${verdict}`);
  return [performance.now() - started];
}

async function followEachOther({ url }: SlowCloud): Promise<number[]> {
  const started = performance.now();
  for (let call = 0; call < chain; call += 1) await (await fetch(url, { method: 'POST' })).text();
  return [performance.now() - started];
}

/** One verification of each other provider against the longest chain of calls that must follow one another. */
export async function otherVerifications(): Promise<Row[]> {
  const [azure, google] = await Promise.all([
    startSlowCloud('azure', delayMs),
    startSlowCloud('google', delayMs),
  ]);
  const certificate = await readFile(azure.certificate, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate]);
  const { find } = await loadProviders({
    XOAP_AZURE_AUTHORITY_HOST: azure.url,
    XOAP_AZURE_RESOURCE_MANAGER: azure.url,
    XOAP_GOOGLE_ENDPOINT: google.url,
  });
  const rows: Row[] = [];
  for (const [id, cloud] of [['azure', azure] as const, ['google', google] as const]) {
    const provider = find(id);
    if (!provider) throw new Error(`No provider ${id}`);
    const goal = {
      name: `${provider.label} verification, ${delayMs} ms an answer, against a chain of ${chain} calls`,
      unit: 'ms',
      bar: { atMost: 1.25 },
    };
    const sides = { product: () => verify(provider, cloud), baseline: () => followEachOther(cloud) };
    rows.push(...(await measure([goal], sides)));
  }
  await Promise.all([azure.stop(), google.stop()]);
  return rows;
}
