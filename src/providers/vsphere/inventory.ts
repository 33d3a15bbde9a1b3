import type { InventoryObject } from './property-specs.ts';
import type { MoRef } from './soap.ts';

/** The kinds of objects that a build uses, as the form and the catalogue name them. */
export type ObjectKind =
  | 'vCenter'
  | 'Datacenter'
  | 'Cluster or host'
  | 'Hosts'
  | 'Resource pool'
  | 'VM folder'
  | 'Datastore'
  | 'Network';

/** An object, and its path as `govc` takes it: names with their slashes escaped. */
export type Located = { readonly ref: MoRef; readonly path: string };

/** An object that was found, or why none is meant. */
export type Found =
  | {
      readonly kind: 'found';
      /** One object, or for hosts all that a build may land on. */
      readonly objects: readonly [Located, ...Located[]];
      /** Of the one object; of hosts the place that they are in, and an asterisk. */
      readonly path: string;
    }
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

type Node = InventoryObject & { readonly path: string; readonly plainPath: string };

const typesOf: Readonly<Record<Exclude<ObjectKind, 'vCenter'>, readonly string[]>> = {
  Datacenter: ['Datacenter'],
  'Cluster or host': ['ComputeResource', 'ClusterComputeResource'],
  Hosts: ['HostSystem'],
  'Resource pool': ['ResourcePool', 'VirtualApp'],
  'VM folder': ['Folder'],
  Datastore: ['Datastore'],
  Network: ['Network', 'DistributedVirtualPortgroup', 'OpaqueNetwork'],
};

/** Where each kind lies in its datacenter. */
const branches: Partial<Record<ObjectKind, string>> = {
  'Cluster or host': 'host',
  'Resource pool': 'host',
  'VM folder': 'vm',
  Datastore: 'datastore',
  Network: 'network',
};

/** Names come with a few signs escaped: https://knowledge.broadcom.com/external/article/310294 */
const plainName = (name: string) => name.replace(/%2f/gi, '/').replace(/%5c/gi, '\\').replace(/%25/g, '%');

/** The objects with their paths, as the inventory shows them: `/Datacenter/vm/Templates`. */
function withPaths(objects: readonly InventoryObject[], rootFolder: MoRef): Node[] {
  const byId = new Map(objects.map((entry) => [entry.ref.id, entry]));
  function namesOf({ ref, name, parentId }: InventoryObject, depth = 0): string[] {
    if (ref.id === rootFolder.id || depth > 64) return [];
    const parent = parentId === undefined ? undefined : byId.get(parentId);
    return [...(parent ? namesOf(parent, depth + 1) : []), name];
  }
  return objects.map((entry) => {
    const names = namesOf(entry);
    return { ...entry, path: `/${names.join('/')}`, plainPath: `/${names.map(plainName).join('/')}` };
  });
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const isUnder = ({ path }: Node, under: string) => path.toLowerCase().startsWith(`${under.toLowerCase()}/`);

function foundAs({ ref, path }: Node): Found {
  return { kind: 'found', objects: [{ ref, path }], path };
}

/** The object that a path or a name means, among those of one kind that lie under a place. */
function pick(nodes: readonly Node[], wanted: string, under: string): Found {
  const text = wanted.replace(/\/+$/, '');
  const isAt = ({ path, plainPath }: Node, place: string) => same(path, place) || same(plainPath, place);
  const inside = nodes.filter((node) => isUnder(node, under));
  const meant = [
    inside.filter((node) => isAt(node, text) || isAt(node, `/${text}`)),
    inside.filter((node) => isAt(node, `${under}/${text.replace(/^\//, '')}`)),
    inside.filter(({ name }) => same(name, text) || same(plainName(name), text)),
  ].find(({ length }) => length > 0);
  const [first, ...others] = meant ?? [];
  if (first && others.length === 0) return foundAs(first);
  if (first) return { kind: 'several', wanted, paths: [first, ...others].map(({ path }) => path) };
  const far = nodes.find((node) => isAt(node, text));
  return far ? { kind: 'elsewhere', path: far.path, under } : { kind: 'none', wanted };
}

/** The one that there is, where nobody has said which one is meant. */
function only(nodes: readonly Node[]): Found {
  const [first, ...others] = nodes;
  return first && others.length === 0 ? foundAs(first) : { kind: 'unchosen' };
}

type Kind = Exclude<ObjectKind, 'vCenter'>;

/** Hosts that are asked for at most; a larger cluster is judged by these. */
const mostHosts = 32;

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
  const inside = (kind: Kind, text: string | undefined): Found => {
    if (datacenter.kind !== 'found') return { kind: 'unchosen' };
    const under = `${datacenter.path}/${branches[kind]}`;
    return text ? pick(ofKind(kind), text, under) : only(ofKind(kind).filter((node) => isUnder(node, under)));
  };
  const cluster = clusterOf(inside('Cluster or host', wanted.cluster), nodes, objects);
  const within = (find: (path: string) => Found): Found =>
    cluster.kind === 'found' ? find(cluster.path) : { kind: 'unchosen' };
  return {
    vCenter: { kind: 'found', objects: [{ ref: rootFolder, path: '/' }], path: '/' },
    Datacenter: datacenter,
    'Cluster or host': cluster,
    Hosts: within((path) => hostsUnder(ofKind('Hosts'), path)),
    // Every cluster and host has a pool of this name that all others are in.
    'Resource pool': within((path) =>
      pick(ofKind('Resource pool'), wanted.resourcePool ?? 'Resources', path),
    ),
    'VM folder':
      wanted.folder || datacenter.kind !== 'found'
        ? inside('VM folder', wanted.folder)
        : pick(ofKind('VM folder'), `${datacenter.path}/vm`, datacenter.path),
    Datastore: inside('Datastore', wanted.datastore),
    Network: inside('Network', wanted.network),
  };
}

