import { afterEach, describe, expect, it } from 'vitest';
import { startVsphereCloud, type VsphereCloud } from '../../../simulations/vsphere/cloud.ts';
import {
  demoVcenter,
  knownPrivileges,
  vsphereCredential,
} from '../../../simulations/vsphere/demo-accounts.ts';
import type { Entity, VcenterModel } from '../../../simulations/vsphere/model.ts';
import { type Progress, runVerification } from '../../../src/providers/run-verification.ts';
import { readHostRules } from '../../../src/providers/vsphere/allowed-hosts.ts';
import { createVsphere } from '../../../src/providers/vsphere/provider.ts';
import type { Verification } from '../../../src/verification/verification.ts';

// Accounts that a simpler rule judges wrongly, each with the verdict that a build would confirm.

const me = 'VSPHERE.LOCAL\\full';
let cloud: VsphereCloud | undefined;
afterEach(async () => {
  expect([...(cloud?.sessions.values() ?? [])]).toEqual([]);
  await cloud?.close();
  cloud = undefined;
});

type Setting = {
  readonly change?: (model: VcenterModel) => Partial<VcenterModel>;
  readonly more?: Record<string, string>;
  readonly without?: readonly string[];
  readonly pageSize?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly prepare?: (cloud: VsphereCloud) => void;
  readonly deadlineMs?: number;
};

