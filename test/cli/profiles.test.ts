import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Permissions, permissionsFormats, writePermissions } from '../../src/cli/formats/permissions.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { runXoap } from '../support/xoap.ts';

const xoap = async (...args: string[]) => {
  const { output: stdout, errors: stderr, status } = await runXoap(args, '');
  return { stdout, stderr, status };
};

const { all } = await loadProviders();
const printed = all.flatMap((provider) => provider.profiles.map((profile) => ({ provider, profile })));
const rows = printed.map((each) => [`${each.provider.id} ${each.profile.id}`, each] as const);

describe('xoap permissions', () => {
  it.each(rows)('of %s is whole as JSON and as a table', (_name, each) => {
    const { requirements } = each.profile;
    const json = Permissions.parse(JSON.parse(writePermissions('json', each)));
    expect(json.requirements.map(({ id }) => id)).toEqual(requirements.map(({ id }) => id));
    const table = writePermissions('markdown', each);
    for (const { id } of requirements) expect(table).toContain(`\`${id}\``);
  });

  it.each(rows)('of %s has Terraform with each required permission that a role can give', (_name, each) => {
    const text = writePermissions('terraform', each);
    expect(text).toMatch(/^resource "/);
    expect(text).not.toMatch(/undefined|\{(partition|region|account)\}/);
  });

  it.each([
    ['aws', 'policy terraform'],
    ['azure', 'terraform bicep az'],
    ['google', 'terraform gcloud'],
    ['vsphere', 'terraform govc powercli'],
  ])('of %s has what its tools take, and refuses the rest with what there is', (id, has) => {
    const each = printed.find(({ provider }) => provider.id === id);
    if (!each) throw new Error(`No ${id}`);
    for (const format of permissionsFormats) {
      const write = () => writePermissions(format, each);
      if (['json', 'markdown', ...has.split(' ')].includes(format)) expect(write()).not.toBe('');
      else expect(write).toThrow(`There are: json, markdown, ${has.split(' ').join(', ')}.`);
    }
  });

  it('is printed by the command, of a profile that is named', async () => {
    const { status, stdout } = await xoap(
      'permissions',
      'aws',
      '--profile',
      'run-scripts',
      '--format',
      'policy',
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout).Statement).toHaveLength(2);
  });

  it.each([
    [['permissions', 'ibm'], 'There is no provider "ibm". Choose one of: aws, azure, google, vsphere.'],
    [['permissions', 'aws', '--profile', 'none'], 'AWS has no profile "none". It has: image-management,'],
    [['permissions', 'aws', '--format', 'bicep'], 'There is no bicep of Image management in AWS.'],
  ])('%j says what there is', async (args, told) => {
    const { status, stderr } = await xoap(...args);
    expect([status, stderr]).toEqual([64, expect.stringContaining(told)]);
  });
});

describe('xoap profile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xoap-profiles-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const text = (more: string) => `id: own
provider: aws
title: Own
words: { verb: do it, noun: own things }
version: '2026-11'
sources: { s: { title: S, url: 'https://wiki.example.com', date: 2026-11-30 } }
documentation: s
steps: { do: { title: Do it, without: nothing is done } }
requirements:
  - { id: 'ec2:CreateVpc', name: Make a VPC, group: g, level: required, step: do, source: s }
${more}`;

  it('check ends with 0 where nothing is wrong, and says what cannot be proven', async () => {
    const path = join(folder, 'own.yaml');
    await writeFile(path, text(''));
    const { status, stdout } = await xoap('profile', 'check', path);
    expect(status).toBe(0);
    expect(stdout).toContain(`${path}:10:11: there is no dry run of ec2:CreateVpc here`);
    expect(stdout).toContain('nothing is wrong with it: Own, 1 requirements in aws');
  });

  it('check ends with 1 and each mistake with its place', async () => {
    const path = join(folder, 'wrong.yaml');
    await writeFile(path, text('colour: blue\n'));
    const { status, stdout } = await xoap('profile', 'check', path);
    expect([status, stdout]).toEqual([1, `${path}:11:9: there is no “colour” here\n`]);
  });

  it('list names what ships', async () => {
    const { stdout } = await xoap('profile', 'list');
    expect(stdout).toMatch(/^aws +image-management +Image management, 2026-11, \d+ requirements$/m);
    expect(stdout).toMatch(/^vsphere +run-scripts +Run scripts on machines \(an example\)/m);
  });
});
