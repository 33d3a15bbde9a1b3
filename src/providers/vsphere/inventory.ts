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
  /** Nobody has said yet which one is meant. */
  | { readonly kind: 'unchosen' }
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

/** The one that there is, where nobody has said which one is meant. */
function only(nodes: readonly Node[]): Found {
  const [first, ...others] = nodes;
  return first && others.length === 0
    ? { kind: 'found', ref: first.ref, path: first.path }
    : { kind: 'unchosen' };
}

type Kind = Exclude<ObjectKind, 'vCenter'>;

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
  const base = datacenter.kind === 'found' ? datacenter.path : `/${wanted.datacenter ?? ''}`;
  const below = (kind: Kind) => `${base}/${branches[kind]}`;
  const inside = (kind: Kind, text: string | undefined) =>
    text
      ? pick(ofKind(kind), text, below(kind))
      : only(ofKind(kind).filter(({ path }) => path.startsWith(`${below(kind)}/`)));

  const cluster = inside('Cluster or host', wanted.cluster);
  const clusterPath = cluster.kind === 'found' ? cluster.path : below('Cluster or host');
  return {
    vCenter: { kind: 'found', ref: rootFolder, path: '/' },
    Datacenter: datacenter,
    'Cluster or host': cluster,
    // Every cluster and host has a pool of this name that all others are in.
    'Resource pool': pick(ofKind('Resource pool'), wanted.resourcePool ?? 'Resources', clusterPath),
    'VM folder': wanted.folder
      ? inside('VM folder', wanted.folder)
      : pick(ofKind('VM folder'), `${base}/vm`, base),
    Datastore: inside('Datastore', wanted.datastore),
    Network: inside('Network', wanted.network),
  };
}

/** Paths that are offered for one field at most. */
const mostChoices = 1_000;

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
