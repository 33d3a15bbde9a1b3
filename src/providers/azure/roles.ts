import rolesFile from '../../catalog/azure-roles.json' with { type: 'json' };
import type { PermissionSet } from './rights.ts';

export type Role = {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly PermissionSet[];
};

/** The built-in roles that are told apart by name. */
export const builtInRoles: readonly Role[] = rolesFile.roles;

function builtIn(name: string): Role {
  const role = builtInRoles.find((entry) => entry.name === name);
  if (!role) throw new TypeError(`The catalogue has no role "${name}"`);
  return role;
}

export const contributor = builtIn('Contributor');
export const owner = builtIn('Owner');

/** Whether a role is the documented one, or the one above it, by its id. */
export const isContributor = ({ id }: Pick<Role, 'id'>) => id === contributor.id || id === owner.id;

/** Roles that let their holder give roles away, which no build needs. */
export const administrators: readonly Role[] = [
  owner,
  builtIn('User Access Administrator'),
  builtIn('Role Based Access Control Administrator'),
];

/** What Contributor grants, as one set. */
export const contributorSet: PermissionSet = contributor.permissions[0] ?? { actions: ['*'], notActions: [] };
