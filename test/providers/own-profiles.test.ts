import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixGoogle } from '../../simulations/administrators/google.ts';
import { demoAccounts, demoKeys, simulatorPolicy } from '../../simulations/aws/demo-accounts.ts';
import type { Policy } from '../../simulations/aws/policy.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { emailOf, keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import { readProviderSettings } from '../../src/config/config.ts';
import { readProfile } from '../../src/config/profile-files.ts';
import { withProfiles } from '../../src/providers/profiles.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { runVerification } from '../../src/providers/run-verification.ts';
import type { Verification } from '../../src/verification/verification.ts';

const accounts = demoAccounts();
let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
beforeAll(async () => {
  clouds = await startSimulatedClouds(accounts);
  process.env.AWS_ENDPOINT_URL = clouds.cloud.url;
  await trustLoopback();
});
afterAll(() => clouds.close());

/** Verifies an account for a profile of one's own with these requirements alone, as its file would have them. */
async function verify(id: string, requirements: readonly string[]): Promise<Verification> {
  const { id: accessKeyId, secret: secretAccessKey } = demoKeys.complete;
  const inputs: Record<string, Record<string, unknown>> = {
    aws: { region: 'eu-central-1', accessKeyId, secretAccessKey },
    azure: azureCredential('contributor'),
    google: { keyFile: keyFileOf('complete') },
  };
  const providers = await loadProviders(readProviderSettings(clouds.settings));
  const text = `
id: own
provider: ${id}
title: Our own
words: { verb: do it, noun: our own things }
version: '2026-11'
sources: { wiki: { title: Wiki, url: 'https://wiki.example.com', date: 2026-11-30 } }
documentation: wiki
steps: { do: { title: Do it, without: nothing is done } }
requirements:
${requirements.map((each) => `  - { ${each}, name: One, level: required, step: do, source: wiki }`).join('\n')}
`;
  const { profile, mistakes } = readProfile('own.yaml', text, providers);
  const found = providers.find(id);
  const parsed = found?.parse(inputs[id] ?? {});
  if (!found || !profile || !parsed?.ok) throw new Error(mistakes.join('\n'));
  const provider = withProfiles(found, [profile]);
  return runVerification({ provider, ...parsed, profiles: ['own'], profileOptions: [] });
}

const findingOf = async (id: string, requirement: string) => (await verify(id, [requirement])).findings[0];

describe('an operation of Azure that does not ship', () => {
  const restart = 'Microsoft.Compute/virtualMachines/restart/action';
  const secret = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

  it('is granted by a role with wildcards where Azure has it', async () => {
    expect(await findingOf('azure', `id: ${restart}, group: own`)).toMatchObject({ state: 'granted' });
  });

  it.each([
    ['is misspelt', 'id: Microsoft.Compute/virtualMachines/reboot/action', 'Azure has no operation'],
    ['is one on data, and not said to be', `id: ${secret}`, 'is an operation on data'],
    ['is none on data, and said to be', `id: ${restart}, on: [data]`, 'is no operation on data'],
  ])('cannot be told where it %s', async (_what, requirement, words) => {
    const finding = await findingOf('azure', `${requirement}, group: own`);
    expect(finding).toMatchObject({ state: 'inconclusive', evidence: { code: 'UnknownOperation' } });
    expect(finding?.evidence.text).toContain(words);
  });

  it('on data that no role gives on the subscription may be granted on one vault', async () => {
    const { findings, verdict, remediation } = await verify('azure', [
      `id: ${secret}, on: [data], group: own`,
    ]);
    expect(findings[0]).toMatchObject({ state: 'inconclusive' });
    expect(findings[0]?.evidence.text).toContain('on a single resource');
    expect([verdict, remediation]).toEqual(['unproven', []]);
  });
});

