import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProvidersWith, readProfile } from '../../src/config/profile-files.ts';
import { loadProviders } from '../../src/providers/registry.ts';

const providers = await loadProviders();
const example = async () => {
  const text = await readFile(new URL('../../docs/profiles.md', import.meta.url), 'utf8');
  return /```yaml\n(.*?)```/s.exec(text)?.[1] ?? '';
};
const mistakesIn = (text: string) => readProfile('own.yaml', text, providers).mistakes;

describe('the profile of an operator', () => {
  it('is read as the documentation shows it', async () => {
    const { profile, mistakes, remarks } = readProfile('own.yaml', await example(), providers);
    expect([mistakes, remarks]).toEqual([[], []]);
    expect(profile).toMatchObject({ id: 'patch-windows', provider: 'aws', isExample: false });
    expect(profile?.requirements.map(({ id, step }) => [id, step.title])).toEqual([
      ['ec2:DescribeInstances', 'Find the machines'],
      ['ssm:SendCommand', 'Patch'],
      ['ec2:RebootInstances', 'Patch'],
    ]);
  });

  it('with ten mistakes of shape has each told with its line and column', () => {
    const text = `id: Patch Windows
provider: aws
title: ''
words:
  verb: patch
version: 2026
colour: blue
sources:
  runbook: { title: Runbook, url: http://wiki.example.com, date: 30 Nov }
documentation: runbook
options: reboot
steps:
  patch: { title: Patch }
requirements:
  - { id: 'ec2:RebootInstances', name: Reboot, group: g, level: sometimes, step: patch, source: runbook }
`;
    expect(mistakesIn(text)).toEqual([
      'own.yaml:1:5: id has small letters, digits and single dashes only',
      'own.yaml:3:8: title is empty',
      'own.yaml:5:3: noun is missing, or is no text',
      'own.yaml:6:10: version is missing; a month as YYYY-MM, in quotation marks',
      'own.yaml:7:9: there is no “colour” here',
      'own.yaml:9:35: url must be an address that starts with https://',
      'own.yaml:9:66: date must be a day as YYYY-MM-DD',
      'own.yaml:11:10: options is a list',
      'own.yaml:13:10: without is missing, or is no text',
      'own.yaml:15:65: level must be one of: required, conditional, optional',
    ]);
  });

  it('with mistakes of meaning has each told with its line and column', () => {
    const text = `id: patch
provider: aws
title: Patch
words: { verb: patch, noun: patches }
version: '2026-11'
sources:
  runbook: { title: Runbook, url: 'https://wiki.example.com', date: 2026-11-30 }
documentation: wiki
options:
  - { id: twice, label: Twice, hint: Once. }
  - { id: twice, label: Twice, hint: Once more. }
steps:
  patch: { title: Patch, without: nothing is patched }
requirements:
  - { id: 'ec2:RebootInstances', name: Reboot, group: g, level: required, step: patch, source: runbook }
  - { id: 'ec2:RebootInstances', name: Reboot, group: g, level: required, step: patch, source: runbook }
  - { id: 'ec2:StartInstances', name: Start, group: g, level: required, step: start, source: nowhere, when: [never] }
`;
    expect(mistakesIn(text)).toEqual([
      'own.yaml:8:16: there is no source “wiki” in this file',
      'own.yaml:11:11: the option “twice” stands here twice',
      'own.yaml:16:11: “ec2:RebootInstances” stands twice in the group “g”; give one of them a group of its own',
      'own.yaml:17:79: there is no step “start” in this file',
      'own.yaml:17:94: there is no source “nowhere” in this file',
      'own.yaml:17:110: there is no option “never” in this file',
    ]);
  });

  const asking = (provider: string, requirement: string) => `id: own
provider: ${provider}
title: Own
words: { verb: do it, noun: own things }
version: '2026-11'
sources: { s: { title: S, url: 'https://wiki.example.com', date: 2026-11-30 } }
documentation: s
steps: { do: { title: Do it, without: nothing is done } }
requirements:
  - { name: It, level: required, step: do, source: s, ${requirement} }
`;

  it.each([
    ['hyper-v', "id: 'Vm.Create', group: g", 'this version serves no provider “hyper-v”'],
    ['aws', "id: 'ec2:NoSuchThing', group: g", 'AWS has no action “ec2:NoSuchThing”'],
    ['aws', "id: 'DescribeImages', group: g", '“DescribeImages” is no action of AWS'],
    ['aws', "id: 'ssm:SendCommand', group: g, on: [everything]", '“everything” is no ARN'],
    [
      'aws',
      "id: 'ssm:SendCommand', group: g, on: ['arn:aws:ssm:{zone}::document/X']",
      '“{zone}” stands for nothing',
    ],
    ['aws', "id: 'ec2:StopInstances', group: g, on: ['*']", 'leave “on” out'],
    ['aws', "id: 'ec2:CreateTags', group: g, on: [bucket]", '“bucket” is no kind of resource'],
    ['azure', "id: 'compute.instances.get', group: g", 'is no operation of Azure'],
    ['azure', "id: 'Microsoft.Compute/disks/read', group: g, on: [disk]", '“on” is “data” here'],
    ['google', "id: 'roles/owner', group: g", 'is no permission of Google'],
    ['google', "id: 'storage.objects.get', group: g, on: [bucket]", 'name the bucket'],
    ['google', "id: 'compute.instances.get', group: g, on: [zone]", 'choose from: project, service-account'],
    ['vsphere', "id: 'VirtualMachine.Interact.PowerOn', group: Machines", '“Machines” is no kind of object'],
    ['vsphere', "id: 'poweron', group: VM folder", 'is no privilege of vSphere'],
  ])('for %s that asks with %s is refused', (provider, requirement, told) => {
    expect(mistakesIn(asking(provider, requirement)).join('\n')).toContain(told);
  });

  it.each([
    ['aws', "id: 'ec2:CreateVpc', group: g", 'there is no dry run of ec2:CreateVpc here'],
    ['vsphere', "id: 'ContentLibrary.AddLibraryItem', group: Global permission", 'is a global permission'],
  ])('for %s says what cannot be proven, and is taken', (provider, requirement, told) => {
    const read = readProfile('own.yaml', asking(provider, requirement), providers);
    expect(read.profile).toBeDefined();
    expect(read.remarks.join('\n')).toContain(told);
  });

  it('is no list, no text and no YAML', () => {
    for (const text of ['- a', 'text', '', '{', 'a: &x [*x]'])
      expect(mistakesIn(text)[0]).toMatch(/^own\.yaml:\d+:\d+: \S/);
  });
});