async function verify(setting: Setting = {}): Promise<Verification> {
  const { change, more = {}, without = [], pageSize, onProgress, prepare, deadlineMs } = setting;
  const model = demoVcenter(knownPrivileges);
  cloud = await startVsphereCloud({ ...model, ...change?.(model) });
  if (pageSize) cloud.pageSize = pageSize;
  prepare?.(cloud);
  const provider = createVsphere({ allowedHosts: readHostRules(`127.0.0.1/32:${cloud.port}`).rules });
  const all = vsphereCredential('full', cloud.port, { certificateSha256: cloud.fingerprint, ...more });
  const values = Object.fromEntries(Object.entries(all).filter(([field]) => !without.includes(field)));
  const parsed = provider.parse(values, [], { toBeChosen: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({
    provider,
    ...parsed,
    profileOptions: [],
    deadlineMs,
    ...(onProgress && { onProgress }),
  });
}

const find = ({ findings }: Verification, id: string, group?: string) =>
  findings.find((finding) => finding.requirement === id && (!group || finding.group === group));
const inState = ({ findings }: Verification, state: string) =>
  findings.filter((finding) => finding.state === state).map(({ requirement }) => requirement);
const cpu = 'VirtualMachine.Config.CPUCount';

/** The same permissions, those on one object changed. */
const onObject =
  (entity: string, changed: Partial<VcenterModel['permissions'][number]>) =>
  ({ permissions }: VcenterModel): Partial<VcenterModel> => ({
    permissions: permissions.map((each) =>
      each.entity === entity && each.principal === me ? { ...each, ...changed } : each,
    ),
  });

describe('machines (rule 6)', () => {
  it('get what the resource pool passes on, where the folder does not', async () => {
    const change = (model: VcenterModel) => {
      const { permissions = [] } = onObject('group-v2', { propagates: false })(model);
      const all = permissions.filter(({ entity, principal }) => entity !== 'resgroup-2' || principal !== me);
      const pool = { entity: 'resgroup-2', principal: me, propagates: true, privileges: knownPrivileges };
      return { permissions: [...all, pool] };
    };
    const verification = await verify({ change });

    expect(verification.verdict).toBe('ready');
    expect(find(verification, cpu)?.state).toBe('granted');
  });

  it('of which a group may or may not give it are open, never likely', async () => {
    const change = (model: VcenterModel) => {
      const { permissions = [] } = onObject('group-v2', { propagates: false })(model);
      const group = {
        entity: 'datacenter-1',
        principal: 'VSPHERE.LOCAL\\Everybody',
        propagates: true,
        privileges: knownPrivileges,
      };
      // A permission of the account's own on the datacenter does not propagate, so that what is held there tells nothing.
      return { permissions: [...permissions, group] };
    };
    const verification = await verify({ change });

    expect(find(verification, cpu)).toMatchObject({ state: 'inconclusive' });
    expect(inState(verification, 'likely')).toEqual([]);
  });
});

describe('a distributed port group (rule 7)', () => {
  const network = 'Build "net" 🚀';
  const assign = { principal: me, propagates: false, privileges: ['Network.Assign'] };
  const granted =
    (...entities: string[]) =>
    (model: VcenterModel) => ({
      permissions: [...model.permissions, ...entities.map((entity) => ({ ...assign, entity }))],
    });

  it('needs System.Read on its switch, and the fix never goes to the datacenter', async () => {
    const verification = await verify({ change: granted('dvportgroup-1'), more: { network } });

    expect(inState(verification, 'missing')).toEqual(['System.Read']);
    expect(find(verification, 'System.Read', 'Distributed switch')?.evidence.text).toContain(network);
    expect(verification.remediation.map(({ title }) => title)).toEqual([
      'Let the account read the distributed switch',
    ]);
    expect(verification.remediation[0]?.text).toMatch(
      /on the distributed switch.*on the network folder.*Never on the datacenter/,
    );
  });

  it('is ready with it, and other networks need none', async () => {
    const verification = await verify({ change: granted('dvportgroup-1', 'dvs-1'), more: { network } });
    expect(verification.verdict).toBe('ready');
    await cloud?.close();

    expect(find(await verify(), 'System.Read', 'Distributed switch')?.state).toBe('not-applicable');
  });
});

describe('a cluster of more than 32 hosts (rule 8)', () => {
  const hosts = Array.from(
    { length: 64 },
    (_, index): Entity => ({
      id: `host-${index + 10}`,
      type: 'HostSystem',
      name: `esx${index + 10}.example.com`,
      parent: 'domain-c1',
    }),
  );
  const grown = (last: readonly string[]) => (model: VcenterModel) => ({
    entities: [...model.entities, ...hosts],
    permissions: [
      ...model.permissions,
      ...hosts.map(({ id }, index) => ({
        entity: id,
        principal: me,
        propagates: false,
        privileges: index === hosts.length - 1 ? last : ['Host.Config.SystemManagement'],
      })),
    ],
  });

  it('is asked about on all of them', async () => {
    const ready = await verify({ change: grown(['Host.Config.SystemManagement']) });
    expect(find(ready, 'Host.Config.SystemManagement')).toMatchObject({
      state: 'granted',
      evidence: { text: expect.stringContaining('all 65 of') },
    });
    await cloud?.close();

    const lacking = await verify({ change: grown([]) });
    expect(find(lacking, 'Host.Config.SystemManagement')?.evidence.text).toContain('1 of 65');
  });
});

describe('a second attack', () => {
  it('on hosts that the account cannot see: they are counted', async () => {
    const unseen: Entity = {
      id: 'host-77',
      type: 'HostSystem',
      name: 'esx77.example.com',
      parent: 'domain-c1',
    };
    const verification = await verify({ change: ({ entities }) => ({ entities: [...entities, unseen] }) });

    expect(find(verification, 'Host.Config.SystemManagement')).toMatchObject({
      state: 'inconclusive',
      evidence: { text: expect.stringContaining('on 1 of the 2 in') },
    });
  });

  it('on a host of another datacenter: it stands for no cluster of this one', async () => {
    const far: Entity[] = [
      { id: 'datacenter-2', type: 'Datacenter', name: 'DC2', parent: 'group-d1' },
      { id: 'group-h2', type: 'Folder', name: 'host', parent: 'datacenter-2' },
      { id: 'domain-s2', type: 'ComputeResource', name: 'esx9.example.com', parent: 'group-h2' },
      { id: 'host-9', type: 'HostSystem', name: 'esx9.example.com', parent: 'domain-s2' },
    ];
    const change = (model: VcenterModel) => ({
      entities: [...model.entities, ...far],
      permissions: [
        ...model.permissions,
        { entity: 'datacenter-2', principal: me, propagates: true, privileges: knownPrivileges },
      ],
    });
    const verification = await verify({ change, more: { cluster: 'esx9.example.com' } });

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, 'System.Read', 'Cluster or host')?.evidence.text).toContain(
      'but not below /DC1/host',
    );
  });

  it('on deleting machines: a right on the folder alone is not enough', async () => {
    const change = ({ permissions }: VcenterModel) => ({
      permissions: permissions.map((each) => ({ ...each, propagates: false })),
    });
    const verification = await verify({ change });

    expect(find(verification, 'VirtualMachine.Inventory.Delete')).toMatchObject({ state: 'missing' });
    expect(find(verification, 'VirtualMachine.Inventory.Create')).toMatchObject({ state: 'granted' });
  });

  it('on a vCenter that gives no privileges at all: nothing is told, and nothing offered', async () => {
    const prepare = ({ answers, model }: VsphereCloud) => {
      const entities = model.entities.map(
        ({ id, type }) => `<returnval><entity type="${type}">${id}</entity></returnval>`,
      );
      answers.set('FetchUserPrivilegeOnEntities', [entities.join(''), entities.join('')]);
    };
    const verification = await verify({ prepare });

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'missing')).toEqual([]);
    expect(verification.remediation).toEqual([]);
  });

  it('on a pool that nobody named, of one cluster among two: what it gives is not known', async () => {
    const second: Entity = {
      id: 'domain-c2',
      type: 'ClusterComputeResource',
      name: 'Cluster2',
      parent: 'group-h1',
    };
    const change = (model: VcenterModel) => ({
      entities: [...model.entities, second],
      permissions: [
        ...(onObject('group-v2', { propagates: false })(model).permissions ?? []),
        { entity: 'domain-c2', principal: me, propagates: false, privileges: [] },
      ],
    });
    const verification = await verify({ change, without: ['cluster', 'resourcePool'] });

    expect(inState(verification, 'missing')).toEqual([]);
    expect(find(verification, cpu)).toMatchObject({ state: 'inconclusive' });
  });

  it('on the only network, which nobody named: its hidden switch is no fault', async () => {
    const assign = {
      entity: 'dvportgroup-1',
      principal: me,
      propagates: false,
      privileges: ['Network.Assign'],
    };
    const change = ({ entities, permissions }: VcenterModel) => ({
      entities: entities.filter(({ id }) => id !== 'network-1'),
      permissions: [...permissions.filter(({ entity }) => entity !== 'network-1'), assign],
    });
    const verification = await verify({ change, without: ['network'] });

    expect(find(verification, 'Network.Assign')).toMatchObject({ state: 'granted' });
    expect(find(verification, 'System.Read', 'Distributed switch')).toMatchObject({ state: 'inconclusive' });
    expect(verification.remediation).toEqual([]);
  });

  it('on the only cluster, which nobody named: hosts that are not shown are no fault', async () => {
    const change = ({ entities, permissions }: VcenterModel) => ({
      entities: entities.filter(({ id }) => id !== 'host-1'),
      permissions: permissions.filter(({ entity }) => entity !== 'host-1'),
    });
    const verification = await verify({ change, without: ['cluster'] });

    expect(find(verification, 'Host.Config.SystemManagement')).toMatchObject({ state: 'inconclusive' });
    expect(verification.remediation).toEqual([]);
  });

  it('on a lack that is used on the folder itself: the flag that stands there stays', async () => {
    const change = (model: VcenterModel) => {
      const held = knownPrivileges.filter((id) => id !== 'VirtualMachine.Inventory.Create');
      const { permissions = [] } = onObject('group-v2', { propagates: false, privileges: held })(model);
      const all = permissions.filter(({ entity, principal }) => entity !== 'resgroup-2' || principal !== me);
      return {
        permissions: [
          ...all,
          { entity: 'resgroup-2', principal: me, propagates: true, privileges: knownPrivileges },
        ],
      };
    };
    const verification = await verify({ change });

    expect(inState(verification, 'missing')).toEqual(['VirtualMachine.Inventory.Create']);
    expect(verification.remediation[1]?.text).toMatch(/-propagate=false -group=false '\/DC1\/vm\/Templates'/);
  });

  it('on a fault after the sign-in: the sign-in is not blamed', async () => {
    const prepare = ({ trouble }: VsphereCloud) => void trouble.set('RetrievePropertiesEx', ['gone']);
    const { error } = await verify({ prepare });

    expect(error?.message).toContain('vCenter answered ManagedObjectNotFound when asked for its inventory');
  });
});

