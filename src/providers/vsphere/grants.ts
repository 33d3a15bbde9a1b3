import type { Finding } from '../../verification/finding.ts';
import type { EntityPermission } from './answers.ts';
import type { VcenterAnswer } from './client.ts';
import type { Located } from './paths.ts';
import { type Account, isOneWithParent, isOwn } from './reach.ts';

/** One object on which the account is to have a role, with what that must hold. */
export type Grant = {
  readonly place: Pick<Located, 'ref' | 'path' | 'shownPath'>;
  readonly privileges: readonly string[];
  readonly propagates: boolean;
  /** Whether the account has a permission of its own there, which is changed. */
  readonly replaces: boolean;
};

/** An object on which something is missing. */
export type Lack = {
  /** Where a permission can be set: root folders, root pools and hosts that stand alone refuse, so it goes to what they lie in. */
  readonly place: Pick<Located, 'ref' | 'path' | 'shownPath'>;
  readonly missing: readonly string[];
  /** Whether it must reach what is made below. */
  readonly mustPropagate: boolean;
  /** What the place lies in, by ids. */
  readonly above: readonly string[];
};

export type MissingPrivilege = Pick<Finding, 'requirement' | 'group' | 'objects'> & {
  /** Whether it is used on what builds make below the object. */
  readonly isUsedBelow: boolean;
};

/** Every role holds these by itself. */
const isOfEveryRole = (id: string) => id.startsWith('System.');

/** Where something is missing, and what, by the places where a permission can be set. */
export function lacksIn(
  missing: readonly MissingPrivilege[],
  located: readonly Located[],
  aboveOf: (place: Lack['place']) => readonly string[],
): Lack[] {
  const byId = new Map(located.map((object) => [`${object.ref.type}:${object.ref.id}`, object]));
  const lacks = missing.flatMap(({ requirement, objects = [], isUsedBelow }) =>
    objects.flatMap(({ id }): Lack[] => {
      const object = byId.get(id);
      if (!object) return [];
      const place = isOneWithParent(object) && object.parent ? object.parent : object;
      return [{ place, missing: [requirement], mustPropagate: isUsedBelow, above: aboveOf(place) }];
    }),
  );
  return [...Map.groupBy(lacks, ({ place }) => place.ref.id).values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const all = [first, ...others];
    return [
      {
        place: first.place,
        missing: [...new Set(all.flatMap((lack) => lack.missing))],
        mustPropagate: all.some((lack) => lack.mustPropagate),
        above: first.above,
      },
    ];
  });
}

/**
 * The role that fixes a lack and takes nothing away: a permission on an object takes the place of all that its principal
 * had there, by itself or through groups, and of what came from above. So the role holds what the account has there now
 * and what is missing; undefined where that cannot be read.
 * https://techdocs.broadcom.com/us/en/vmware-cis/vsphere/vsphere/8-0/vsphere-security/multiple-permission-settings.html
 */
export function grantFor(
  { place, missing, mustPropagate, above }: Lack,
  permissions: VcenterAnswer<readonly EntityPermission[]>,
  { userName, roles, held, known }: Account & { readonly known: ReadonlySet<string> },
): Grant | undefined {
  const now = held.get(place.ref.id);
  if (permissions.kind !== 'done' || !now) return undefined;
  const mayConcern = permissions.output.filter((each) => each.isGroup || isOwn(each, userName));
  // What does not lie above counts here: of what is one with its root child, vCenter may name either.
  const here = mayConcern.filter(({ entity }) => !above.includes(entity.id));
  const own = here.find((each) => isOwn(each, userName));
  if (own && now.size === 0) return undefined;
  const propagates = mustPropagate || (own?.propagates ?? false);
  const isStopped = here.some((each) => !each.propagates);
  const below =
    propagates && isStopped
      ? passedFromAbove({ here, inherited: mayConcern.filter((each) => !here.includes(each)) }, roles)
      : [];
  if (!below) return undefined;
  const isKnown = (id: string) => known.size === 0 || known.has(id);
  const privileges = [...new Set([...now, ...missing, ...below])]
    .filter((id) => !isOfEveryRole(id) && isKnown(id))
    .sort();
  return { place, privileges, propagates, replaces: own !== undefined };
}

type Levels = { readonly here: readonly EntityPermission[]; readonly inherited: readonly EntityPermission[] };

/** What went past a permission that did not propagate to what lies below it; undefined where groups may be in it. */
function passedFromAbove({ here, inherited }: Levels, roles: Account['roles']): string[] | undefined {
  if (here.some(({ isGroup, propagates }) => isGroup && propagates)) return undefined;
  if (inherited.some(({ isGroup }) => isGroup)) return undefined;
  const own = inherited.map(({ roleId }) => roles.get(roleId));
  return own.includes(undefined) ? undefined : own.flatMap((role) => [...(role ?? [])]);
}
