import type { Requirement } from '../../catalog/profile.ts';
import type { AnswerParts } from '../provider.ts';
import type { VcenterAnswer } from './client.ts';
import type { Found, ObjectKind } from './inventory.ts';
import { inconclusive, notFound } from './not-found.ts';
import type { Located } from './paths.ts';
import { type Account, reachesMachines, type Side } from './reach.ts';

/** The kind of object whose rights are global permissions. */
export const globalPermission = 'Global permission';

/** What was seen of a vCenter. */
export type Observations = {
  readonly version: string;
  /** Empty where the vCenter gave none. */
  readonly privilegeIds: ReadonlySet<string>;
  readonly objects: Readonly<Record<ObjectKind, Found>>;
  readonly userName: string;
  readonly roles: Account['roles'];
  /** Privileges by the id of the object. */
  readonly held: VcenterAnswer<Account['held']>;
  /** The two sides that machines inherit from: their folder, and their pool. */
  readonly sides: readonly (Side | undefined)[];
};

const method = 'effective-permissions' as const;

/** The code of a finding about a privilege that a vCenter does not have. */
export const unknownPrivilege = 'UnknownPrivilege';

/** What is told of one privilege on the object that it is needed on. */
export function readPrivilege(requirement: Requirement, seen: Observations): AnswerParts {
  const { id, group, documentedAs } = requirement;
  if (group === globalPermission) return globalOnly(id);
  const object = seen.objects[group as ObjectKind];
  const told = object.kind === 'found' ? readFound(requirement, object, seen) : notFound(object, group);
  const answer = object.isAssumed ? underAssumption(told, group) : told;
  if (!documentedAs) return answer;
  const caveat = `The documentation writes ${documentedAs}; the privilege is called ${id}.`;
  return { ...answer, evidence: { ...answer.evidence, caveat } };
}

/** A permission on the root of the inventory does not reach a library, whose parent is the global root. */
function globalOnly(id: string): AnswerParts {
  const text = `Only a global permission reaches content libraries, and this vCenter has no way to tell one from a permission at the root of its inventory. Its administrator sees it under Administration › Access Control › Global Permissions: a role with ${id}, “Propagate to children”.`;
  return inconclusive(text);
}

/** Nobody named the object: what is there may make a connection ready, and a lack says nothing of what builds use. */
function underAssumption(told: AnswerParts, group: string): AnswerParts {
  const { state, evidence, scope } = told;
  const kind = group.toLowerCase();
  const note = `No ${kind} was named, so ${scope} is assumed.`;
  if (state === 'not-applicable') return told;
  if (state !== 'missing') return { ...told, evidence: { ...evidence, text: `${evidence.text} ${note}` } };
  return inconclusive(`${evidence.text} ${note} Choose the objects that builds use.`, scope);
}

type FoundObjects = Found & { readonly kind: 'found' };

function readFound(
  { id, group }: Requirement,
  { path: scope, objects, total = objects.length }: FoundObjects,
  seen: Observations,
): AnswerParts {
  const { held } = seen;
  if (group === 'Distributed switch')
    return { state: 'granted', method, scope, evidence: { text: `The account can read ${scope}.` } };
  if (seen.privilegeIds.size > 0 && !seen.privilegeIds.has(id)) {
    const text = `This vCenter (${seen.version}) does not know the privilege ${id}.`;
    return inconclusive(text, scope, unknownPrivilege);
  }
  if (held.kind === 'fault') return inconclusive(faultWords(held.type), scope, held.type);
  if (held.kind === 'unreachable')
    return inconclusive(`vCenter ${held.message} when asked for the privileges.`, scope);
  if (objects.some(({ ref }) => !held.output.has(ref.id)))
    return inconclusive('vCenter left this object out of its answer.', scope);
  if ([...held.output.values()].every(({ size }) => size === 0))
    return inconclusive(
      'vCenter gave no privileges for any object, which it does for names that it does not know too.',
      scope,
    );
  const asked = { objects, scope, held: held.output };
  const lacking = objects.filter(({ ref }) => !held.output.get(ref.id)?.has(id));
  if (lacking.length === 0 && objects.length < total)
    return inconclusive(
      `It is among the privileges of the account on ${objects.length} of the ${total} in ${scope}; the others are not shown to it, and a build may land on one of them.`,
      scope,
    );
  if (group !== 'VM folder' || onFolderItself.test(id)) return onObjects(lacking, asked);
  return onMachines(id, { ...asked, isOnFolder: lacking.length === 0 }, seen);
}

