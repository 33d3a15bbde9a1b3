import { type MoRef, refXml } from './soap.ts';

/** Something in the inventory that a build can use. */
export type InventoryObject = {
  readonly ref: MoRef;
  readonly name: string;
  readonly parentId?: string;
  /** How many hosts a cluster has, those among them that the account does not see. */
  readonly hostCount?: number;
  /** The distributed switch of a port group: empty where the account may not read it, absent for all else. */
  readonly switchId?: string;
};

/** Kinds of objects, as the API calls them; each stands for its more special kinds too. */
const types = [
  'Folder',
  'Datacenter',
  'ComputeResource',
  'HostSystem',
  'ResourcePool',
  'Datastore',
  'Network',
];

export const portGroup = 'DistributedVirtualPortgroup';
/** With its special kind, since the more special of two specifications may be the only one that counts. */
const computeResources = ['ComputeResource', 'ClusterComputeResource'];
export const hostCountPath = 'summary.numHosts';
export const switchPath = 'config.distributedVirtualSwitch';

/** The steps from an object to those below it; each names the steps that are taken from there. */
const steps: readonly (readonly [name: string, type: string, path: string, next: readonly string[]])[] = [
  ['folder', 'Folder', 'childEntity', ['folder', 'vm', 'host', 'datastore', 'network', 'pool', 'member']],
  ['vm', 'Datacenter', 'vmFolder', ['folder']],
  ['host', 'Datacenter', 'hostFolder', ['folder']],
  ['datastore', 'Datacenter', 'datastoreFolder', ['folder']],
  ['network', 'Datacenter', 'networkFolder', ['folder']],
  ['pool', 'ComputeResource', 'resourcePool', ['subpool']],
  ['subpool', 'ResourcePool', 'resourcePool', ['subpool']],
  ['member', 'ComputeResource', 'host', []],
];

/**
 * Asks for name and parent of everything below the root in one traversal. The order of elements is the schema's.
 * https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vmodl.query.PropertyCollector.html
 */
export function inventorySpec(rootFolder: MoRef) {
  const selectSet = steps.map(([name, type, path, next]) => ({
    '@xsi:type': 'TraversalSpec',
    name,
    type,
    path,
    skip: 'false',
    selectSet: next.map((step) => ({ name: step })),
  }));
  return {
    propSet: [
      ...types.map((type) => ({ type, pathSet: ['name', 'parent'] })),
      { type: portGroup, pathSet: ['name', 'parent', switchPath] },
      ...computeResources.map((type) => ({ type, pathSet: ['name', 'parent', hostCountPath] })),
    ],
    objectSet: { obj: refXml(rootFolder), skip: 'false', selectSet },
  };
}

/** Asks which privileges the vCenter knows, and what its roles hold. */
export function privilegeSpec(authorizationManager: MoRef) {
  return {
    propSet: { type: 'AuthorizationManager', pathSet: ['privilegeList', 'roleList'] },
    objectSet: { obj: refXml(authorizationManager), skip: 'false' },
  };
}