describe('objects that nobody named (rule 10)', () => {
  const without = ['folder', 'resourcePool'];

  it('are assumed and named as such; a lack on them is no fault of the account and gets no fix', async () => {
    const verification = await verify({ without });

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'missing')).toEqual([]);
    expect(find(verification, cpu)?.evidence.text).toContain(
      'No vm folder was named, so /DC1/vm is assumed. Choose the objects that builds use.',
    );
    expect(verification.remediation).toEqual([]);
    expect(verification.choices?.folder).toContain('/DC1/vm/Templates');
  });

  it('may make a connection ready', async () => {
    const above = (model: VcenterModel) => ({
      permissions: [
        ...model.permissions,
        ...['datacenter-1', 'domain-c1'].map((entity) => ({
          entity,
          principal: me,
          propagates: true,
          privileges: knownPrivileges,
        })),
      ].filter(
        ({ entity, principal }, index, all) =>
          all.findLastIndex((each) => each.entity === entity && each.principal === principal) === index,
      ),
    });
    const verification = await verify({ without, change: above });

    expect(verification.verdict).toBe('ready');
    expect(find(verification, cpu)?.evidence.text).toContain(
      'No vm folder was named, so /DC1/vm is assumed.',
    );
  });
});

describe('the fix (rule 11)', () => {
  it('keeps what the account has from above, states every flag, and offers nothing that takes objects over', async () => {
    const change = (model: VcenterModel) => ({
      permissions: [
        ...model.permissions.filter(({ entity, principal }) => entity !== 'datastore-1' || principal !== me),
        {
          entity: 'group-s1',
          principal: me,
          propagates: true,
          privileges: ['Datastore.Browse', 'Alarm.Create'],
        },
      ],
    });
    const verification = await verify({ change });
    const [, govc] = verification.remediation;

    expect(inState(verification, 'missing').sort()).toEqual([
      'Datastore.AllocateSpace',
      'Datastore.FileManagement',
    ]);
    expect(govc?.text).toMatch(
      /govc role\.create xoap-connection-[0-9a-f]{8} Alarm\.Create Datastore\.AllocateSpace Datastore\.Browse Datastore\.FileManagement\n/,
    );
    for (const line of govc?.text.split('\n').filter((each) => each.includes('permissions.set')) ?? [])
      expect(line).toMatch(/-principal '.*' -role \S+ -propagate=(true|false) -group=false '.*'/);
    expect(verification.remediation.map(({ format }) => format)).not.toContain('hcl');
    expect(JSON.stringify(verification.remediation)).not.toContain('role.update');
  });

  it('of a root folder goes to what it lies in', async () => {
    const verification = await verify({ more: { folder: '/DC1/vm' } });
    const govc = verification.remediation.find(({ text }) => text.startsWith('govc'));

    expect(govc?.text).toMatch(/-propagate=true -group=false '\/DC1'/);
    expect(govc?.text).not.toContain("'/DC1/vm'");
  });

  it('is a sentence where what is there cannot be read', async () => {
    const prepare = ({ trouble }: VsphereCloud) =>
      void trouble.set(
        'RetrieveEntityPermissions',
        [...Array(30)].map(() => 'unavailable' as const),
      );
    const verification = await verify({
      change: onObject('datastore-1', { privileges: ['Datastore.Browse'] }),
      prepare,
    });

    expect(verification.remediation.map(({ note = '' }) => note)).toEqual([
      expect.stringMatching(/^No command is safe here/),
    ]);
    expect(JSON.stringify(verification.remediation)).not.toContain('permissions.set');
  });
});

