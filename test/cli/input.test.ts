import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { type Running, runXoap } from '../support/xoap.ts';

let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
let home: string;
const { id, secret } = demoKeys.complete;

async function write(name: string, content: unknown): Promise<string> {
  const path = join(home, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

beforeAll(async () => {
  [clouds, home] = await Promise.all([startSimulatedClouds(), mkdtemp(join(tmpdir(), 'xoap-home-'))]);
  await mkdir(join(home, '.aws'));
  await write(
    '.aws/credentials',
    `[images]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n[halved]\naws_access_key_id = ${id}\n`,
  );
  await write('.aws/config', '[profile images]\nregion = eu-central-1\n');
});
afterAll(async () => {
  await Promise.all([clouds.close(), rm(home, { recursive: true })]);
});

function verify(
  args: string[],
  { input = '', environment = {} }: { input?: string } & Pick<Running, 'environment'> = {},
) {
  return runXoap(['verify', ...args], input, {
    environment: { HOME: home, ...clouds.environment, ...clouds.settings, ...environment },
  });
}

/** The first line of a table and the status; for what is read from where. */
async function outcome(...given: Parameters<typeof verify>) {
  const { output, errors, status } = await verify(...given);
  return { first: output.split('\n', 1)[0], errors, status };
}

const ofVsphere = () =>
  vsphereCredential('full', clouds.vsphere.port, { certificateSha256: clouds.vsphere.fingerprint });

/** A credential of Azure that is complete, as the variables of a family of tools. */
function azureVariables(prefix: string): Record<string, string> {
  const { subscriptionId, tenantId, clientId, clientSecret } = azureCredential('contributor');
  const values = {
    SUBSCRIPTION_ID: subscriptionId,
    TENANT_ID: tenantId,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value = '']) => [`${prefix}_${name}`, value]));
}

