import type { Requirement } from '../../catalog/catalog.ts';
import type { Answer } from '../provider.ts';
import type { VcenterAnswer } from './client.ts';
import type { Found, ObjectKind } from './inventory.ts';

/** What is told about one requirement. */
export type Told = Omit<Answer, 'requirement' | 'group'>;

/** The kind of object whose rights are asked for a global permission: those reach it, and so do its own. */
export const globalPermission = 'Global permission';

/** What was seen of a vCenter. */
export type Observations = {
  readonly version: string;
  /** Empty where the vCenter gave none. */
  readonly privilegeIds: ReadonlySet<string>;
  readonly objects: Readonly<Record<ObjectKind, Found>>;
  /** Privileges by the id of the object. */
  readonly held: VcenterAnswer<ReadonlyMap<string, ReadonlySet<string>>>;
};

const method = 'effective-permissions' as const;

function inconclusive(text: string, scope?: string, code?: string): Told {
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

function notFound(found: Exclude<Found, { kind: 'found' }>, group: string): Told {
  const kind = group.toLowerCase();
  if (found.kind === 'unchosen')
    return inconclusive(`No ${kind} has been chosen yet, so its privileges could not be asked for.`);
  if (found.kind === 'several') {
    const paths = found.paths.slice(0, 5).join(', ');
    return inconclusive(
      `${found.wanted} is not the only one: there are ${paths}. Enter the path of the ${kind}.`,
    );
  }
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
}

/** What is told of one privilege on the object that it is needed on. */
export function readPrivilege({ id, group, documentedAs }: Requirement, seen: Observations): Told {
  const object = objectOf(seen, group);
  if (object.kind !== 'found') return notFound(object, group);
  const { path: scope, ref } = object;
  if (seen.privilegeIds.size > 0 && !seen.privilegeIds.has(id)) {
    return inconclusive(`This vCenter (${seen.version}) does not know the privilege ${id}.`, scope);
  }
  const { held } = seen;
  if (held.kind === 'fault')
    return inconclusive(`vCenter answered ${held.type} when asked for the privileges.`, scope, held.type);
  if (held.kind === 'unreachable')
    return inconclusive(`vCenter ${held.message} when asked for the privileges.`, scope);
  const privileges = held.output.get(ref.id);
  if (!privileges) return inconclusive('vCenter left this object out of its answer.', scope);
  const told = tell(privileges.has(id), group, scope);
  if (!documentedAs) return told;
  const caveat = `The documentation writes ${documentedAs}; the privilege is called ${id}.`;
  return { ...told, evidence: { ...told.evidence, caveat } };
}

function tell(isHeld: boolean, group: string, scope: string): Told {
  if (!isHeld) {
    const text = `It is not among the privileges of the account on ${scope}, groups and inherited permissions included.`;
    return {
      state: 'missing',
      method,
      scope,
      layer: 'object-permission',
      denial: 'implicit',
      evidence: { text },
    };
  }
  if (group === globalPermission) {
    const text =
      'The account has it at the root of the vCenter, which is necessary. Content libraries want it as a global permission, and whether it is one this vCenter has no way to tell.';
    return { state: 'likely', method, scope, evidence: { text } };
  }
  return {
    state: 'granted',
    method,
    scope,
    evidence: { text: `It is among the privileges of the account on ${scope}.` },
  };
}
