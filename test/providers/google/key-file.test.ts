import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  demoPrivateKey,
  emailOf,
  keyFileOf,
  refusedFiles,
} from '../../../simulations/google/demo-accounts.ts';
import { parse, secretsIn } from '../../../src/providers/google/credentials.ts';
import { readKeyFile } from '../../../src/providers/google/key-file.ts';
import { processorTime } from '../../support/processor-time.ts';

const good = keyFileOf('complete');
const problemOf = (text: string) => {
  const read = readKeyFile(text);
  return 'problem' in read ? read.problem : '';
};
const changed = (more: Record<string, unknown>) => keyFileOf('complete', more);

describe('a key file', () => {
  it('is read for four fields and nothing else', () => {
    expect(readKeyFile(good)).toEqual({
      key: {
        clientEmail: emailOf('complete'),
        privateKey: demoPrivateKey,
        privateKeyId: JSON.parse(good).private_key_id,
        projectId: 'xoap-complete',
      },
    });
  });

  it.each<[string, string]>([
    ['with a byte order mark and blanks around it', `\uFEFF\n ${good} \n`],
    ['with typographic quotes', good.replace(/"([^"]*)"/g, '“$1”')],
    ['with real line ends in the key', good.replaceAll('\\n', '\n')],
    ['with line ends of Windows in the key', good.replaceAll('\\n', '\r\n')],
    ['with line ends that became blanks', good.replaceAll('\\n', ' ')],
    ['with line ends escaped twice', good.replaceAll('\\n', '\\\\n')],
    ['on one line', JSON.stringify(JSON.parse(good))],
    ['with both at once', good.replaceAll('\\n', '\n').replace(/"([^"]*)"/gs, '“$1”')],
  ])('is read %s', (_what, text) => {
    expect(readKeyFile(text)).toEqual(readKeyFile(good));
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /^Upload the key file/],
    ['a file that was cut off', good.slice(0, 900), /not JSON.*cut off/],
    ['a list', '[]', /not JSON/],
    ['no type', changed({ type: undefined }), /has no "type"/],
    ['another type', changed({ type: 'service_account_v2' }), /its "type" is another/],
    ['authorized_user', changed({ type: 'authorized_user' }), /person’s own sign-in/],
    ['external_account', refusedFiles['an external_account file'] ?? '', /workload identity federation/],
    ['impersonated_service_account', changed({ type: 'impersonated_service_account' }), /impersonates/],
    ['gdch_service_account', changed({ type: 'gdch_service_account' }), /Distributed Cloud/],
    ['an OAuth client', JSON.stringify({ installed: { client_id: 'x' } }), /OAuth client/],
    ['another universe', changed({ universe_domain: 'evil.example.com' }), /another universe/],
    ['an address that is none', changed({ client_email: 'kim@example.com' }), /"client_email"/],
    [
      'an address with a path',
      changed({ client_email: 'a/../b@x.iam.gserviceaccount.com' }),
      /"client_email"/,
    ],
    ['no private key', changed({ private_key: undefined }), /"private_key" is missing/],
    [
      'a private key that is none',
      changed({ private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }),
      /no key that can be read/,
    ],
    ['a key id that is a path', changed({ private_key_id: '../../x' }), /"private_key_id"/],
    ['a project that is a path', changed({ project_id: 'x/../../y' }), /"project_id"/],
    ['a web page', refusedFiles['HTML instead of JSON'] ?? '', /web page/],
    ['3 MB', refusedFiles['a 3 MB file'] ?? '', /about 2,400 characters; this has 3,00/],
  ])('is refused for %s', (_what, text, sentence) => {
    expect(problemOf(text)).toMatch(sentence);
    expect(problemOf(text)).not.toContain(demoPrivateKey.slice(40, 80));
  });
});

describe('a hostile key file', () => {
  it.each([
    ['blanks without end', `x${' '.repeat(15_900)}x`],
    ['quotes without end', `{"${'\\"'.repeat(7_900)}`],
    ['braces without end', '{'.repeat(15_900)],
    ['begins of a key without end', changed({ private_key: '-----BEGIN PRIVATE KEY-----'.repeat(400) })],
    ['megabytes', ' '.repeat(5_000_000)],
  ])('of %s is refused in no time', (_what, text) => {
    expect(processorTime(() => expect(problemOf(text)).not.toBe(''))).toBeLessThan(200);
  });

  it.each([1_024, 4_224])(
    'with a key of %i bits, which would take its time to sign with, is refused',
    (modulusLength) => {
      const { privateKey } = generateKeyPairSync('rsa', {
        modulusLength,
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      });

      expect(problemOf(changed({ private_key: privateKey }))).toMatch(/no key that can be read/);
    },
  );

  it.each(['constructor', '__proto__', 'toString'])('of the type %s is of another type', (type) => {
    expect(problemOf(changed({ type }))).toMatch(/^This is not a service account key/);
  });
});

