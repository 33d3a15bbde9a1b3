import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { readHeldFile } from '../../src/held/held-file.ts';
import { openHeldFolder } from '../../src/held/held-folder.ts';
import { holdable } from '../../src/held/holdable.ts';
import { wholeCredential } from '../../src/held/whole-credential.ts';
import { loadProviders, providersOf } from '../../src/providers/registry.ts';
import { createHeldFolder } from '../support/holder.ts';

const providers = providersOf((await loadProviders()).all.map(holdable));
const workspaceId = 'slack:T1';
const asked = { workspaceId, provider: 'azure', name: 'prod' } as const;
const credential = azureCredential('contributor');
const content = { provider: 'azure', workspaces: [workspaceId], credential };

let folder: Awaited<ReturnType<typeof createHeldFolder>>;
beforeEach(async () => {
  folder = await createHeldFolder();
});
afterEach(() => folder.remove());
const open = () => openHeldFolder(folder.path, providers);

describe('what a worker holds', () => {
  it('is found by its name and read anew each time', async () => {
    const held = open();
    await folder.put('prod.json', content);
    expect(await held.fieldsOf(asked)).toEqual(credential);
    await folder.put('prod.json', { ...content, credential: { ...credential, clientSecret: 'another-one' } });
    expect(await held.fieldsOf(asked)).toMatchObject({ clientSecret: 'another-one' });
    await folder.take('prod.json');
    await expect(held.fieldsOf(asked)).rejects.toMatchObject({ code: 'held.not-held' });
  });

  it.each([
    ['Prod', 'in another case'],
    ['pro', 'in part'],
    ['prod.json', 'with its end'],
    ['../prod', 'with a path'],
    ['./prod', 'with a path to the same place'],
    ['', 'with nothing'],
    ['constructor', 'with what every object has'],
  ])('is not found by "%s", %s', async (name) => {
    await folder.put('prod.json', content);
    await expect(open().fieldsOf({ ...asked, name })).rejects.toMatchObject({ code: 'held.not-held' });
  });

  it('is there for the workspaces and the provider in its file alone', async () => {
    await folder.put('prod.json', content);
    for (const other of [
      { ...asked, workspaceId: 'slack:T2' },
      { ...asked, provider: 'aws' as const },
    ]) {
      expect(await open().has(other)).toBe(false);
      await expect(open().fieldsOf(other)).rejects.toMatchObject({ code: 'held.not-held' });
    }
  });

  it('is read through links that stay in the folder, as Kubernetes lays them', async () => {
    await mkdir(join(folder.path, '..2026_11_29'));
    await folder.put('..2026_11_29/prod.yaml', content);
    await symlink('..2026_11_29', join(folder.path, '..data'));
    await symlink('..data/prod.yaml', join(folder.path, 'prod.yaml'));
    expect(await open().fieldsOf(asked)).toEqual(credential);
    expect((await open().all()).map(({ name }) => name)).toEqual(['prod']);
  });

  it('is no link out of the folder', async () => {
    const elsewhere = await createHeldFolder();
    await elsewhere.put('prod.json', content);
    await symlink(join(elsewhere.path, 'prod.json'), join(folder.path, 'prod.json'));
    expect(await open().all()).toMatchObject([{ problem: 'it is a link out of the folder' }]);
    await elsewhere.remove();
  });

  it.each([0o644, 0o666, 0o620, 0o604])('is not read where its mode is %o', async (mode) => {
    await folder.put('prod.json', content, mode);
    expect(await open().all()).toMatchObject([{ problem: expect.stringMatching(/^its mode is \d{3}/) }]);
  });

  it.each([0o600, 0o400, 0o440, 0o640])('is read where its mode is %o', async (mode) => {
    await folder.put('prod.json', content, mode);
    expect(await open().fieldsOf(asked)).toEqual(credential);
  });

  it('is not used where two files have the name', async () => {
    await folder.put('prod.json', content);
    await folder.put('prod.yaml', content);
    const twice = { problem: 'two files have this name' };
    expect(await open().all()).toMatchObject([twice, twice]);
  });

  it('is told to be of no use to whom it was for, and to nobody else', async () => {
    const held = open();
    await folder.put('prod.json', content);
    expect(await held.has(asked)).toBe(true);
    await folder.put('prod.json', 'credential: [');
    expect(await held.has(asked)).toBe(false);
    await expect(held.fieldsOf(asked)).rejects.toMatchObject({
      code: 'held.unusable',
      message: expect.stringContaining('is no YAML'),
    });
    const other = held.fieldsOf({ ...asked, workspaceId: 'slack:T2' });
    await expect(other).rejects.toMatchObject({ code: 'held.not-held' });
    // Whoever starts with it knows nobody that it was for.
    await expect(open().fieldsOf(asked)).rejects.toMatchObject({ code: 'held.not-held' });
  });

  it('keeps nobody waiting who opens what is no file', async () => {
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(folder.path, 'pipe.yaml')]);
    expect(await open().all()).toEqual([expect.objectContaining({ problem: 'it is no file' })]);
  });

  it('is neither a folder, nor too large, nor what has another end', async () => {
    await mkdir(join(folder.path, 'sub.yaml'));
    await folder.put('large.yaml', 'x'.repeat(70_000));
    await writeFile(join(folder.path, 'token'), 'not ours');
    expect(await open().all()).toEqual([
      { name: 'large', problem: 'it has more than 64 KiB' },
      { name: 'sub', problem: expect.stringMatching(/it is no file|it cannot be read/) },
    ]);
  });

  it('can come after the worker has started', async () => {
    const held = openHeldFolder(join(folder.path, 'later'), providers);
    await expect(held.all()).rejects.toMatchObject({ code: 'held.no-folder' });
    expect(await held.has(asked)).toBe(false);
    await mkdir(join(folder.path, 'tmp'));
    await folder.put('tmp/prod.json', content);
    await rename(join(folder.path, 'tmp'), join(folder.path, 'later'));
    expect(await held.has(asked)).toBe(true);
  });
});