/** NotAuthenticated is a kind of NoPermission, and says nothing of permissions. */
function faultWords(type: string): string {
  return type === 'NotAuthenticated'
    ? 'vCenter ended the session before it told the privileges (NotAuthenticated). Verify again.'
    : `vCenter answered ${type} when asked for the privileges.`;
}

/** Privileges that are used on the folder itself; all others on what is made in it. */
export const onFolderItself =
  /^(System\.|Folder\.|VApp\.Import$|VirtualMachine\.Inventory\.(Create|CreateFromExisting|Move|Register|Unregister)$)/;

/**
 * Privileges that making or deleting a machine takes on its folder, besides those on the machine.
 * https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.Folder.html#createVm
 */
const onFolderToo =
  /^VirtualMachine\.(Config\.(AddNewDisk|AddExistingDisk|RawDevice|HostUSBDevice|AdvancedConfig)|Inventory\.Delete)$/;

type Asked = {
  readonly scope: string;
  readonly objects: readonly Located[];
  readonly held: Account['held'];
};

/** Some of several, by their paths as far as a sentence goes. */
function someOf(objects: readonly Located[], lacking: readonly Located[]): string {
  const paths = lacking.slice(0, 5).map(({ shownPath }) => shownPath);
  const others = lacking.length > paths.length ? ' and others' : '';
  return `${lacking.length} of ${objects.length} (${paths.join(', ')}${others})`;
}

function missingOn(objects: readonly Located[], scope: string, text: string): AnswerParts {
  return {
    state: 'missing',
    method,
    scope,
    objects: objects.map(({ ref, path }) => ({ id: `${ref.type}:${ref.id}`, path })),
    layer: 'object-permission',
    denial: 'implicit',
    evidence: { text },
  };
}

const lackedOn = (where: string) =>
  `It is not among the privileges of the account on ${where}, groups and inherited permissions included.`;

function onObjects(lacking: readonly Located[], { objects, scope }: Asked): AnswerParts {
  if (lacking.length > 0)
    return missingOn(
      lacking,
      scope,
      lackedOn(lacking.length < objects.length ? someOf(objects, lacking) : scope),
    );
  const text = `It is among the privileges of the account on ${objects.length > 1 ? `all ${objects.length} of ${scope}` : scope}.`;
  return { state: 'granted', method, scope, evidence: { text } };
}

/** What is used on the machines that builds make, which inherit from their folder and from their pool. */
function onMachines(
  id: string,
  { objects, scope, held, isOnFolder }: Asked & { readonly isOnFolder: boolean },
  { sides, userName, roles }: Observations,
): AnswerParts {
  const reach = reachesMachines(id, sides, { userName, roles, held });
  if (!isOnFolder && (onFolderToo.test(id) || reach === 'no'))
    return missingOn(objects, scope, lackedOn(scope));
  const place = isOnFolder ? scope : 'the resource pool or what it lies in';
  const text = `It is among the privileges of the account on ${place}`;
  if (reach === 'yes')
    return {
      state: 'granted',
      method,
      scope,
      evidence: { text: `${text}, and reaches the machines made there.` },
    };
  if (reach === 'no') {
    const alone = `The account has it on ${scope} alone: the permission does not propagate, and the resource pool gives it neither, so the machines that builds make get none of it.`;
    return missingOn(objects, scope, alone);
  }
  if (reach === 'unseen') {
    const caveat = `No permission shows that gives it on ${scope}, as with a global one, so whether it reaches the machines made there is not proven.`;
    return { state: 'likely', method, scope, evidence: { text: `${text}.`, caveat } };
  }
  return inconclusive(
    `Whether it reaches the machines that builds make in ${scope} could not be told: that hangs on a permission which does not propagate, and on groups or permissions that this account cannot look into.`,
    scope,
  );
}
