import { type Located, locatedAs, type Node, plainName, withPaths } from './paths.ts';
import { type InventoryObject, portGroup } from './property-specs.ts';
import type { MoRef } from './soap.ts';

/** The kinds of objects that a build uses, as the form and the catalogue name them. */
export type ObjectKind =
  | 'Datacenter'
  | 'Cluster or host'
  | 'Hosts'
  | 'Resource pool'
  | 'VM folder'
  | 'Datastore'
  | 'Network'
  | 'Distributed switch';

/** An object that was found, or why none is meant; `isAssumed` where nobody named it. */
export type Found = Outcome & { readonly isAssumed?: boolean };

type Outcome =
  | {
      readonly kind: 'found';
      /** One object, or for hosts all that a build may land on. */
      readonly objects: readonly [Located, ...Located[]];
      /** Of the one object; of hosts the place that they are in, and an asterisk. */
      readonly path: string;
      /** How many there are, those among them that the account does not see. */
      readonly total?: number;
    }
  /** There is none of it, and none is needed. */
  | { readonly kind: 'unneeded'; readonly why: string }
  /** What it lies in was named and not found. */
  | { readonly kind: 'lost'; readonly within: string; readonly isAmbiguous: boolean }
  /** A cluster of datastores, of which builds name one. */
  | { readonly kind: 'datastore-cluster'; readonly wanted: string; readonly members: readonly string[] }
  /** The account may not read which it is, of this network. */
  | { readonly kind: 'hidden'; readonly network: Located }
  /** Nobody has said yet which one is meant. */
  | { readonly kind: 'unchosen' }
  /** It is there, but where a build cannot use it. */
  | { readonly kind: 'elsewhere'; readonly path: string; readonly under: string }
  | { readonly kind: 'none'; readonly wanted: string }
  | { readonly kind: 'several'; readonly wanted: string; readonly paths: readonly string[] };

export type Wanted = {
  readonly datacenter?: string | undefined;
  readonly cluster?: string | undefined;
  readonly resourcePool?: string | undefined;
  readonly folder?: string | undefined;
  readonly datastore?: string | undefined;
  readonly network?: string | undefined;
};

export const typesOf: Readonly<Record<Kind, readonly string[]>> = {
  Datacenter: ['Datacenter'],
  'Cluster or host': ['ComputeResource', 'ClusterComputeResource'],
  Hosts: ['HostSystem'],
  'Resource pool': ['ResourcePool', 'VirtualApp'],
  'VM folder': ['Folder'],
  Datastore: ['Datastore'],
  Network: ['Network', portGroup, 'OpaqueNetwork'],
};

/** Where each kind lies in its datacenter. */
const branches: Partial<Record<ObjectKind, string>> = {
  'Cluster or host': 'host',
  'Resource pool': 'host',
  'VM folder': 'vm',
  Datastore: 'datastore',
  Network: 'network',
};

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const isUnder = ({ path }: Node, under: string) => path.toLowerCase().startsWith(`${under.toLowerCase()}/`);

function foundAs(node: Node): Found {
  return { kind: 'found', objects: [locatedAs(node)], path: node.shownPath };
}

const assumed = (found: Found): Found => ({ ...found, isAssumed: true });

/** The object that a path or a name means, among those of one kind that lie under a place. */
function pick(nodes: readonly Node[], wanted: string, under: string): Found {
  const text = wanted.replace(/\/+$/, '');
  const isAt = ({ path, shownPath }: Node, place: string) => same(path, place) || same(shownPath, place);
  // The place itself counts too: a datacenter's own folder of machines can be named.
  const inside = nodes.filter((node) => isUnder(node, under) || same(node.path, under));
  const meant = [
    inside.filter((node) => isAt(node, text) || isAt(node, `/${text}`)),
    inside.filter((node) => isAt(node, `${under}/${text.replace(/^\//, '')}`)),
    inside.filter(({ name }) => same(name, text) || same(plainName(name), text)),
  ].find(({ length }) => length > 0);
  const [first, ...others] = meant ?? [];
  if (first && others.length === 0) return foundAs(first);
  if (first) return { kind: 'several', wanted, paths: [first, ...others].map(({ shownPath }) => shownPath) };
  const isNamed = ({ name }: Node) => same(name, text) || same(plainName(name), text);
  const far = nodes.find((node) => isAt(node, text)) ?? nodes.find(isNamed);
  return far ? { kind: 'elsewhere', path: far.shownPath, under: plainName(under) } : { kind: 'none', wanted };
}

/** The one that there is, where nobody has said which one is meant. */
function only(nodes: readonly Node[]): Found {
  const [first, ...others] = nodes;
  return first && others.length === 0 ? assumed(foundAs(first)) : { kind: 'unchosen' };
}

/** Kinds that are told by the types of objects. */
export type Kind = Exclude<ObjectKind, 'Distributed switch'>;

