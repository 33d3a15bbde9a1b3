import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import tls from 'node:tls';
import axios from 'axios';
import type { Provider } from '../src/providers/provider.ts';
import { loadProviders } from '../src/providers/registry.ts';
import { runVerification } from '../src/providers/run-verification.ts';
import { readHostRules } from '../src/providers/vsphere/allowed-hosts.ts';
import type { Workload } from '../src/providers/workload.ts';
import { measure, type Row } from './measure.ts';
import { type SlowCloud, startSlowCloud } from './slow-cloud.ts';

const delayMs = 80;

/**
 * Calls that must follow one another. Azure: to sign in, and then all others at once. Google: the same, and then what the
 * account was found to be allowed to read. vSphere: what there is, sign in, inventory, privileges and permissions at once, sign
 * out.
 */
const chains = { azure: 2, google: 3, vsphere: 5 } as const;

/** Milliseconds of one verification, which finds that nothing is lacking. */
export async function verify(
  provider: Provider,
  { input }: SlowCloud,
  workload?: Workload,
): Promise<number[]> {
  const parsed = provider.parse(input);
  if (!parsed.ok) throw new Error('The credential was refused');
  const started = performance.now();
  const { verdict } = await runVerification({ provider, ...parsed, workload, profileOptions: [] });
  if (verdict !== 'ready') throw new Error(`The verification of ${provider.label} was ${verdict}`);
  return [performance.now() - started];
}

/** A question that a vCenter answers to everybody; the others answer anything. */
const question = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><RetrieveServiceContent xmlns="urn:vim25">
<_this type="ServiceInstance">ServiceInstance</_this></RetrieveServiceContent></Body></Envelope>`;

/** Milliseconds of so many calls, one after the other. */
export async function followEachOther({ url }: SlowCloud, chain: number): Promise<number[]> {
  // The local vCenter has a certificate of its own, which connections pin.
  const httpsAgent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const started = performance.now();
  for (let call = 0; call < chain; call += 1)
    await axios.post(url, question, { httpsAgent, validateStatus: () => true });
  const elapsed = performance.now() - started;
  httpsAgent.destroy();
  return [elapsed];
}

/** Finds providers that call these clouds, and believe the certificate that Azure shows. */
export async function providersOf({
  azure,
  google,
  vsphere,
}: {
  readonly azure: SlowCloud;
  readonly google: SlowCloud;
  readonly vsphere?: SlowCloud;
}): Promise<(id: string) => Provider> {
  const certificate = await readFile(azure.certificate, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate]);
  const { find } = await loadProviders({
    XOAP_AZURE_AUTHORITY_HOST: azure.url,
    XOAP_AZURE_RESOURCE_MANAGER: azure.url,
    XOAP_GOOGLE_ENDPOINT: google.url,
    ...(vsphere && {
      XOAP_VSPHERE_ALLOWED_HOSTS: readHostRules(`127.0.0.1/32:${new URL(vsphere.url).port}`).rules,
    }),
  });
  return (id) => {
    const provider = find(id);
    if (!provider) throw new Error(`No provider ${id}`);
    return provider;
  };
}

/** One verification of each other provider against the longest chain of calls that must follow one another. */
export async function otherVerifications(): Promise<Row[]> {
  const [azure, google, vsphere] = await Promise.all([
    startSlowCloud('azure', delayMs),
    startSlowCloud('google', delayMs),
    startSlowCloud('vsphere', delayMs),
  ]);
  const find = await providersOf({ azure, google, vsphere });
  const rows: Row[] = [];
  for (const [id, cloud] of Object.entries({ azure, google, vsphere })) {
    const provider = find(id);
    const chain = chains[id as keyof typeof chains];
    const goal = {
      name: `${provider.label} verification, ${delayMs} ms an answer, against a chain of ${chain} calls`,
      unit: 'ms',
      bar: { atMost: 1.25 },
    };
    const sides = { product: () => verify(provider, cloud), baseline: () => followEachOther(cloud, chain) };
    rows.push(...(await measure([goal], sides)));
  }
  await Promise.all([azure.stop(), google.stop(), vsphere.stop()]);
  return rows;
}
