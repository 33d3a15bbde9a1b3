import { CreateImageCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDemoAccounts } from '../../demo/accounts.ts';
import { type AwsCloud, startAwsCloud } from '../../simulations/aws/cloud.ts';
import { demoAccounts, demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { type SimulatedClouds, startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import { readProviderSettings } from '../../src/config/config.ts';
import { loadProvidersWith } from '../../src/config/profile-files.ts';
import { explainLog } from '../../src/explain/explain.ts';
import { Explanation } from '../../src/explain/explanation.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import type { Remediation, Verification } from '../../src/verification/verification.ts';
import { verify } from '../support/fixes.ts';

const { all, find } = await loadProviders();
const textOf = (log: string) =>
  explainLog(log, all)
    .remediation.map(({ text }) => text)
    .join('\n');

it('is published as docs/explanation.schema.json', async () => {
  const schema = `${JSON.stringify(z.toJSONSchema(Explanation), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot('../../docs/explanation.schema.json');
});

describe('the same refusal', () => {
  let cloud: AwsCloud;
  beforeAll(async () => {
    cloud = await startAwsCloud(demoAccounts());
    process.env.AWS_ENDPOINT_URL = cloud.url;
  });
  afterAll(() => cloud.close());

  it('has the same requirement, layer and fix in a log of the SDK and in a verification', async () => {
    const { id: accessKeyId, secret: secretAccessKey } = demoKeys.partial;
    const region = 'eu-central-1';
    const client = new EC2Client({ region, credentials: { accessKeyId, secretAccessKey } });
    const input = { InstanceId: 'i-0123456789abcdef0', Name: 'x', DryRun: true };
    const refused = await client.send(new CreateImageCommand(input)).then(
      () => 'It was let through',
      (error: Error) => `Error creating AMI: ${error.name}: ${error.message}`,
    );
    const provider = find('aws');
    if (!provider) throw new Error('No AWS');
    const values = { region, accessKeyId, secretAccessKey };
    const verification = await verify({ provider, values, profileOptions: [] });
    const finding = verification.findings.find(({ requirement }) => requirement === 'ec2:CreateImage');

    const explanation = explainLog(refused, all);

    expect(finding?.state).toBe('missing');
    expect(explanation.requirements).toEqual(['ec2:CreateImage']);
    expect(explanation.layer).toBe(finding?.layer ?? null);
    expect(explanation.principal).toBe(verification.identity?.id);
    const { identity, target } = verification;
    const missing = finding ? [finding] : [];
    const fix = provider.remediate({ missing, identity, target }).find(({ alternative }) => !alternative);
    expect(explanation.remediation[0]?.text).toBe(fix?.text);
  });
});

/** A log that tells of one refusal that a verification found, in the words of each vendor. */
const told: Readonly<Record<string, (id: string, verification: Verification) => string>> = {
  azure: (id, { identity, target }) =>
    `RESPONSE 403: 403 Forbidden\nERROR CODE: AuthorizationFailed\nThe client '${identity?.name}' with object id '${identity?.id}' does not have authorization to perform action '${id}' over scope '/subscriptions/${target.subscription}/resourcegroups/packer' or the scope is invalid.`,
  google: (id, { target }) =>
    `googleapi: Error 403: Required '${id}' permission for 'projects/${target.project}/zones/europe-west3-a/instances/packer', forbidden`,
  vsphere: (id) =>
    `ServerFaultCode: NoPermission: Permission to perform this operation was denied. privilegeId = "${id}" object = Folder:group-v2`,
};

describe('the same refusal, of the other providers', () => {
  let clouds: SimulatedClouds;
  let providers: Providers;
  beforeAll(async () => {
    clouds = await startSimulatedClouds();
    await trustLoopback();
    providers = await loadProvidersWith(readProviderSettings(clouds.settings), undefined);
  });
  afterAll(() => clouds.close());

  it.each([
    ['azure', 'Microsoft.Resources/subscriptions/resourceGroups/write'],
    ['google', 'compute.instances.create'],
    ['vsphere', 'VirtualMachine.Config.CPUCount'],
  ])('of %s: %s', async (name, id) => {
    const provider = providers.find(name);
    if (!provider) throw new Error(`No ${name}`);
    const filled = createDemoAccounts(clouds.vsphere, 'unused').fill(`${name}-partial`);
    const own = Object.entries(filled ?? {}).filter(([field]) => field.startsWith(`${name}.`));
    const values = Object.fromEntries(own.map(([field, value]) => [field.slice(name.length + 1), value]));
    const verification = await verify({ provider, values, profileOptions: [] });
    const finding = verification.findings.find(({ requirement }) => requirement === id);

    const explanation = explainLog(told[name]?.(id, verification) ?? '', providers.all);

    expect(finding?.state).toBe('missing');
    expect(explanation.requirements).toEqual([id]);
    // A text that names no layer has none; one that it names is called the same.
    expect([null, finding?.layer]).toContain(explanation.layer);
    expect(explanation.asked.map(({ group }) => group)).toContain(finding?.group);
    const fixOf = (all: readonly Remediation[]) => all.find(({ alternative }) => !alternative);
    // Google and vSphere do not say in a refusal who it is.
    const identity = explanation.principal === null ? undefined : verification.identity;
    const { target } = verification;
    const fix = fixOf(provider.remediate({ missing: finding ? [finding] : [], identity, target }));
    const explained = fixOf(explanation.remediation);
    // What is held on the object of vCenter is not in a log, and a role given there would take its place.
    if (name === 'vsphere') expect(explained?.forwardTo).toBeDefined();
    else expect(explained?.text).toBe(fix?.text);
  });
});

describe('a fix', () => {
  it('of a network is on the one subnetwork, in the project that has it', () => {
    const text = textOf(
      "googleapi: Error 403: Required 'compute.subnetworks.use' permission for 'projects/host-net/regions/europe-west3/subnetworks/builds', forbidden",
    );
    expect(text).toContain('gcloud compute networks subnets add-iam-policy-binding builds');
    expect(text).toContain('--project=host-net');
    expect(text).not.toContain('roles/compute.instanceAdmin.v1');
  });

  it('in somebody else’s subscription is a role of the one operation', () => {
    const [own, hub] = ['50000000-0000-4000-8000-000000000001', '50000000-0000-4000-8000-000000000002'];
    const text = textOf(
      `The client 'a' with object id 'b' has permission to perform action 'Microsoft.Compute/virtualMachines/write' on scope '/subscriptions/${own}/resourceGroups/a'; however, it does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '/subscriptions/${hub}/resourceGroups/net' (respectively) or the linked scope(s) are invalid.`,
    );
    expect(text).toContain('Microsoft.Network/virtualNetworks/subnets/join/action');
    expect(text).toContain(hub);
    expect(text).not.toContain('Contributor');
  });

  it('is none for a further policy where one forbids it', () => {
    const text = textOf(
      'User: arn:aws:iam::123456789012:user/b is not authorized to perform: ec2:CreateImage on resource: * with an explicit deny in a service control policy',
    );
    expect(text).not.toContain('put-user-policy');
    expect(text).toContain('ec2:CreateImage');
  });

  it('of a role to assume names that role alone, and its trust policy', () => {
    const role = 'arn:aws:iam::999999999999:role/packer';
    const text = textOf(
      `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: sts:AssumeRole on resource: ${role}\n`,
    );
    expect(text).toContain(`"Resource": "${role}"`);
    expect(text).toContain('trust policy');
  });

  it('of a secret in a vault is on the vault, for whoever was refused', () => {
    const oid = '40000000-0000-4000-8000-000000000004';
    const vault =
      '/subscriptions/50000000-0000-4000-8000-000000000001/resourcegroups/rg/providers/microsoft.keyvault/vaults/v';
    const log = `Caller is not authorized to perform action on resource.\nCaller: appid=1;oid=${oid};iss=https://sts.windows.net/1/\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\nResource: '${vault}/secrets/x'`;
    expect(explainLog(log, all).principal).toBe(oid);
    expect(textOf(log)).toContain(`--scope ${vault}`);
    expect(textOf(log)).toContain('Key Vault Secrets User');
    expect(textOf(log)).not.toContain('role definition create');
  });

  it('of a key of Google is for the agent that encrypts', () => {
    const text = textOf(
      "googleapi: Error 400: Cloud KMS error when using key: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource 'projects/keys/locations/global/keyRings/r/cryptoKeys/c' (or it may not exist)., kmsPermissionDenied",
    );
    expect(text).toContain('compute-system.iam.gserviceaccount.com');
    expect(text).not.toContain('gcloud projects add-iam-policy-binding');
  });

  it('of an image of another project is the role for images', () => {
    const text = textOf(
      "Required 'compute.images.useReadOnly' permission for 'projects/shared-images/global/images/golden'",
    );
    expect(text).toContain('roles/compute.imageUser');
    expect(text).not.toContain('instanceAdmin');
  });

  it('of a role to hand over names that role alone', () => {
    const role = 'arn:aws:iam::123456789012:role/build-role';
    const text = textOf(
      `User: arn:aws:iam::123456789012:user/b is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`,
    );
    expect(text).toContain(role);
    expect(text).toContain('iam:PassedToService');
    expect(text).not.toContain('"Resource": "*"');
  });
});