describe('the form of a Google connection', () => {
  const problemsOf = (values: Record<string, unknown>, options: string[] = []) => {
    const parsed = parse({ keyFile: good, ...values }, options);
    return parsed.ok ? {} : parsed.problems;
  };

  it('takes the project from the key unless given, and the account of build machines from nobody', () => {
    expect(parse({ keyFile: good })).toMatchObject({
      ok: true,
      credential: { projectId: 'xoap-complete' },
      target: { project: 'xoap-complete' },
    });
    expect(parse({ keyFile: good, projectId: 'other-project' })).toMatchObject({
      target: { project: 'other-project' },
    });
    const parsed = parse({ keyFile: good });
    expect(parsed.ok && 'instanceServiceAccount' in parsed.credential).toBe(false);
  });

  it('seals nothing of the file but four fields', () => {
    const parsed = parse({ keyFile: changed({ token_uri: 'http://192.0.2.1/', surprise: 'planted' }) });

    expect(JSON.stringify(parsed)).not.toMatch(/planted|192\.0\.2\.1|token_uri/);
  });

  it.each([
    ['europe-west3/builds', 'europe-west3/builds'],
    ['projects/host-project/regions/europe-west3/subnetworks/builds', 'europe-west3/builds'],
    [
      'https://www.googleapis.com/compute/v1/projects/host-project/regions/us-east1/subnetworks/b-1',
      'us-east1/b-1',
    ],
  ])('takes a subnetwork as %s', (subnetwork, expected) => {
    const values = { keyFile: good, hostProjectId: 'host-project', subnetwork };
    expect(parse(values, ['shared-vpc'])).toMatchObject({
      ok: true,
      target: { hostProject: 'host-project', subnetwork: expected },
    });
  });

  it.each<[string, Record<string, string>, string[], RegExp]>([
    [
      'of no known form',
      { hostProjectId: 'host-project', subnetwork: 'builds' },
      ['shared-vpc'],
      /looks like/,
    ],
    ['without the option', { subnetwork: 'europe-west3/builds' }, [], /option Shared VPC only/],
    [
      'of another project',
      {
        hostProjectId: 'host-project',
        subnetwork: 'projects/elsewhere/regions/europe-west3/subnetworks/builds',
      },
      ['shared-vpc'],
      /lies in elsewhere, which is not the host project/,
    ],
  ])('refuses a subnetwork %s', (_what, values, options, problem) => {
    expect(problemsOf(values, options)).toMatchObject({ subnetwork: expect.stringMatching(problem) });
  });

  it('refuses an account of build machines beside the option that there is none', () => {
    const instanceServiceAccount = 'builder@my-project.iam.gserviceaccount.com';
    expect(problemsOf({ instanceServiceAccount }, ['no-service-account'])).toMatchObject({
      instanceServiceAccount: expect.stringMatching(/^Build machines run as no service account/),
    });
  });

  it('wants a host project with Shared VPC, and only then', () => {
    expect(problemsOf({}, ['shared-vpc'])).toMatchObject({
      hostProjectId: expect.stringMatching(/^Enter the host project/),
    });
    expect(problemsOf({ hostProjectId: 'host-project' })).toMatchObject({
      hostProjectId: expect.stringMatching(/option Shared VPC only/),
    });
    expect(problemsOf({ hostProjectId: 'host-project' }, ['shared-vpc'])).toEqual({});
  });

  it.each([
    ['projectId', 'My Project'],
    ['projectId', '123456789012'],
    ['hostProjectId', 'a/b'],
    ['instanceServiceAccount', 'kim@example.com'],
  ])('says what is wrong with %s %j', (field, value) => {
    expect(Object.keys(problemsOf({ [field]: value }))).toEqual([field]);
  });

  it('knows which texts of it must appear nowhere', () => {
    const parsed = parse({ keyFile: good });
    const secrets = parsed.ok ? secretsIn(parsed.credential) : [];

    expect(secrets).toContain(demoPrivateKey);
    for (const line of demoPrivateKey.split('\n').slice(1, -2)) expect(secrets).toContain(line);
  });
});
