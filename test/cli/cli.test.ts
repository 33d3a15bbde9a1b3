import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsCloud, startAwsCloud } from '../../simulations/aws/cloud.ts';
import { demoAccounts, demoKeys, demoLacks } from '../../simulations/aws/demo-accounts.ts';
import { type AzureCloud, startAzureCloud } from '../../simulations/azure/cloud.ts';
import { azureCredential, demoDirectory } from '../../simulations/azure/demo-accounts.ts';
import { type GoogleCloud, startGoogleCloud } from '../../simulations/google/cloud.ts';
import {
  demoPrivateKey,
  demoPublicKey,
  demoDirectory as googleDirectory,
  keyFileOf,
  refusedFiles,
} from '../../simulations/google/demo-accounts.ts';
import { loopbackCertificate } from '../../simulations/tls.ts';
import { startVsphereCloud, type VsphereCloud } from '../../simulations/vsphere/cloud.ts';
import { demoVcenter, knownPrivileges, vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { Verification } from '../../src/verification/verification.ts';
import { type Running, runXoap } from '../support/xoap.ts';

let cloud: AwsCloud;
beforeAll(async () => {
  cloud = await startAwsCloud(demoAccounts());
});
afterAll(() => cloud.close());

const xoap = (args: string[], input: string, running: Running = {}) =>
  runXoap(args, input, {
    ...running,
    environment: { AWS_ENDPOINT_URL: cloud.url, ...running.environment },
  });

function inputOf(key: keyof typeof demoKeys, more: object = {}): string {
  const { id, secret } = demoKeys[key];
  return JSON.stringify({ region: 'eu-central-1', accessKeyId: id, secretAccessKey: secret, ...more });
}

describe('xoap verify aws --json', () => {
  it('prints one verification that its published schema describes, and nothing else', async () => {
    const { output, errors, status } = await xoap(['verify', 'aws', '--json'], inputOf('partial'));

    const verification = Verification.parse(JSON.parse(output));
    const missing = verification.findings
      .filter(({ state }) => state === 'missing')
      .map(({ requirement }) => requirement);
    expect(missing.sort()).toEqual([...demoLacks].sort());
    expect(status).toBe(1);
    expect(errors).toContain('34 of 34 checked');
    expect(output + errors).not.toContain(demoKeys.partial.secret);
  });

  it.each([
    ['ready', 'complete', {}, 0],
    ['missing', 'novpc', {}, 1],
    ['failed', 'complete', { accessKeyId: 'AKIAUNKNOWNUNKNOWN00' }, 3],
  ] as const)('ends with the status of %s', async (verdict, key, more, expected) => {
    const { output, status } = await xoap(['verify', 'aws', '--json'], inputOf(key, more));

    expect(JSON.parse(output)).toMatchObject({ verdict });
    expect(status).toBe(expected);
  });

  it('ends with the status of unproven at its deadline', async () => {
    cloud.trouble.set('CopyImage', ['hangs']);

    const { output, status } = await xoap(['verify', 'aws', '--json', '--timeout', '6'], inputOf('complete'));

    expect(JSON.parse(output)).toMatchObject({ verdict: 'unproven' });
    expect(status).toBe(2);
  });

  it('takes profile options', async () => {
    const { output } = await xoap(
      ['verify', 'aws', '--json'],
      inputOf('complete', { profileOptions: ['spot'] }),
    );
    expect(JSON.parse(output).profileOptions).toEqual(['spot']);
  });

  describe('with what is accepted', () => {
    const until = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
    const accepting = (ids: readonly string[], more: object = {}) => ({
      accepted: ids.map((requirement) => ({ requirement, until, reason: 'Made elsewhere.', ...more })),
    });

    it('is ready where the rest is met, and shows it as what it is', async () => {
      const { output, status } = await xoap(
        ['verify', 'aws', '--json'],
        inputOf('partial', accepting(demoLacks)),
      );

      const { verdict, findings, remediation } = Verification.parse(JSON.parse(output));
      expect([verdict, status]).toEqual(['ready', 0]);
      const accepted = findings.filter((finding) => finding.accepted);
      expect(accepted.map(({ requirement }) => requirement).sort()).toEqual([...demoLacks].sort());
      for (const { state, accepted: as } of accepted)
        expect([state, as]).toEqual(['missing', { until, reason: 'Made elsewhere.' }]);
      expect(remediation.flatMap(({ fixes }) => fixes)).toEqual([]);
    });

    it('stays missing for what is not, and fixes that alone', async () => {
      const [first = '', ...others] = demoLacks;
      const { output, status } = await xoap(['verify', 'aws'], inputOf('partial', accepting(others)));

      expect(status).toBe(1);
      expect(output).toContain(`— missing, 3 accepted until ${until}`);
      expect(output).toContain(`Accepted until ${until}: Made elsewhere.`);
      // The fix stands below the table.
      const fix = output.slice(output.indexOf('--policy-document'));
      expect(fix).toContain(`"${first}"`);
      for (const other of others) expect(fix).not.toContain(other);
    });

    it('says of what use no entry is any more: its day has passed, or it is granted', async () => {
      const passed = accepting(['ec2:CreateImage'], { until: '2026-01-01' }).accepted;
      const granted = accepting(['ec2:CopyImage']).accepted;
      const { errors, status } = await xoap(
        ['verify', 'aws'],
        inputOf('partial', { accepted: [...passed, ...granted] }),
      );

      expect(status).toBe(1);
      expect(errors).toContain('ec2:CreateImage was accepted until 2026-01-01, which has passed');
      expect(errors).toContain('ec2:CopyImage is granted, so it need not be accepted');
    });
  });

  it('runs as the package’s own command', async () => {
    const { output, status } = await xoap(['verify', 'aws', '--json'], inputOf('complete'), {
      command: 'npx',
      before: ['xoap'],
    });
    expect(JSON.parse(output)).toMatchObject({ verdict: 'ready' });
    expect(status).toBe(0);
  });
});

describe('xoap verify azure --json', () => {
  let azure: AzureCloud;
  let environment: Record<string, string>;
  beforeAll(async () => {
    azure = await startAzureCloud(demoDirectory());
    environment = {
      NODE_EXTRA_CA_CERTS: (await loopbackCertificate()).file,
      XOAP_AZURE_AUTHORITY_HOST: azure.url,
      XOAP_AZURE_RESOURCE_MANAGER: azure.url,
    };
  });
  afterAll(() => azure.close());

  it.each([
    ['contributor', {}, 'ready', 0],
    ['reader', {}, 'missing', 1],
    ['conditional', {}, 'unproven', 2],
    ['expired', {}, 'failed', 3],
  ] as const)('of %s ends with the status of %s %s', async (name, more, verdict, expected) => {
    const { output, errors, status } = await xoap(
      ['verify', 'azure', '--json'],
      JSON.stringify(azureCredential(name, more)),
      { environment },
    );

    expect(Verification.parse(JSON.parse(output))).toMatchObject({ provider: 'azure', verdict });
    expect(status).toBe(expected);
    expect(output + errors).not.toContain(azureCredential(name).clientSecret);
  });

  it('refuses an operator’s address that is not https, and an option that Azure does not have', async () => {
    const input = azureCredential('contributor');
    const plain = { ...environment, XOAP_AZURE_AUTHORITY_HOST: 'http://127.0.0.1:1' };

    const wrong = await xoap(['verify', 'azure'], JSON.stringify(input), { environment: plain });
    const option = await xoap(['verify', 'azure'], JSON.stringify({ ...input, profileOptions: ['spot'] }), {
      environment,
    });

    expect([wrong.status, option.status]).toEqual([64, 64]);
    expect(wrong.errors).toContain('XOAP_AZURE_AUTHORITY_HOST: must be an address that starts with https://');
    expect(option.errors).toContain('profileOptions: This provider has no options');
  });
});

describe('xoap verify google --json', () => {
  let google: GoogleCloud;
  beforeAll(async () => {
    google = await startGoogleCloud(googleDirectory(), demoPublicKey);
  });
  afterAll(() => google.close());
  const verify = (input: object) =>
    xoap(['verify', 'google', '--json'], JSON.stringify(input), {
      environment: { XOAP_GOOGLE_ENDPOINT: google.url },
    });

  it.each([
    ['complete', 'ready', 0],
    ['instances', 'missing', 1],
    ['conditional', 'unproven', 2],
    ['deletedkey', 'failed', 3],
  ])('of %s ends with the status of %s %s', async (name, verdict, expected) => {
    const { output, errors, status } = await verify({ keyFile: keyFileOf(name) });

    expect(Verification.parse(JSON.parse(output))).toMatchObject({ provider: 'google', verdict });
    expect(status).toBe(expected);
    expect(output + errors).not.toContain(demoPrivateKey.split('\n')[1]);
  });

  it.each(Object.keys(refusedFiles))('refuses %s without calling anybody', async (what) => {
    const before = google.calls.length;
    const { errors, status } = await verify({ keyFile: refusedFiles[what] });

    expect(status).toBe(64);
    expect(errors).toMatch(/^keyFile: /);
    expect(google.calls.length).toBe(before);
  });

  it('wants the host project that the option Shared VPC needs', async () => {
    const { errors, status } = await verify({ keyFile: keyFileOf('shared'), profileOptions: ['shared-vpc'] });

    expect(status).toBe(64);
    expect(errors).toContain('hostProjectId: Enter the host project');
  });
});

describe('xoap verify vsphere', () => {
  let vsphere: VsphereCloud;
  beforeAll(async () => {
    vsphere = await startVsphereCloud(demoVcenter(knownPrivileges));
  });
  afterAll(() => vsphere.close());

  function verify(
    user: string,
    more: Record<string, unknown> = {},
    {
      allowed = `127.0.0.1/32:${vsphere.port}`,
      flags = ['--json'],
    }: { allowed?: string; flags?: string[] } = {},
  ) {
    const input = vsphereCredential(user, vsphere.port, { certificateSha256: vsphere.fingerprint });
    return xoap(['verify', 'vsphere', ...flags], JSON.stringify({ ...input, ...more }), {
      environment: { XOAP_VSPHERE_ALLOWED_HOSTS: allowed },
    });
  }

  it.each([
    ['full', {}, 'ready', 0],
    ['partial', {}, 'missing', 1],
    ['full', { password: 'planted-wrong' }, 'failed', 3],
    ['full', { certificateSha256: '' }, 'failed', 3],
  ])('of %s with %j ends with the status of %s %s', async (user, more, verdict, expected) => {
    const { output, status } = await verify(user, more);

    expect(Verification.parse(JSON.parse(output))).toMatchObject({ provider: 'vsphere', verdict });
    expect(status).toBe(expected);
    expect(output).not.toContain('planted');
  });

  it('says below which object each row of its table stands', async () => {
    const { output } = await verify('nodatastore', {}, { flags: [] });

    expect(output).toMatch(/\n\nNetwork \/DC1\/network\/VM Network\n✅ granted {8}System\.Anonymous\n/);
    expect(output).toMatch(/\n\nDatastore ds-images\n❌ missing {8}System\.Anonymous\n/);
  });

  it.each([
    ['169.254.169.254', '*.example.com'],
    ['localhost', 'localhost'],
    ['0x7f000001', '10.0.0.0/8'],
    ['user@vcenter.example.com', 'vcenter.example.com'],
    ['vcenter.example.com', ''],
  ])('refuses the host %s with the list %j as bad input', async (host, allowed) => {
    const { errors, status } = await verify('full', { host, port: '443' }, { allowed });

    expect(status).toBe(64);
    expect(errors).toMatch(/^host: /);
  });
});

describe('xoap manifest', () => {
  it('prints what Slack installs, with a reason for each scope', async () => {
    const { status, output } = await xoap(['manifest', 'slack', '--socket'], '');

    expect(status).toBe(0);
    expect(output).toMatch(/chat:write +posts and edits the answers/);
    expect(output).toContain('"socket_mode_enabled": true');
  });

  it('prints the manifest alone, for an address', async () => {
    const { output } = await xoap(['manifest', 'slack', '--url', 'https://images.example.com', '--json'], '');

    expect(JSON.parse(output).settings.interactivity.request_url).toBe(
      'https://images.example.com/slack/events',
    );
  });

  it('packs what Teams installs', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'xoap-manifest-'));
    const out = join(directory, 'app.zip');
    const environment = {
      TEAMS_CLIENT_ID: '00000000-0000-4000-8000-00000000b071',
      TEAMS_PRIVACY_URL: 'https://example.com/privacy',
    };
    const terms = ['--terms-url', 'https://example.com/terms'];

    const { status, output } = await xoap(['manifest', 'teams', '--out', out, ...terms], '', { environment });

    expect(status).toBe(0);
    expect(output).toContain(`Wrote ${out}`);
    expect((await readFile(out)).subarray(0, 2).toString()).toBe('PK');
    await rm(directory, { recursive: true });
  });

  it.each([
    ['no platform', ['manifest'], 'Usage: xoap manifest'],
    ['an unknown platform', ['manifest', 'slak'], "error: unknown command 'slak'\n(Did you mean slack?)"],
    [
      'two ways to be reached',
      ['manifest', 'slack', '--socket', '--url', 'https://bot.example.com'],
      "option '--url <url>' cannot be used with option '--socket'",
    ],
    ['no client id', ['manifest', 'teams', '--json'], '--client-id (or TEAMS_CLIENT_ID) takes the client id'],
    ['no privacy statement', ['manifest', 'teams'], '--privacy-url (or TEAMS_PRIVACY_URL) takes the address'],
    [
      'terms of use without https',
      ['manifest', 'teams', '--terms-url', 'http://example.com'],
      '--terms-url (or TEAMS_TERMS_URL) takes the address',
    ],
    ['an address without https', ['manifest', 'slack', '--url', 'bot.example.com'], '--url takes an address'],
  ])('%s ends with 64 and a sentence', async (_what, args, sentence) => {
    const { status, errors } = await xoap(args, '');

    expect(status).toBe(64);
    expect(errors).toContain(sentence);
  });
});

