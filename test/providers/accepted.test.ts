import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialOf, demoScenarios } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { readProviderSettings } from '../../src/config/config.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { runVerification } from '../../src/providers/run-verification.ts';
import { type Acceptance, evidenceOf } from '../../src/verification/acceptance.ts';
import type { Verification } from '../../src/verification/verification.ts';

let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
beforeAll(async () => {
  clouds = await startSimulatedClouds();
  process.env.AWS_ENDPOINT_URL = clouds.cloud.url;
  await trustLoopback();
});
afterAll(() => clouds.close());

/** Verifies the account of a provider that lacks something. */
async function verify(id: string, acceptances: readonly Acceptance[] = []): Promise<Verification> {
  const { port, fingerprint: certificateSha256 } = clouds.vsphere;
  const partial = demoScenarios.find(({ key }) => key === 'partial');
  const inputs: Record<string, Record<string, unknown>> = {
    aws: partial ? credentialOf(partial) : {},
    azure: azureCredential('reader'),
    google: { keyFile: keyFileOf('instances') },
    vsphere: vsphereCredential('partial', port, { certificateSha256 }),
  };
  const { find } = await loadProviders(readProviderSettings(clouds.settings));
  const provider = find(id);
  const parsed = provider?.parse(inputs[id] ?? {});
  if (!provider || !parsed?.ok) throw new Error(`No credential of ${id}`);
  return runVerification({ provider, ...parsed, profileOptions: [], acceptances });
}

/** Everything that a run found missing, as somebody would accept it who has seen it. */
const acceptancesOf = ({ findings }: Verification): Acceptance[] =>
  findings
    .filter(({ state, level }) => state === 'missing' && level !== 'optional')
    .map((finding) => ({
      requirement: finding.requirement,
      group: finding.group,
      until: new Date().toISOString().slice(0, 10),
      reason: 'So.',
      by: 'U1',
      evidence: evidenceOf(finding),
    }));

/** What there are fixes for; optional requirements cannot be accepted, since they decide nothing. */
function fixedIn({ findings, remediation }: Verification): string[] {
  const optional = findings.filter(({ level }) => level === 'optional').map(({ requirement }) => requirement);
  const fixed = new Set(remediation.flatMap(({ fixes }) => fixes));
  return [...fixed].filter((requirement) => !optional.includes(requirement));
}

describe.each(['aws', 'azure', 'google', 'vsphere'])('what is accepted of %s', (id) => {
  it('stays what it is, and there is no fix for it', async () => {
    const before = await verify(id);
    const acceptances = acceptancesOf(before);
    const after = await verify(id, acceptances);

    expect(before.verdict).toBe('missing');
    expect(after.verdict).toBe('ready');
    expect(after.findings.map(({ state }) => state)).toEqual(before.findings.map(({ state }) => state));
    expect(after.findings.filter(({ accepted }) => accepted)).toHaveLength(acceptances.length);
    expect(fixedIn(before)).not.toEqual([]);
    expect(fixedIn(after)).toEqual([]);
  });

  it('leaves the fix to what is not', async () => {
    const before = await verify(id);
    const [open, ...accepted] = acceptancesOf(before);
    const after = await verify(id, accepted);

    expect(after.verdict).toBe('missing');
    expect(fixedIn(after)).toEqual([open?.requirement]);
  });
});
