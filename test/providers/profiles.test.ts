import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoAccounts, demoKeys, simulatorPolicy } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { readProviderSettings } from '../../src/config/config.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { runVerification } from '../../src/providers/run-verification.ts';
import { type Acceptance, evidenceOf } from '../../src/verification/acceptance.ts';
import { findingsFor, subjectOf } from '../../src/verification/finding.ts';
import type { Verification } from '../../src/verification/verification.ts';

let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
beforeAll(async () => {
  const accounts = demoAccounts();
  const builder = accounts
    .flatMap(({ principals }) => principals)
    .find(({ name }) => name === 'xoap-builder');
  // What has no dry run is told by the simulator alone.
  builder?.policies?.push(simulatorPolicy);
  clouds = await startSimulatedClouds(accounts);
  process.env.AWS_ENDPOINT_URL = clouds.cloud.url;
  await trustLoopback();
});
afterAll(() => clouds.close());

/** Verifies an account of each cloud that can build images and was given nothing else. */
async function verify(
  id: string,
  profiles: readonly string[],
  acceptances: readonly Acceptance[] = [],
): Promise<Verification> {
  const { port, fingerprint: certificateSha256 } = clouds.vsphere;
  const { id: accessKeyId, secret: secretAccessKey } = demoKeys.complete;
  const inputs: Record<string, Record<string, unknown>> = {
    aws: { region: 'eu-central-1', accessKeyId, secretAccessKey },
    azure: azureCredential('contributor'),
    google: { keyFile: keyFileOf('complete') },
    vsphere: vsphereCredential('full', port, { certificateSha256 }),
  };
  const { find } = await loadProviders(readProviderSettings(clouds.settings));
  const provider = find(id);
  const parsed = provider?.parse(inputs[id] ?? {});
  if (!provider || !parsed?.ok) throw new Error(`No credential of ${id}`);
  return runVerification({ provider, ...parsed, profiles, profileOptions: [], acceptances });
}

const both = ['image-management', 'run-scripts'];
const stateOf = ({ findings }: Verification, profile: string, requirement: string) =>
  findingsFor(findings, profile).find((finding) => finding.requirement === requirement)?.state;

describe('a connection for two things', () => {
  it.each([
    ['aws', 'missing', 'ssm:SendCommand', 'missing'],
    // Contributor may do both.
    ['azure', 'ready', 'Microsoft.Compute/virtualMachines/runCommand/action', 'granted'],
    ['google', 'missing', 'iap.tunnelInstances.accessViaIAP', 'missing'],
    ['vsphere', 'missing', 'VirtualMachine.GuestOperations.Execute', 'missing'],
  ])('of %s is judged for each, and overall by the worse', async (id, verdict, requirement, state) => {
    const verification = await verify(id, both);

    expect(verification.profiles?.map((each) => [each.id, each.verdict])).toEqual([
      ['image-management', 'ready'],
      ['run-scripts', verdict],
    ]);
    expect(verification.verdict).toBe(verdict);
    expect(stateOf(verification, 'run-scripts', requirement)).toBe(state);
    const subjects = verification.findings.map(subjectOf);
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it.each(['aws', 'azure', 'google', 'vsphere'])(
    'of %s is told of each as if it were for that alone',
    async (id) => {
      const [together, alone] = await Promise.all([verify(id, both), verify(id, ['image-management'])]);
      const told = (findings: Verification['findings']) =>
        findings
          // What does not count for one may count for the other.
          .filter(({ state }) => state !== 'not-applicable')
          .map(({ requirement, state, level, step }) => [requirement, state, level, step].join(' '))
          .sort();

      expect(told(findingsFor(together.findings, 'image-management'))).toEqual(told(alone.findings));
      // What both ask for is asked once, so it costs no calls.
      expect(together.findings.length).toBeLessThan(
        alone.findings.length + (await verify(id, ['run-scripts'])).findings.length,
      );
    },
  );

  it('has one fix for all of it, each permission once and where its profile wants it', async () => {
    const { remediation } = await verify('aws', both);
    const fix = remediation.find(({ format, alternative }) => format === 'shell' && !alternative);
    const policy = JSON.parse(/--policy-document '(.*)'/s.exec(fix?.text ?? '')?.[1] ?? '{}');

    expect(policy.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: expect.arrayContaining(['ssm:DescribeInstanceInformation', 'ssm:ListCommands']),
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['ssm:SendCommand'],
        Resource: [
          'arn:aws:ssm:eu-central-1::document/AWS-RunPowerShellScript',
          'arn:aws:ssm:eu-central-1::document/AWS-RunShellScript',
        ],
      },
    ]);
  });
});

describe('what was accepted for one purpose', () => {
  it('stays so once another one asks for other things', async () => {
    const alone = await verify('aws', ['run-scripts']);
    const lacking = alone.findings.filter(({ state, level }) => state === 'missing' && level !== 'optional');
    const accepted = lacking.map((finding) => ({
      requirement: finding.requirement,
      group: finding.group,
      until: new Date().toISOString().slice(0, 10),
      reason: 'Nobody runs scripts yet.',
      evidence: evidenceOf(finding),
    }));
    const { findings } = await verify('aws', both, accepted);
    const kept = findings.filter((each) => each.accepted).map(({ requirement }) => requirement);
    expect(kept).toEqual(lacking.map(({ requirement }) => requirement));
    expect(kept).toContain('ssm:SendCommand');
  });

  it('is open again once another one asks for the same', async () => {
    const { findings } = await verify('aws', ['run-scripts']);
    const finding = findings.find(({ requirement }) => requirement === 'ssm:SendCommand');
    const [ask] = finding?.asks ?? [];
    if (!finding || !ask) throw new Error('Nobody asks for it');
    const asks = [{ ...ask, profile: 'image-management' }, ask];
    expect(evidenceOf({ ...finding, asks })).not.toBe(evidenceOf(finding));
  });
});

describe('a profile that is not there any more', () => {
  it('keeps a connection from being ready, and says so', async () => {
    const verification = await verify('azure', ['image-management', 'of-yesterday']);

    expect(verification.verdict).toBe('unproven');
    expect(verification.profiles).toEqual([
      expect.objectContaining({ id: 'image-management', verdict: 'ready' }),
      { id: 'of-yesterday', verdict: 'unproven' },
    ]);
    const gone = verification.findings.find(({ requirement }) => requirement === 'profile:of-yesterday');
    expect(gone?.evidence.text).toContain('XOAP_PROFILES_DIR');
  });

  it('cannot be accepted away', async () => {
    const { findings } = await verify('azure', ['image-management', 'of-yesterday']);
    const gone = findings.filter(({ requirement }) => requirement === 'profile:of-yesterday');
    const acceptances = gone.map(({ requirement }) => ({ requirement, until: '2099-01-01', reason: 'So.' }));
    expect((await verify('azure', ['image-management', 'of-yesterday'], acceptances)).verdict).toBe(
      'unproven',
    );
  });

  it('is all that is told where nothing else is asked for', async () => {
    const verification = await verify('google', ['of-yesterday']);
    expect([verification.verdict, verification.findings.length]).toEqual(['unproven', 1]);
  });
});