describe('a credential for xoap verify', () => {
  it('of AWS is read from a profile, with its region', async () => {
    const { first, errors, status } = await outcome(['aws', '--profile', 'images']);

    expect([first, status]).toEqual(['aws 123456789012 · eu-central-1 — ready', 0]);
    expect(errors).toContain('Read from the AWS profile images.\n');
    expect(errors).not.toContain(secret);
  });

  it('of AWS is read from AWS_PROFILE, unless the variables hold a key', async () => {
    const environment = { AWS_PROFILE: 'images' };
    const key = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: 'eu-central-1' };
    const [profile, keys] = await Promise.all([
      outcome(['aws'], { environment }),
      outcome(['aws'], { environment: { ...environment, ...key } }),
    ]);

    expect([profile.status, keys.status]).toEqual([0, 0]);
    expect(profile.errors).toContain('Read from the AWS profile images.');
    expect(keys.errors).toContain('Read from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION.');
  });

  it.each(['--profile', '--for'])('verifies for what %s says', async (flag) => {
    const args = ['google', flag, 'image-management', flag, 'run-scripts', '--json'];
    const { output, status } = await verify(args, {
      input: JSON.stringify({ keyFile: keyFileOf('complete') }),
    });
    const { profiles } = JSON.parse(output);
    expect(profiles.map(({ id }: { id: string }) => id)).toEqual(['image-management', 'run-scripts']);
    expect(status).toBe(1);
  });

  it.each([
    ['is not there', 'moon', 'There is no AWS profile "moon"'],
    ['is one of what connections are for', 'run-scripts', 'said with --for run-scripts.'],
    ['gives nothing', 'halved', 'The AWS profile "halved" gives no credential.'],
  ])('of a profile that %s ends with 64 and what to do', async (_what, profile, sentence) => {
    const { errors, status } = await outcome(['aws', '--profile', profile]);

    expect(status).toBe(64);
    expect(errors).toContain(sentence);
  });

  it('of Azure is read from the variables of Terraform and Packer', async () => {
    const environment = { ...azureVariables('ARM'), ARM_ENVIRONMENT: 'public' };
    const { errors, status } = await outcome(['azure'], { environment });

    expect(status).toBe(0);
    expect(errors).toContain(
      'Read from ARM_SUBSCRIPTION_ID, ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_ENVIRONMENT.',
    );
    expect(errors).not.toContain(azureCredential('contributor').clientSecret);
  });

  it('of Azure may be the output of the command that made it, with the subscription beside it', async () => {
    const { subscriptionId, tenantId, clientId, clientSecret } = azureCredential('contributor');
    const file = await write('sp.json', {
      appId: clientId,
      displayName: 'xoap',
      password: clientSecret,
      tenant: tenantId,
    });

    const { status } = await outcome(['azure', '--file', file, '--set', `subscriptionId=${subscriptionId}`]);

    expect(status).toBe(0);
  });

  it('of Google is the key file itself, on standard input or where the variable names it', async () => {
    const file = await write('key.json', keyFileOf('complete'));
    const [piped, named, lost] = await Promise.all([
      outcome(['google'], { input: keyFileOf('complete') }),
      outcome(['google'], { environment: { GOOGLE_APPLICATION_CREDENTIALS: file } }),
      outcome(['google'], { environment: { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere.json' } }),
    ]);

    expect([piped.status, named.status, lost.status]).toEqual([0, 0, 64]);
    expect(named.errors).toContain(`Read from ${file} (GOOGLE_APPLICATION_CREDENTIALS).`);
    expect(lost.errors).toBe('GOOGLE_APPLICATION_CREDENTIALS names /nowhere.json, which cannot be read.\n');
  });

  it('of vSphere is read from the variables of govc, a URL with a user too', async () => {
    const { host, port, username, password, ...objects } = ofVsphere();
    const environment = {
      GOVC_DATACENTER: objects.datacenter ?? '',
      GOVC_DATASTORE: objects.datastore ?? '',
      GOVC_NETWORK: objects.network ?? '',
      GOVC_FOLDER: objects.folder ?? '',
      GOVC_RESOURCE_POOL: objects.resourcePool ?? '',
    };
    const set = ['--set', `certificateSha256=${clouds.vsphere.fingerprint}`];
    const user = `${encodeURIComponent(username ?? '')}:${encodeURIComponent(password ?? '')}`;
    const [apart, together] = await Promise.all([
      outcome(['vsphere', ...set], {
        environment: {
          ...environment,
          GOVC_URL: `${host}:${port}`,
          GOVC_USERNAME: username ?? '',
          GOVC_PASSWORD: password ?? '',
        },
      }),
      outcome(['vsphere', ...set], {
        environment: { ...environment, GOVC_URL: `https://${user}@${host}:${port}/sdk` },
      }),
    ]);

    expect([apart.status, together.status]).toEqual([0, 0]);
    expect(apart.errors).toContain('Read from GOVC_URL, GOVC_USERNAME, GOVC_PASSWORD');
    expect(together.errors).not.toContain(password);
  });

  it('may have JSON numbers, and fields and options beside it', async () => {
    const input = JSON.stringify({ ...ofVsphere(), port: clouds.vsphere.port });
    const { output, status } = await verify(
      ['vsphere', '--json', '--option', 'vtpm', '--option', 'export', '--set', 'network=nowhere'],
      { input },
    );

    const verification = JSON.parse(output);
    expect(verification.profileOptions).toEqual(['vtpm', 'export']);
    expect([verification.verdict, status]).toEqual(['missing', 1]);
  });

  it('is asked for where nothing is given, with every way to give it', async () => {
    const { errors, status } = await outcome(['google']);

    expect(status).toBe(64);
    expect(errors).toBe(
      'Nothing came on standard input. Give the credential as one JSON object there or with --file FILE, or set GOOGLE_APPLICATION_CREDENTIALS.\n',
    );
  });

  it('of Azure comes from one family of variables, whatever the other holds', async () => {
    const { ARM_SUBSCRIPTION_ID: subscriptionId, ...arm } = azureVariables('ARM');
    const azure = azureVariables('AZURE');
    const [half, whole, elsewhere] = await Promise.all([
      outcome(['azure'], { environment: { ...arm, AZURE_SUBSCRIPTION_ID: subscriptionId ?? '' } }),
      outcome(['azure'], { environment: azure }),
      outcome(['azure'], { environment: { ...azure, AZURE_ENVIRONMENT: 'mooncake' } }),
    ]);

    expect([half.status, whole.status, elsewhere.status]).toEqual([64, 0, 64]);
    expect(half.errors).toContain('subscriptionId: Enter the id of the subscription');
    expect(elsewhere.errors).toContain('cloud: Choose one of');
  });

  it('of AWS takes its region from where it says that it does', async () => {
    const keys = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
    const [variable, profile] = await Promise.all([
      outcome(['aws', '--profile', 'images'], { environment: { AWS_REGION: 'us-east-1' } }),
      outcome(['aws'], { environment: { ...keys, AWS_PROFILE: 'images' } }),
    ]);

    expect(variable.errors).toContain('Read from the AWS profile images, AWS_REGION.');
    expect(variable.first).toContain('us-east-1');
    expect(profile.errors).toContain('the region of the AWS profile images.');
    expect(profile.first).toContain('eu-central-1');
  });

  it.each([
    ['--file', ''],
    ['--profile', ''],
    ['--file', '-'],
  ])('is no other one where %s is %j, as of a script whose variable is not set', async (flag, value) => {
    const environment = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: 'eu-central-1' };
    const { first, errors, status } = await outcome(['aws', flag, value, '--quiet'], { environment });

    expect([first, status]).toEqual(['', 64]);
    expect(errors).toMatch(/is empty|Nothing came/);
  });

  it('is no other one where standard input is a file that is empty', async () => {
    const file = await write('empty.json', '');
    const environment = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: 'eu-central-1' };
    const { status } = await runXoap(['-c', `${process.execPath} src/cli/cli.ts verify aws < ${file}`], '', {
      command: 'sh',
      before: [],
      environment: { ...clouds.environment, ...environment },
    });

    expect(status).toBe(64);
  });

  it('that nobody named is said with --quiet too', async () => {
    const { errors, status } = await outcome(['aws', '--quiet'], { environment: { AWS_PROFILE: 'images' } });

    expect([errors, status]).toEqual(['Read from the AWS profile images.\n', 0]);
  });

  it('that a profile takes too long for is given up on', async () => {
    await write('.aws/slow', '[profile slow]\ncredential_process = /bin/sleep 60\n');
    const { errors, status } = await outcome(['aws', '--profile', 'slow', '--timeout', '1'], {
      environment: { AWS_CONFIG_FILE: join(home, '.aws/slow') },
    });

    expect(status).toBe(64);
    expect(errors).toContain('No credential was found within 1 s.');
  });

  it.each([
    ['in the variable for a path', ['google'], { GOOGLE_APPLICATION_CREDENTIALS: keyFileOf('complete') }],
    ['as a path', ['google', '--file', keyFileOf('complete')], {}],
    ['as a provider', [keyFileOf('complete')], {}],
    ['as one word too many', ['google', keyFileOf('complete')], {}],
    ['as a field', ['google', '--set', `${keyFileOf('complete')}=1`], {}],
  ])('is never shown where it is given %s', async (_what, args, environment) => {
    const { errors, first, status } = await outcome(args, { environment });

    expect(status).toBe(64);
    expect(`${errors}${first}`).not.toContain('PRIVATE KEY');
    expect(errors.length).toBeGreaterThan(20);
  });

  it.each([
    [
      'a number that JSON rounds',
      '{"externalId": 12345678901234567890}',
      'externalId: This number is too long',
    ],
    ['UTF-16', Buffer.from('{"region": "x"}', 'utf16le').toString('latin1'), 'is UTF-16'],
  ])('is refused where it is %s', async (_what, input, sentence) => {
    const { errors, status } = await outcome(['aws'], { input });

    expect(status).toBe(64);
    expect(errors).toContain(sentence);
  });

  it('may begin with the mark of UTF-8, and a URL of govc with a bare percent sign', async () => {
    const file = await write('bom.json', `\uFEFF${JSON.stringify(ofVsphere())}`);
    const set = ['--set', `certificateSha256=${clouds.vsphere.fingerprint}`];
    const [bom, percent] = await Promise.all([
      outcome(['vsphere', '--file', file, ...set]),
      outcome(['vsphere', ...set], { environment: { GOVC_URL: 'joe:100%@vcenter.example.com' } }),
    ]);

    expect(bom.status).toBe(0);
    expect(percent.status).toBe(64);
    expect(percent.errors).not.toContain('100%');
  });

  it('is not talked about with --quiet', async () => {
    expect(await outcome(['aws', '--profile', 'images', '--quiet'])).toMatchObject({ errors: '', status: 0 });
  });
});