describe('words (rule 26)', () => {
  it('of a session that was ended are not those of a lack', async () => {
    const prepare = ({ trouble }: VsphereCloud) =>
      void trouble.set('FetchUserPrivilegeOnEntities', ['not-authenticated']);

    expect(find(await verify({ prepare }), cpu)?.evidence.text).toContain('vCenter ended the session before');
  });

  it('of a session that was ended before anything was read say so too', async () => {
    const prepare = ({ trouble }: VsphereCloud) =>
      void trouble.set('RetrievePropertiesEx', ['not-authenticated']);

    expect((await verify({ prepare })).error?.message).toContain('vCenter ended the session');
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    [
      'a datacenter that was typed and is not there',
      { datacenter: 'DC9' },
      'Datastore.Browse',
      /^“DC9” was not found, so no datastore in it/,
    ],
    [
      'a cluster that was typed and is not there',
      { cluster: 'Cluster9' },
      'Resource.AssignVMToPool',
      /^“Cluster9” was not found, so no resource pool in it/,
    ],
    [
      'a datastore cluster',
      { datastore: 'pod' },
      'Datastore.Browse',
      /is a cluster of datastores.*\/DC1\/datastore\/pod\/ds-in-pod/,
    ],
    [
      'a network of another datacenter',
      { network: 'Far net' },
      'Network.Assign',
      /\/DC2\/network\/Far net is there, but not below \/DC1\/network/,
    ],
  ])('of %s name it', async (_what, more, id, text) => {
    const entities: Entity[] = [
      { id: 'group-p1', type: 'StoragePod', name: 'pod', parent: 'group-s1' },
      { id: 'datastore-9', type: 'Datastore', name: 'ds-in-pod', parent: 'group-p1' },
      { id: 'datacenter-2', type: 'Datacenter', name: 'DC2', parent: 'group-d1' },
      { id: 'group-n2', type: 'Folder', name: 'network', parent: 'datacenter-2' },
      { id: 'network-2', type: 'Network', name: 'Far net', parent: 'group-n2' },
    ];
    const seen = entities.map(({ id: entity }) => ({
      entity,
      principal: me,
      propagates: false,
      privileges: [],
    }));
    const change = (model: VcenterModel) => ({
      entities: [...model.entities, ...entities],
      permissions: [...model.permissions, ...seen],
    });

    const verification = await verify({ change, more });
    expect(find(verification, id)).toMatchObject({
      state: 'inconclusive',
      evidence: { text: expect.stringMatching(text) },
    });
  });

  it('take a host by its path for its cluster', async () => {
    expect((await verify({ more: { cluster: '/DC1/host/Cluster1/esx1.example.com' } })).verdict).toBe(
      'ready',
    );
  });
});

