import { type Kind, typesOf } from './inventory.ts';
import { withPaths } from './paths.ts';
import type { InventoryObject } from './property-specs.ts';
import type { MoRef } from './soap.ts';

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
