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

  it.each([
    ['is not there', 'moon', 'There is no AWS profile "moon"'],
    ['gives nothing', 'halved', 'The AWS profile "halved" gives no credential.'],
  ])('of a profile that %s ends with 64 and what to do', async (_what, profile, sentence) => {
    const { errors, status } = await outcome(['aws', '--profile', profile]);

    expect(status).toBe(64);
    expect(errors).toContain(sentence);
  });

  it('of Azure is read from the variables of Terraform and Packer', async () => {
    const {
      subscriptionId = '',
      tenantId = '',
      clientId = '',
      clientSecret = '',
    } = azureCredential('contributor');
    const { errors, status } = await outcome(['azure'], {
      environment: {
        ARM_SUBSCRIPTION_ID: subscriptionId,
        ARM_TENANT_ID: tenantId,
        ARM_CLIENT_ID: clientId,
        ARM_CLIENT_SECRET: clientSecret,
        ARM_ENVIRONMENT: 'public',
      },
    });

    expect(status).toBe(0);
    expect(errors).toContain(
      'Read from ARM_SUBSCRIPTION_ID, ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_ENVIRONMENT.',
    );
    expect(errors).not.toContain(clientSecret);
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