describe('of several errors', () => {
  const denied = (action: string) =>
    `api error UnauthorizedOperation: User: arn:aws:iam::123456789012:user/b is not authorized to perform: ${action} on resource: *`;

  it('the one that Packer sums up ended the build, and those of its cleaning are also seen', () => {
    const { requirements, alsoSeen } = explainLog(
      `==> amazon-ebs.a: Error creating AMI: ${denied('ec2:CreateImage')}
==> amazon-ebs.a: Terminating the source AWS instance...
==> amazon-ebs.a: Error terminating instance, may still be around: ${denied('ec2:TerminateInstances')}
Build 'amazon-ebs.a' errored after 2 minutes 3 seconds: Error creating AMI: ${denied('ec2:CreateImage')}
`,
      all,
    );
    expect(requirements).toEqual(['ec2:CreateImage']);
    expect(alsoSeen.map((seen) => seen.requirements)).toEqual([['ec2:TerminateInstances']]);
  });

  it('the last before the cleaning ended it where nothing is summed up', () => {
    const log = `Error describing volumes: ${denied('ec2:DescribeVolumes')}
Error stopping instance: ${denied('ec2:StopInstances')}
Error cleaning up keypair: ${denied('ec2:DeleteKeyPair')}
`;
    expect(explainLog(log, all).requirements).toEqual(['ec2:StopInstances']);
  });

  it('noise of the network behind a refusal is only also seen', () => {
    const log = `${denied('ec2:StopInstances')}\ndial tcp 192.0.2.1:22: connection refused\n`;
    const { requirements, alsoSeen } = explainLog(log, all);
    expect([requirements, alsoSeen.map(({ kind }) => kind)]).toEqual([
      ['ec2:StopInstances'],
      ['not-permission'],
    ]);
  });

  it('a code that two providers have is of the one whose words stand beside it', () => {
    const log = `{"error":{"code":"Forbidden","message":"The user, group or application 'appid=a;oid=b;iss=c' does not have secrets get permission on key vault 'builds;location=westeurope'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287","innererror":{"code":"AccessDenied"}}}`;
    expect(explainLog(log, all)).toMatchObject({ kind: 'permission', provider: 'azure', resource: 'builds' });
  });

  it('is none in a text without any', () => {
    expect(explainLog('Build finished. All is well.', all)).toMatchObject({
      kind: 'unknown',
      provider: null,
      evidence: [],
      remediation: [],
    });
  });
});