describe('a file', () => {
  const problemOf = (text: string) => {
    const read = readHeldFile(text, providers);
    return 'problem' in read ? read.problem : undefined;
  };

  it('is YAML, whose values are the texts that stand there', () => {
    const read = readHeldFile(
      'provider: vsphere\nworkspaces: [slack:T1]\ncredential:\n  host: vc.example.com\n  port: 0443\n  password: no\n',
      providers,
    );
    expect(read).toMatchObject({
      file: { values: { host: 'vc.example.com', port: '0443', password: 'no' } },
    });
  });

  it.each([
    ['provider: vsphere', 'workspaces must list the workspaces that may use it'],
    [
      'provider: moon\nworkspaces: [slack:T1]\ncredential: {}',
      'provider must be one of: aws, azure, google, vsphere',
    ],
    ['provider: aws\nworkspaces: []\ncredential: {}', 'workspaces must list the workspaces that may use it'],
    ['provider: aws\nworkspaces: [T1]\ncredential: {}', /^workspaces\.0 must be an id with its platform/],
    ['provider: aws\nworkspaces: ["*"]\ncredential: {}', /^workspaces\.0 must be an id with its platform/],
    ['provider: aws\nworkspaces: [slack:T1]', 'credential must hold the fields of the credential'],
    [
      'provider: aws\nworkspaces: [slack:T1]\ncredential: {region: [a]}',
      'credential.region must hold texts alone',
    ],
    ['provider: aws\nworkspaces: [slack:T1]\ncredential: {}\nhost: x', /nothing else/],
    [
      'provider: aws\nworkspaces: [slack:T1]\ncredential: {authentication: held, held: other}',
      'credential.authentication must be a way to sign in by itself',
    ],
    ['provider: aws\nprovider: azure', 'line 2, column 1 is no YAML'],
    ['', /it must have provider, workspaces and credential/],
    ['- a', /it must have provider, workspaces and credential/],
    [
      'provider: aws\nworkspaces: [slack:T1]\ncredential: &a {x: y}\nother: *a',
      /it must have provider, workspaces and credential/,
    ],
  ])('%j is of no use, and it is said why', (text, said) => {
    expect(problemOf(text)).toMatch(said);
  });

  it('whose password stands in a block has it without the line end behind it', () => {
    const text = 'provider: vsphere\nworkspaces: [slack:T1]\ncredential:\n  password: |\n    a # b\n';
    expect(readHeldFile(text, providers)).toMatchObject({ file: { values: { password: 'a # b' } } });
  });

  it('that cannot be read is told without a word of what is in it', () => {
    expect(problemOf('credential:\n  password: "hunter22\n')).toMatch(/^line \d+, column \d+ is no YAML$/);
    expect(problemOf('credential:\n  password: [hunter22')).not.toContain('hunter22');
    const head = 'provider: vsphere\nworkspaces: [slack:T1]\n';
    const flow = problemOf(`${head}credential: { password: pa,ss-hunter22, host: x }`);
    expect(flow).toMatch(/^credential /);
    expect(flow).not.toContain('hunter22');
    expect(problemOf(`${head}credential: {hunter22: x}`)).toBe(
      'credential has a field that vSphere does not have',
    );
  });

  it.each([['abc #def'], ['!abc'], ['&abc'], ['*abc'], ['abc # of the vault']])(
    'whose password is cut short by YAML is of no use: %s',
    (password) => {
      const text = `provider: vsphere\nworkspaces: [slack:T1]\ncredential:\n  host: x\n  password: ${password}\n`;
      expect(problemOf(text)).toMatch(/credential\.password must stand in single quotes|is no YAML/);
      const quoted = text.replace(password, `'${password}'`);
      expect(readHeldFile(quoted, providers)).toMatchObject({ file: { values: { password } } });
    },
  );
});

describe('a connection that names what is held', () => {
  const connection = { workspaceId, target: {}, profileOptions: [] };
  const provider = providers.find('azure');
  if (!provider) throw new Error('no Azure');
  const sealed = { authentication: 'held', held: 'prod' };

  it('signs in with it, at the place in the file', async () => {
    await folder.put('prod.json', content);
    const whole = await wholeCredential(sealed, { connection, provider, held: open() });
    expect(whole).toMatchObject({ name: 'prod', target: { subscription: credential.subscriptionId } });
    expect(whole).toMatchObject({ credential: { clientSecret: credential.clientSecret } });
  });

  it('does not where a field is wrong, and says which', async () => {
    await folder.put('prod.json', { ...content, credential: { ...credential, tenantId: 'contoso' } });
    expect(await wholeCredential(sealed, { connection, provider, held: open() })).toMatchObject({
      code: 'held.unusable',
      message: expect.stringContaining('tenantId: A tenant id is a GUID'),
    });
  });

  it('does not where this process holds nothing', async () => {
    expect(await wholeCredential(sealed, { connection, provider, held: undefined })).toMatchObject({
      code: 'held.not-held',
    });
  });
});