/** Finds each object that the connection names; what it leaves open is the one that there is. */
export function findObjects(
  objects: readonly InventoryObject[],
  rootFolder: MoRef,
  wanted: Wanted,
): Record<ObjectKind, Found> {
  const nodes = withPaths(objects, rootFolder);
  const ofKind = (kind: Kind) => nodes.filter(({ ref }) => typesOf[kind].includes(ref.type));
  const datacenter = wanted.datacenter
    ? pick(ofKind('Datacenter'), wanted.datacenter, '')
    : only(ofKind('Datacenter'));
  const lost = (found: Found, text: string | undefined): Found =>
    text && found.kind !== 'unchosen'
      ? { kind: 'lost', within: text, isAmbiguous: found.kind === 'several' }
      : { kind: 'unchosen' };
  const inside = (kind: Kind, text: string | undefined): Found => {
    if (datacenter.kind !== 'found') return lost(datacenter, wanted.datacenter);
    const [{ path }] = datacenter.objects;
    const under = `${path}/${branches[kind]}`;
    return text ? pick(ofKind(kind), text, under) : only(ofKind(kind).filter((node) => isUnder(node, under)));
  };
  const cluster = clusterOf(inside('Cluster or host', wanted.cluster), nodes, {
    text: wanted.cluster,
    datacenter,
  });
  const within = (find: (path: string) => Found): Found => {
    if (cluster.kind !== 'found') return cluster.kind === 'lost' ? cluster : lost(cluster, wanted.cluster);
    const found = find(cluster.objects[0].path);
    return cluster.isAssumed ? assumed(found) : found;
  };
  const network = inside('Network', wanted.network);
  const datastore = inside('Datastore', wanted.datastore);
  return {
    Datacenter: datacenter,
    'Cluster or host': cluster,
    Hosts: within((path) => hostsUnder(ofKind('Hosts'), path, objects)),
    // Every cluster and host has a pool of this name that all others are in.
    'Resource pool': within((path) => {
      const pools = ofKind('Resource pool');
      return wanted.resourcePool
        ? pick(pools, wanted.resourcePool, path)
        : assumed(pick(pools, 'Resources', path));
    }),
    'VM folder':
      wanted.folder || datacenter.kind !== 'found'
        ? inside('VM folder', wanted.folder)
        : assumed(pick(ofKind('VM folder'), `${datacenter.objects[0].path}/vm`, datacenter.objects[0].path)),
    Datastore:
      datastore.kind === 'none' ? (clusterOfDatastores(datastore.wanted, nodes) ?? datastore) : datastore,
    Network: network,
    'Distributed switch': switchOf(network, objects),
  };
}

/** A cluster of datastores that was named in place of one of them. */
function clusterOfDatastores(wanted: string, nodes: readonly Node[]): Found | undefined {
  const cluster = nodes.find(
    ({ ref, name, path, shownPath }) =>
      ref.type === 'StoragePod' &&
      [name, plainName(name), path, shownPath].some((text) => same(text, wanted)),
  );
  if (!cluster) return undefined;
  const members = nodes.filter(
    ({ ref, parentId }) => ref.type === 'Datastore' && parentId === cluster.ref.id,
  );
  return { kind: 'datastore-cluster', wanted, members: members.map(({ shownPath }) => shownPath) };
}

/** The distributed switch behind a network, which Packer reads; whoever may not read it is shown none. */
function switchOf(network: Found, objects: readonly InventoryObject[]): Found {
  if (network.kind !== 'found')
    return { kind: 'unneeded', why: 'No network was found, so no switch behind it.' };
  const [located] = network.objects;
  const { switchId } = objects.find(({ ref }) => ref.id === located.ref.id) ?? {};
  if (switchId === undefined)
    return { kind: 'unneeded', why: `${located.shownPath} is no distributed port group.` };
  const path = `the switch of ${located.shownPath}`;
  const ref = { type: 'DistributedVirtualSwitch', id: switchId };
  const found: Found =
    switchId === ''
      ? { kind: 'hidden', network: located }
      : { kind: 'found', objects: [{ ref, path, shownPath: path }], path };
  return network.isAssumed ? assumed(found) : found;
}

/** The cluster that was meant; a host of the datacenter, by its name or path, stands for what it lies in. */
function clusterOf(
  found: Found,
  nodes: readonly Node[],
  { text: wanted = '', datacenter }: { text: string | undefined; datacenter: Found },
): Found {
  if ((found.kind !== 'none' && found.kind !== 'elsewhere') || datacenter.kind !== 'found') return found;
  const text = wanted.replace(/\/+$/, '');
  const under = `${datacenter.objects[0].path}/${branches['Cluster or host']}`;
  const host = nodes.find(
    (node) =>
      node.ref.type === 'HostSystem' &&
      isUnder(node, under) &&
      [node.name, node.path, node.shownPath].some((each) => same(each, text)),
  );
  const cluster = nodes.find(({ ref }) => ref.id === host?.parent?.ref.id);
  return cluster ? foundAs(cluster) : found;
}

function hostsUnder(hosts: readonly Node[], path: string, objects: readonly InventoryObject[]): Found {
  const inside = hosts.filter((node) => isUnder(node, path));
  const [first, ...others] = inside.map(locatedAs);
  if (!first) return { kind: 'none', wanted: `${plainName(path)}/*` };
  const { hostCount } = objects.find(({ ref }) => ref.id === first.parent?.ref.id) ?? {};
  return {
    kind: 'found',
    objects: [first, ...others],
    path: `${plainName(path)}/*`,
    ...(hostCount !== undefined && { total: hostCount }),
  };
}