describe('help', () => {
  it('is given with the version and with every field of a provider, and asks nobody', async () => {
    const environment = { XOAP_AZURE_AUTHORITY_HOST: 'http://not-even-https.example.com' };
    const [version, help, ofAws] = await Promise.all([
      runXoap(['--version'], '', { environment }),
      runXoap(['help'], '', { environment }),
      runXoap(['verify', 'aws', '--help'], '', { environment }),
    ]);

    expect(version).toMatchObject({ output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), status: 0 });
    for (const command of ['verify', 'manifest', 'doctor', 'complete'])
      expect(help.output).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const field of ['region', 'accessKeyId', 'secretAccessKey', 'sessionToken', 'profileOptions'])
      expect(ofAws.output).toMatch(new RegExp(`^  ${field} `, 'm'));
    expect([help.status, ofAws.status]).toEqual([0, 0]);
  });

  it.each(['bash', 'zsh', 'fish', 'powershell'])('completes in %s', async (shell) => {
    const [script, suggested] = await Promise.all([
      runXoap(['complete', shell], ''),
      runXoap(['complete', '--', 'verify', ''], ''),
    ]);

    expect(script.output).toContain('xoap');
    for (const provider of ['aws', 'azure', 'google', 'vsphere'])
      expect(suggested.output).toContain(provider);
  });
});