describe('a permission on a bucket', () => {
  const wanted = 'id: storage.objects.get, group: own, on: [bucket/our-scripts]';
  const project = () => {
    const found = clouds.google.directory.projects.find(({ id }) => id === 'xoap-complete');
    if (!found) throw new Error('No project');
    return found;
  };
  beforeEach(() => {
    Object.assign(project(), { buckets: { 'our-scripts': [] } });
  });

  it('is given there by the fix, and nowhere else', async () => {
    const before = await verify('google', [wanted]);
    expect(before.verdict).toBe('missing');
    const bindings = structuredClone(project().bindings);

    fixGoogle(
      clouds.google.directory,
      before.remediation.filter(({ alternative }) => !alternative),
    );

    expect((await verify('google', [wanted])).verdict).toBe('ready');
    expect(project().bindings).toEqual(bindings);
  });

  it('may be given under a condition on objects, which a test on the bucket does not show', async () => {
    const members = [`serviceAccount:${emailOf('complete')}`];
    const viewer = 'projects/xoap-complete/roles/viewer';
    const expression = 'resource.name.startsWith("projects/_/buckets/our-scripts/objects/a")';
    const bindings = structuredClone(project().bindings);
    Object.assign(project(), { customRoles: { [viewer]: ['resourcemanager.projects.getIamPolicy'] } });
    project().bindings.push(
      { role: viewer, members },
      { role: 'roles/storage.objectViewer', members, condition: { title: 'Scripts', expression } },
    );
    try {
      expect((await verify('google', [wanted])).findings[0]).toMatchObject({
        state: 'inconclusive',
        condition: expression,
      });
    } finally {
      project().bindings = bindings;
    }
  });
});

describe('an action on resources that a profile names', () => {
  const instances = 'arn:{partition}:ec2:{region}:{account}:instance/*';
  const document = 'arn:{partition}:ssm:{region}::document/AWS-RunShellScript';
  const builder = accounts
    .flatMap(({ principals }) => principals)
    .find(({ name }) => name === 'xoap-builder');

  /** Gives the account a further policy while it is verified. */
  async function withPolicy(statement: Policy['Statement'] | undefined, on: readonly string[]) {
    const policies = builder?.policies ?? [];
    policies.push(simulatorPolicy, ...(statement ? [{ Statement: statement }] : []));
    try {
      return await verify('aws', [`id: 'ssm:SendCommand', group: own, on: ['${on.join("', '")}']`]);
    } finally {
      policies.splice(policies.indexOf(simulatorPolicy));
    }
  }

  it('cannot be told of a pattern, some of which may be granted', async () => {
    const one = 'arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0';
    const statement = { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: one } as const;
    const { findings, remediation } = await withPolicy(statement, [instances]);
    expect([findings[0]?.state, remediation]).toEqual(['inconclusive', []]);
  });

  it('is missing on what is named, and the fix names that alone', async () => {
    const { findings, remediation } = await withPolicy(undefined, [instances, document]);
    expect(findings[0]).toMatchObject({ state: 'missing', layer: 'identity-policy' });
    const [fix] = remediation.filter(({ format, alternative }) => format === 'shell' && !alternative);
    expect(fix?.text).toContain('arn:aws:ssm:eu-central-1::document/AWS-RunShellScript');
    expect(fix?.text).not.toContain('instance/');
  });

  it('is denied where a policy denies it, which no further policy mends', async () => {
    const statement = { Effect: 'Deny', Action: 'ssm:SendCommand', Resource: '*' } as const;
    const { findings, remediation } = await withPolicy(statement, [instances, document]);
    expect(findings[0]).toMatchObject({ state: 'missing', denial: 'explicit' });
    expect(remediation.filter(({ text }) => text.includes('put-user-policy'))).toEqual([]);
  });

  it.each([
    [
      'is misspelt, which a policy of * allows',
      "id: 'ssm:SendComand', group: own",
      'AWS has no action “ssm:SendComand”',
    ],
    ['is of no service', "id: 'smm:SendCommand', group: own", 'AWS has no action'],
    [
      'is granted on everything alone, and is asked about on one thing',
      `id: 'ssm:DescribeInstanceInformation', group: own, on: ['${instances}']`,
      'on everything or not at all',
    ],
  ])('is refused where it %s', async (_what, requirement, words) => {
    await expect(verify('aws', [requirement])).rejects.toThrow(words);
  });

  it('is refused for roles to hand over by a pattern', async () => {
    const pattern = "id: 'iam:PassRole', group: own, on: ['arn:{partition}:iam::{account}:role/*']";
    await expect(verify('aws', [pattern])).rejects.toThrow('a pattern would let any role be');
  });
});
