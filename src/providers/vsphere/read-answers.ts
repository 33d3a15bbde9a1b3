import type { Requirement } from '../../catalog/catalog.ts';
import type { AnswerParts } from '../provider.ts';
import type { EntityPermission, VcenterAnswer } from './client.ts';
import type { Found, Located, ObjectKind } from './inventory.ts';

/** The kind of object whose rights are asked for a global permission: those reach it, and so do its own. */
export const globalPermission = 'Global permission';

/** What was seen of a vCenter. */
export type Observations = {
  readonly version: string;
  /** Empty where the vCenter gave none. */
  readonly privilegeIds: ReadonlySet<string>;
  readonly objects: Readonly<Record<ObjectKind, Found>>;
  /** Whether what the account has on the VM folder reaches the machines that are made in it. */
  readonly reachesMachines: 'yes' | 'no' | 'unknown';
  /** Privileges by the id of the object. */
  readonly held: VcenterAnswer<ReadonlyMap<string, ReadonlySet<string>>>;
};

const method = 'effective-permissions' as const;

function inconclusive(text: string, scope?: string, code?: string): AnswerParts {
  return {
    state: 'inconclusive',
    method: 'read',
    ...(scope && { scope }),
    evidence: { ...(code && { code }), text },
  };
}

/** The object that a group of the catalogue is about. */
export function objectOf({ objects }: Pick<Observations, 'objects'>, group: string): Found {
  return objects[group === globalPermission ? 'vCenter' : (group as ObjectKind)];
}

function notFound(found: Exclude<Found, { kind: 'found' }>, group: string): AnswerParts {
  const kind = group.toLowerCase();
  switch (found.kind) {
    case 'unchosen':
      return inconclusive(`No ${kind} has been chosen yet, so its privileges could not be asked for.`);
    case 'several': {
      const paths = found.paths.slice(0, 5).join(', ');
      return inconclusive(
        `${found.wanted} is not the only one: there are ${paths}. Enter the path of the ${kind}.`,
      );
    }
    case 'elsewhere':
      return inconclusive(
        `The ${kind} ${found.path} is there, but not below ${found.under}, so builds of this connection cannot use it. Choose another.`,
        found.path,
      );
    case 'none':
      return {
        state: 'missing',
        method,
        scope: found.wanted,
        layer: 'object-permission',
        denial: 'implicit',
        evidence: {
          text: `vCenter shows no ${kind} “${found.wanted}” to this account. Either the name is wrong, or the account has no permission there at all; vCenter does not say which.`,
        },
      };
    default:
      return found satisfies never;
  }
}

/** The code of a finding about a privilege that a vCenter does not have. */
export const unknownPrivilege = 'UnknownPrivilege';

/** What is told of one privilege on the object that it is needed on. */
export function readPrivilege({ id, group, documentedAs }: Requirement, seen: Observations): AnswerParts {
  const object = objectOf(seen, group);
  if (object.kind !== 'found') return notFound(object, group);
  const { path: scope, objects } = object;
  if (seen.privilegeIds.size > 0 && !seen.privilegeIds.has(id)) {
    const text = `This vCenter (${seen.version}) does not know the privilege ${id}.`;
    return inconclusive(text, scope, unknownPrivilege);
  }
  const { held } = seen;
  if (held.kind === 'fault')
    return inconclusive(`vCenter answered ${held.type} when asked for the privileges.`, scope, held.type);
  if (held.kind === 'unreachable')
    return inconclusive(`vCenter ${held.message} when asked for the privileges.`, scope);
  if (objects.some(({ ref }) => !held.output.has(ref.id)))
    return inconclusive('vCenter left this object out of its answer.', scope);
  const lacking = objects.filter(({ ref }) => !held.output.get(ref.id)?.has(id));
  const answer = tell(id, { lacking, objects, group, scope }, seen);
  if (!documentedAs) return answer;
  const caveat = `The documentation writes ${documentedAs}; the privilege is called ${id}.`;
  return { ...answer, evidence: { ...answer.evidence, caveat } };
}

/** Privileges that are used on the folder itself; all others on what is made in it. */
const onFolderItself = /^(System\.|VirtualMachine\.Inventory\.)/;

/** Whether the account has a privilege on the datacenter of the folder too. */
function isHeldAbove(id: string, { objects: { Datacenter }, held }: Observations): boolean {
  const [above] = Datacenter.kind === 'found' ? Datacenter.objects : [];
  return above !== undefined && held.kind === 'done' && held.output.get(above.ref.id)?.has(id) === true;
}

type Asked = {
  readonly group: string;
  readonly scope: string;
  readonly objects: readonly Located[];
  /** Those of the objects on which the account does not have the privilege. */
  readonly lacking: readonly Located[];
};

/** Some of several, by their paths as far as a sentence goes. */
function someOf(objects: readonly Located[], lacking: readonly Located[]): string {
  const paths = lacking.slice(0, 5).map(({ path }) => path);
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

function tell(id: string, { lacking, objects, group, scope }: Asked, seen: Observations): AnswerParts {
  const { reachesMachines } = seen;
  if (lacking.length > 0) {
    const where = lacking.length < objects.length ? someOf(objects, lacking) : scope;
    const text = `It is not among the privileges of the account on ${where}, groups and inherited permissions included.`;
    return missingOn(lacking, scope, text);
  }
  if (group === globalPermission) {
    const text =
      'The account has it at the root of the vCenter, which is necessary. Content libraries want it as a global permission, and whether it is one this vCenter has no way to tell.';
    return { state: 'likely', method, scope, evidence: { text } };
  }
  const text = `It is among the privileges of the account on ${scope}.`;
  if (group !== 'VM folder' || onFolderItself.test(id) || reachesMachines === 'yes')
    return { state: 'granted', method, scope, evidence: { text } };
  // What comes from above goes past a permission that does not propagate.
  if (reachesMachines === 'no' && !isHeldAbove(id, seen)) {
    const alone = `The account has it on ${scope} alone: the permission does not propagate, so the machines that builds make there get none of it.`;
    return missingOn(objects, scope, alone);
  }
  const caveat = `Whether the permission on ${scope} propagates to the machines made there could not be told.`;
  return { state: 'likely', method, scope, evidence: { text, caveat } };
}

/** Whether permissions on a folder reach what is in it, for an account whose groups cannot be looked into. */
export function reachOf(
  answer: VcenterAnswer<readonly EntityPermission[]> | undefined,
  folderId: string | undefined,
  userName: string,
): Observations['reachesMachines'] {
  if (answer?.kind !== 'done') return 'unknown';
  const direct = answer.output.filter(({ entity }) => entity.id === folderId);
  const own = direct.filter(
    ({ isGroup, principal }) => !isGroup && principal.toLowerCase() === userName.toLowerCase(),
  );
  // Held without any permission that shows: a global one, or one that the account may not see.
  if (answer.output.length === 0) return 'unknown';
  if (own.length > 0) return own.every(({ propagates }) => propagates) ? 'yes' : 'no';
  // What is inherited has propagated to get there.
  return direct.filter(({ isGroup }) => isGroup).every(({ propagates }) => propagates) ? 'yes' : 'unknown';
}