describe('a folder of profiles', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xoap-profiles-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const put = async (name: string, text: string) => writeFile(join(folder, name), text);

  it('adds to what ships, and leaves out what is no profile', async () => {
    await put('patch.yaml', await example());
    await put('README.md', 'not a profile');
    const { find } = await loadProvidersWith({}, folder);
    expect(
      find('aws')
        ?.profiles.map(({ id }) => id)
        .at(-1),
    ).toBe('patch-windows');
    expect(find('azure')?.profiles).toHaveLength(3);
  });

  it('takes JSON too, and refuses a name that is taken, by another file or by this version', async () => {
    await put('patch.yaml', await example());
    await put('same.yaml', await example());
    await put('built-in.yaml', (await example()).replace('id: patch-windows', 'id: run-scripts'));
    await put('wrong.json', '{ "id": 1 }');
    const fault = await loadProvidersWith({}, folder).catch((error: Error) => error.message);
    expect(fault).toContain('has a profile “patch-windows” for aws already');
    expect(fault).toContain('this version itself has a profile “run-scripts”');
    expect(fault).toContain('wrong.json:1:9: id is missing, or is no text');
  });

  it('that is not there is told', async () => {
    await expect(loadProvidersWith({}, join(folder, 'nowhere'))).rejects.toThrow('cannot be read');
  });
});