describe('bad input to xoap verify', () => {
  it.each([
    ['no provider', ['verify'], '{}', 'Which provider? Choose one of: aws, azure, google, vsphere.'],
    ['an unknown provider', ['verify', 'moon'], '{}', 'There is no provider "moon"'],
    ['a provider with a typing error', ['verify', 'asure'], '{}', 'Did you mean azure?'],
    ['an unknown command', ['check', 'aws'], '{}', "unknown command 'check'"],
    ['an unknown flag', ['verify', 'aws', '--fast'], '{}', "unknown option '--fast'"],
    [
      'a flag with a typing error',
      ['verify', 'aws', '--timout', '5'],
      '{}',
      "unknown option '--timout'\n(Did you mean --timeout?)",
    ],
    ['a flag without its value', ['verify', 'aws', '--timeout'], '{}', 'argument missing'],
    [
      'flags that clash',
      ['verify', 'aws', '--json', '--format', 'sarif'],
      '{}',
      "'--json' cannot be used with",
    ],
    [
      'two places to read from',
      ['verify', 'aws', '--file', 'a.json', '--profile', 'images'],
      '{}',
      "'-p, --profile <name>' cannot be used with option '-f, --file <file>'",
    ],
    ['an unknown format', ['verify', 'aws', '--format', 'xml'], '{}', 'Allowed choices are table, json'],
    ['a file that is not there', ['verify', 'aws', '--file', '/nowhere.json'], '', 'there is no such file'],
    [
      'a secret on the command line',
      ['verify', 'aws', '--set', 'secretAccessKey=planted'],
      '',
      '--set secretAccessKey: this is a secret',
    ],
    [
      'a deadline that is none',
      ['verify', 'aws', '--timeout', 'soon'],
      inputOf('complete'),
      'Give a number of seconds',
    ],
    ['nothing', ['verify', 'aws'], '', 'Nothing came on standard input'],
    ['no JSON', ['verify', 'aws'], '{"secretAccessKey": "planted', 'is not JSON'],
    ['a list', ['verify', 'aws'], '[]', 'must be one JSON object'],
    ['missing fields', ['verify', 'aws'], '{}', 'region: Choose a region.'],
    [
      'a cut secret',
      ['verify', 'aws'],
      inputOf('complete', { secretAccessKey: 'plantedCut' }),
      'secretAccessKey: A secret access key has 40 characters; this one has 10',
    ],
    [
      'an unknown field',
      ['verify', 'aws'],
      inputOf('complete', { secretKey: 'planted' }),
      'There is no field "secretKey" here. "xoap verify aws --help" lists them.',
    ],
    [
      'a field with a typing error',
      ['verify', 'aws'],
      inputOf('complete', { accesKeyID: 'planted' }),
      'There is no field "accesKeyID" here. Did you mean accessKeyId?',
    ],
    [
      'an unknown option',
      ['verify', 'aws'],
      inputOf('complete', { profileOptions: ['moon'] }),
      'There is no option "moon"',
    ],
    [
      'acceptances that are no list',
      ['verify', 'aws'],
      inputOf('complete', { accepted: 'ec2:CreateImage' }),
      'accepted: Give a list',
    ],
    [
      'an acceptance without a reason',
      ['verify', 'aws'],
      inputOf('complete', { accepted: [{ requirement: 'ec2:CreateImage', until: '2027-01-01' }] }),
      'accepted, entry 1: reason is not as it should be',
    ],
    [
      'an acceptance of what there is not',
      ['verify', 'aws'],
      inputOf('complete', {
        accepted: [{ requirement: 'ec2:CreateImages', until: '2027-01-01', reason: 'x' }],
      }),
      'there is no requirement "ec2:CreateImages". Did you mean ec2:CreateImage?',
    ],
    [
      'an acceptance of another group',
      ['verify', 'aws'],
      inputOf('complete', {
        accepted: [{ requirement: 'ec2:CreateImage', group: 'moon', until: '2027-01-01', reason: 'x' }],
      }),
      'ec2:CreateImage has no group "moon". It has: "policy:image-management".',
    ],
    [
      'an acceptance for ever',
      ['verify', 'aws'],
      inputOf('complete', {
        accepted: [{ requirement: 'ec2:CreateImage', until: '2099-01-01', reason: 'x' }],
      }),
      'until: At most a year ahead',
    ],
    [
      'options that are no list',
      ['verify', 'aws'],
      inputOf('complete', { profileOptions: 'spot' }),
      'Give a list of options',
    ],
  ])('%s ends with 64 and a sentence', async (_what, args, input, sentence) => {
    const calls = cloud.calls.length;

    const { output, errors, status } = await xoap(args, input);

    expect(status).toBe(64);
    expect(errors).toContain(sentence);
    expect(output).toBe('');
    expect(errors).not.toContain('planted');
    expect(cloud.calls).toHaveLength(calls);
  });
});

describe('xoap verify aws as a table', () => {
  it('fits 80 columns and shows what is missing, why, and the fix', async () => {
    const { output } = await xoap(['verify', 'aws'], inputOf('partial'));

    const signs = new Intl.Segmenter('en', { granularity: 'grapheme' });
    for (const line of output.split('\n')) expect([...signs.segment(line)].length).toBeLessThanOrEqual(80);
    expect(output).toContain('❌ missing        ec2:CreateImage');
    expect(output).toContain('(no identity-based policy\n   allows it)');
    expect(output).toContain('aws iam put-user-policy \\');
  });

  it('says why it failed', async () => {
    const { output } = await xoap(
      ['verify', 'aws'],
      inputOf('complete', { secretAccessKey: 'x'.repeat(40) }),
    );
    expect(output).toContain('does not belong to the access key id');
  });
});