describe('a large inventory (rule 27)', () => {
  const folders = Array.from(
    { length: 1_200 },
    (_, index): Entity => ({
      id: `group-x${index}`,
      type: 'Folder',
      name: `Folder ${index}`,
      parent: 'group-v2',
    }),
  );
  const large = ({ entities }: VcenterModel) => ({ entities: [...entities, ...folders] });

  it('is read to its last page, and how far that is is told', async () => {
    const read: string[] = [];
    const verification = await verify({
      change: large,
      pageSize: 100,
      onProgress: ({ reading }) => void (reading && read.push(reading)),
    });

    expect(verification.verdict).toBe('ready');
    expect(verification.choices?.folder?.length).toBeGreaterThan(400);
    expect(read[0]).toBe('100 objects');
    expect(read.length).toBeGreaterThan(12);
  });

  it('that stops in the middle says how much was read, and is no inventory', async () => {
    const prepare = ({ trouble }: VsphereCloud) =>
      void trouble.set('ContinueRetrievePropertiesEx', ['unavailable']);
    const { error, findings } = await verify({ change: large, pageSize: 100, prepare });

    expect(error?.message).toContain('has a fault (503) after 100 objects of its inventory');
    expect(findings.some(({ state }) => state === 'missing')).toBe(false);
  });
});
