import catalog from '../../src/catalog/image-management/vsphere.json' with { type: 'json' };
import runScripts from '../../src/catalog/run-scripts/vsphere.json' with { type: 'json' };
import type { Entity, Permission, User, VcenterModel } from './model.ts';

const entities: readonly Entity[] = [
  { id: 'group-d1', type: 'Folder', name: 'Datacenters' },
  { id: 'datacenter-1', type: 'Datacenter', name: 'DC1', parent: 'group-d1' },
  { id: 'group-v1', type: 'Folder', name: 'vm', parent: 'datacenter-1' },
  { id: 'group-v2', type: 'Folder', name: 'Templates', parent: 'group-v1' },
  { id: 'group-v3', type: 'Folder', name: 'Windows%2fLinux', parent: 'group-v2' },
  { id: 'group-h1', type: 'Folder', name: 'host', parent: 'datacenter-1' },
  { id: 'domain-c1', type: 'ClusterComputeResource', name: 'Cluster1', parent: 'group-h1' },
  { id: 'host-1', type: 'HostSystem', name: 'esx1.example.com', parent: 'domain-c1' },
  { id: 'resgroup-1', type: 'ResourcePool', name: 'Resources', parent: 'domain-c1' },
  { id: 'resgroup-2', type: 'ResourcePool', name: 'Packer', parent: 'resgroup-1' },
  { id: 'group-s1', type: 'Folder', name: 'datastore', parent: 'datacenter-1' },
  { id: 'datastore-1', type: 'Datastore', name: 'ds-images', parent: 'group-s1' },
  { id: 'group-n1', type: 'Folder', name: 'network', parent: 'datacenter-1' },
  { id: 'network-1', type: 'Network', name: 'VM Network', parent: 'group-n1' },
  { id: 'dvs-1', type: 'DistributedVirtualSwitch', name: 'switch1', parent: 'group-n1' },
  {
    id: 'dvportgroup-1',
    type: 'DistributedVirtualPortgroup',
    name: 'Build "net" 🚀',
    parent: 'group-n1',
    switchId: 'dvs-1',
  },
];

/** The objects that the simulated connections name, by the kinds of the catalogue. */
const objectOf: Readonly<Record<string, string>> = {
  vCenter: 'group-d1',
  Datacenter: 'datacenter-1',
  'Cluster or host': 'domain-c1',
  Hosts: 'host-1',
  'Resource pool': 'resgroup-2',
  'VM folder': 'group-v2',
  Datastore: 'datastore-1',
  Network: 'network-1',
};

const groups = [...new Set(catalog.requirements.map(({ group }) => group))].filter(
  (group) => objectOf[group],
);

type Grant = {
  /** Options whose privileges are held too. */
  readonly options?: readonly string[];
  readonly without?: readonly string[];
  readonly notOn?: readonly string[];
};

/** The documented role on each object, given to somebody. */
function documented(principal: string, { options = [], without = [], notOn = [] }: Grant = {}): Permission[] {
  return groups
    .filter((group) => !notOn.includes(group))
    .map((group) => ({
      entity: objectOf[group] ?? '',
      principal,
      propagates: group === 'VM folder',
      privileges: catalog.requirements
        .filter((entry) => entry.group === group)
        .filter(({ when }) => !when || when.some((option) => options.includes(option)))
        .map(({ id }) => id)
        .filter((id) => !without.includes(id) && !id.startsWith('System.')),
    }));
}

const nameOf = (user: string) => `VSPHERE.LOCAL\\${user}`;
const seeds: Readonly<Record<string, Grant & { readonly groups?: readonly string[] }>> = {
  full: {},
  partial: {
    without: [
      'VirtualMachine.Config.CPUCount',
      'VirtualMachine.Config.Memory',
      'VirtualMachine.Provisioning.MarkAsTemplate',
      'Datastore.Browse',
      'Datastore.AllocateSpace',
    ],
  },
  nodatastore: { notOn: ['Datastore'] },
  vtpm: { options: ['vtpm', 'export'] },
};

export const passwordOf = (user: string) => `fake-${user}-<&>"'-password`;

/** Who has everything through a group; the second has a role of its own on the datastore, which comes before the group's. */
const members = ['ingroup', 'overridden'];

/** A vCenter of a version, with one user for each name. */
export function demoVcenter(privilegeIds: readonly string[], version = '8.0.3'): VcenterModel {
  const users = [...Object.keys(seeds), ...members, 'expired', 'nobody'].map(
    (user): User => ({
      name: nameOf(user),
      aliases: [`${user}@vsphere.local`],
      password: passwordOf(user),
      ...(members.includes(user) && { groups: ['VSPHERE.LOCAL\\Builders'] }),
      ...(user === 'expired' && { passwordExpired: true }),
    }),
  );
  return {
    version,
    entities,
    users,
    privilegeIds,
    permissions: [
      ...Object.entries(seeds).flatMap(([user, grant]) => documented(nameOf(user), grant)),
      ...documented('VSPHERE.LOCAL\\Builders'),
      { entity: 'datastore-1', principal: nameOf('overridden'), propagates: false, privileges: [] },
    ],
  };
}

/** A simulated credential, as `xoap verify vsphere` takes it. */
export function vsphereCredential(user: string, port: number, more: Record<string, string> = {}) {
  return {
    host: '127.0.0.1',
    port: String(port),
    username: `${user}@vsphere.local`,
    password: passwordOf(user),
    datacenter: 'DC1',
    cluster: 'Cluster1',
    resourcePool: 'Packer',
    folder: 'Templates',
    datastore: 'ds-images',
    network: 'VM Network',
    ...more,
  };
}

/** Every privilege that the catalogue names, with some that it does not. */
export const knownPrivileges: readonly string[] = [
  ...new Set([...catalog.requirements, ...runScripts.requirements].map(({ id }) => id)),
  'Alarm.Create',
  'Sessions.ValidateSession',
];