/** The cluster that was meant; a host inside of one stands for its cluster. */
function clusterOf(found: Found, nodes: readonly Node[], objects: readonly InventoryObject[]): Found {
  if (found.kind !== 'none') return found;
  const host = nodes.find(({ ref, name }) => ref.type === 'HostSystem' && same(name, found.wanted));
  const parent = objects.find(({ ref }) => ref.id === host?.parentId);
  const cluster = nodes.find(({ ref }) => ref.id === parent?.ref.id);
  return cluster ? foundAs(cluster) : found;
}

function hostsUnder(hosts: readonly Node[], path: string): Found {
  const [first, ...others] = hosts.filter((node) => isUnder(node, path)).slice(0, mostHosts);
  if (!first) return { kind: 'none', wanted: `${path}/*` };
  return { kind: 'found', objects: [first, ...others], path: `${path}/*` };
}

/** Paths that are kept for one field at most: more than anybody reads in a list, and a few ten kilobytes. */
const mostChoices = 500;

/** What each field of the credential could be, as the account sees the inventory. */
export function choicesIn(
  objects: readonly InventoryObject[],
  rootFolder: MoRef,
): Readonly<Record<string, readonly string[]>> {
  const nodes = withPaths(objects, rootFolder);
  const fields: readonly (readonly [field: string, kind: Kind])[] = [
    ['datacenter', 'Datacenter'],
    ['cluster', 'Cluster or host'],
    ['resourcePool', 'Resource pool'],
    ['folder', 'VM folder'],
    ['datastore', 'Datastore'],
    ['network', 'Network'],
  ];
  const pathsOf = (kind: Kind) =>
    nodes
      .filter(({ ref }) => typesOf[kind].includes(ref.type))
      // Folders hold everything; those of machines lie in the branch `vm`.
      .filter(({ path }) => kind !== 'VM folder' || /^(\/[^/]+)+\/vm(\/|$)/.test(path))
      .map(({ path }) => path)
      .sort((one, other) => one.localeCompare(other))
      .slice(0, mostChoices);
  return Object.fromEntries(fields.map(([field, kind]) => [field, pathsOf(kind)]));
}
