import type { EntityPermission } from './answers.ts';
import type { VcenterAnswer } from './client.ts';
import type { Located } from './paths.ts';

/** An object with its permissions, those that it inherits included, of everybody. */
export type Seen = {
  readonly object: Located;
  readonly permissions: VcenterAnswer<readonly EntityPermission[]>;
};

/** What machines inherit through: their folder, or their pool. */
export type Side = Seen & {
  /** What the object lies in, the nearest first; absent where it was not looked at. */
  readonly above?: readonly Seen[];
};

export type Account = {
  readonly userName: string;
  /** Privileges by the id of a role. */
  readonly roles: ReadonlyMap<string, ReadonlySet<string>>;
  /** What the account has on each object, by its id, groups and inheritance included. */
  readonly held: ReadonlyMap<string, ReadonlySet<string>>;
};

/**
 * Whether a privilege reaches what lies below: `unseen` where it is held and no permission shows that gives it, as with
 * global ones; `unknown` where that hangs on the groups of the account, which cannot be looked into.
 */
export type Reach = 'yes' | 'no' | 'unseen' | 'unknown';

/**
 * Types whose own root children always have the permissions of the parent, whatever the flag. A host in a stand-alone
 * ComputeResource is one of them, one in a cluster is not.
 * https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.AuthorizationManager.html
 */
export function isOneWithParent({ ref, parent }: Located): boolean {
  if (!parent) return false;
  const { type } = parent.ref;
  if (ref.type === 'Folder') return type === 'Datacenter';
  if (ref.type === 'ResourcePool') return type.endsWith('ComputeResource');
  return ref.type === 'HostSystem' && type === 'ComputeResource';
}

/** Whether a permission names the account itself. */
export const isOwn = ({ isGroup, principal }: EntityPermission, userName: string) =>
  !isGroup && principal.toLowerCase() === userName.toLowerCase();

/** The permissions on an object that may concern the account; of what the object is one with, those too. */
function concerning({ object, permissions }: Seen, userName: string) {
  if (permissions.kind !== 'done') return undefined;
  const all = permissions.output.filter((each) => each.isGroup || isOwn(each, userName));
  const ids = isOneWithParent(object) ? [object.ref.id, object.parent?.ref.id] : [object.ref.id];
  return { all, here: all.filter(({ entity }) => ids.includes(entity.id)) };
}

/** What one level says: the end of the question, or what hangs on the groups of the account and on what lies further up. */
function readLevel(
  privilege: string,
  level: Seen | undefined,
  { userName, roles, held }: Account,
): Reach | Open {
  const found = level && concerning(level, userName);
  const isHeld = level && held.get(level.object.ref.id)?.has(privilege);
  if (!found || isHeld === undefined) return 'unknown';
  const { all, here } = found;
  if (all.length === 0) return isHeld ? 'unseen' : 'no';
  // Whatever gives it on the object gives it below.
  if (here.every(({ propagates }) => propagates)) return isHeld ? 'yes' : 'no';
  const gives = ({ roleId }: EntityPermission): Reach => {
    const role = roles.get(roleId);
    if (!role) return 'unknown';
    return role.has(privilege) ? 'yes' : 'no';
  };
  const passed = here.filter(({ propagates }) => propagates);
  const own = passed.filter((each) => isOwn(each, userName));
  // The nearest level that says anything about the account decides; of groups it is not known whether they do.
  if (own.length > 0) return own.map(gives).find((given) => given !== 'no') ?? 'no';
  return { ofGroups: passed.map(gives), goesOn: all.length > here.length };
}

type Open = { readonly ofGroups: readonly Reach[]; readonly goesOn: boolean };

/** Whether a privilege that may be held on an object reaches the machines and disks below it. */
export function reachesBelow(privilege: string, side: Side | undefined, account: Account): Reach {
  const levels: readonly Seen[] = side ? [side, ...(side.above ?? [])] : [];
  function below(index: number): Reach {
    const level = levels[index];
    const read = readLevel(privilege, level, account);
    if (typeof read === 'string') return read;
    const next = level && isOneWithParent(level.object) ? index + 2 : index + 1;
    return agreed([...read.ofGroups, read.goesOn ? below(next) : 'no']);
  }
  return below(0);
}

function agreed(possible: readonly Reach[]): Reach {
  const [first = 'no'] = possible;
  return possible.every((given) => given === first) ? first : 'unknown';
}

/** Machines inherit from their folder and from their pool at once: one side is enough. */
export function reachesMachines(
  privilege: string,
  sides: readonly (Side | undefined)[],
  account: Account,
): Reach {
  const reaches = sides.map((side) => reachesBelow(privilege, side, account));
  const order = ['yes', 'unseen', 'unknown'] as const;
  return order.find((each) => reaches.includes(each)) ?? 'no';
}
