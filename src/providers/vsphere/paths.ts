import type { InventoryObject } from './property-specs.ts';
import type { MoRef } from './soap.ts';

/** An object with its path as `govc` takes it, names with their slashes escaped, and as people read it. */
export type Located = {
  readonly ref: MoRef;
  readonly path: string;
  readonly shownPath: string;
  /** What it lies in. */
  readonly parent?: { readonly ref: MoRef; readonly path: string; readonly shownPath: string };
};

/** An object of the inventory, and where it is. */
export type Node = InventoryObject & Omit<Located, 'ref'>;

/** Names come with a few signs escaped: https://knowledge.broadcom.com/external/article/310294 */
export const plainName = (name: string) =>
  name.replace(/%2f/gi, '/').replace(/%5c/gi, '\\').replace(/%25/g, '%');

/** An object as findings name it. */
export const locatedAs = ({ ref, path, shownPath, parent }: Node): Located => ({
  ref,
  path,
  shownPath,
  ...(parent && { parent }),
});

/** The objects with their paths, as the inventory shows them: `/Datacenter/vm/Templates`. */
export function withPaths(objects: readonly InventoryObject[], rootFolder: MoRef): Node[] {
  const byId = new Map(objects.map((entry) => [entry.ref.id, entry]));
  function namesOf({ ref, name, parentId }: InventoryObject, depth = 0): string[] {
    if (ref.id === rootFolder.id || depth > 64) return [];
    const parent = parentId === undefined ? undefined : byId.get(parentId);
    return [...(parent ? namesOf(parent, depth + 1) : []), name];
  }
  const placed = (entry: InventoryObject) => {
    const names = namesOf(entry);
    return {
      ref: entry.ref,
      path: `/${names.join('/')}`,
      shownPath: `/${names.map(plainName).join('/')}`,
    };
  };
  return objects.map((entry) => {
    const parent = entry.parentId === undefined ? undefined : byId.get(entry.parentId);
    return { ...entry, ...placed(entry), ...(parent && { parent: placed(parent) }) };
  });
}

/** What an object lies in, the nearest first, up to the root. */
export function lineAbove(
  objects: readonly InventoryObject[],
  { ref }: Located,
  rootFolder: MoRef,
): Located[] {
  const byId = new Map(withPaths(objects, rootFolder).map((node) => [node.ref.id, node]));
  const line: Located[] = [];
  for (let node = byId.get(ref.id); node?.parentId !== undefined; ) {
    node = byId.get(node.parentId);
    if (node) line.push(locatedAs(node));
  }
  return line;
}
