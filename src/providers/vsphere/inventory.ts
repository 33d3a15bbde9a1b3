import type { InventoryObject } from './property-specs.ts';
import type { MoRef } from './soap.ts';

/** The kinds of objects that a build uses, as the form and the catalogue name them. */
export type ObjectKind =
  | 'vCenter'
  | 'Datacenter'
  | 'Cluster or host'
  | 'Resource pool'
  | 'VM folder'
  | 'Datastore'
  | 'Network';

/** An object that was found, or why none is meant. */
export type Found =
  | { readonly kind: 'found'; readonly ref: MoRef; readonly path: string }
  | { readonly kind: 'none'; readonly wanted: string }
  | { readonly kind: 'several'; readonly wanted: string; readonly paths: readonly string[] };

export type Wanted = {
  readonly datacenter: string;
  readonly cluster?: string | undefined;
  readonly resourcePool?: string | undefined;
  readonly folder?: string | undefined;
  readonly datastore: string;
  readonly network: string;
};

type Node = InventoryObject & { readonly path: string };

const typesOf: Readonly<Record<Exclude<ObjectKind, 'vCenter'>, readonly string[]>> = {
  Datacenter: ['Datacenter'],
  'Cluster or host': ['ComputeResource', 'ClusterComputeResource'],
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

/** The objects with their paths, as the inventory shows them: `/Datacenter/vm/Templates`. */
function withPaths(objects: readonly InventoryObject[], rootFolder: MoRef): Node[] {
  const byId = new Map(objects.map((entry) => [entry.ref.id, entry]));
  function pathOf({ ref, name, parentId }: InventoryObject, depth = 0): string {
    if (ref.id === rootFolder.id || depth > 64) return '';
    const parent = parentId === undefined ? undefined : byId.get(parentId);
    return `${parent ? pathOf(parent, depth + 1) : ''}/${name}`;
  }
  return objects.map((entry) => ({ ...entry, path: pathOf(entry) }));
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** The object that a path or a name means, among those of one kind. */
function pick(nodes: readonly Node[], wanted: string, under: string): Found {
  const text = wanted.replace(/\/+$/, '');
  const inside = nodes.filter(({ path }) => path.toLowerCase().startsWith(`${under.toLowerCase()}/`));
  const whole = nodes.filter(({ path }) => same(path, text) || same(path, `/${text}`));
  const below = inside.filter(({ path }) => same(path, `${under}/${text.replace(/^\//, '')}`));
  const named = inside.filter(({ name }) => same(name, text));
  const [meant = []] = [whole, below, named].filter(({ length }) => length > 0);
  const [first, ...others] = meant;
  if (!first) return { kind: 'none', wanted };
  if (others.length > 0) return { kind: 'several', wanted, paths: meant.map(({ path }) => path) };
  return { kind: 'found', ref: first.ref, path: first.path };
}

/** Finds each object that the connection names; what it leaves open is the one that there is. */
export function findObjects(
  objects: readonly InventoryObject[],
  rootFolder: MoRef,
  wanted: Wanted,
): Record<ObjectKind, Found> {
  const nodes = withPaths(objects, rootFolder);
  const ofKind = (kind: Exclude<ObjectKind, 'vCenter'>) =>
    nodes.filter(({ ref }) => typesOf[kind].includes(ref.type));
  const datacenter = pick(ofKind('Datacenter'), wanted.datacenter, '');
  const base = datacenter.kind === 'found' ? datacenter.path : `/${wanted.datacenter}`;
  const inside = (kind: Exclude<ObjectKind, 'vCenter'>, text: string) =>
    pick(ofKind(kind), text, `${base}/${branches[kind]}`);

  const clusters = ofKind('Cluster or host').filter(({ path }) => path.startsWith(`${base}/host/`));
  const [only] = clusters;
  const cluster: Found =
    wanted.cluster === undefined && clusters.length === 1 && only
      ? { kind: 'found', ref: only.ref, path: only.path }
      : wanted.cluster === undefined
        ? {
            kind: clusters.length === 0 ? 'none' : 'several',
            wanted: 'cluster or host',
            paths: clusters.map(({ path }) => path),
          }
        : inside('Cluster or host', wanted.cluster);
  const clusterPath = cluster.kind === 'found' ? cluster.path : `${base}/host`;
  return {
    vCenter: { kind: 'found', ref: rootFolder, path: '/' },
    Datacenter: datacenter,
    'Cluster or host': cluster,
    // Every cluster and host has a pool of this name that all others are in.
    'Resource pool': pick(
      ofKind('Resource pool'),
      wanted.resourcePool ?? 'Resources',
      wanted.resourcePool ? clusterPath : clusterPath,
    ),
    'VM folder': wanted.folder
      ? inside('VM folder', wanted.folder)
      : pick(ofKind('VM folder'), `${base}/vm`, base),
    Datastore: inside('Datastore', wanted.datastore),
    Network: inside('Network', wanted.network),
  };
}
