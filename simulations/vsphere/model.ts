export type Entity = {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
};

export type Permission = {
  readonly entity: string;
  /** A user or a group, as the vCenter spells it. */
  readonly principal: string;
  readonly privileges: readonly string[];
  readonly propagates: boolean;
};

export type User = {
  /** As the vCenter spells it. */
  readonly name: string;
  /** Other spellings that may sign in. */
  readonly aliases: readonly string[];
  readonly password: string;
  readonly groups?: readonly string[];
  readonly passwordExpired?: boolean;
};

export type VcenterModel = {
  readonly version: string;
  readonly entities: readonly Entity[];
  permissions: Permission[];
  /** Permissions on everything, that no entity shows. */
  readonly globalPermissions?: readonly Omit<Permission, 'entity'>[];
  readonly users: readonly User[];
  readonly privilegeIds: readonly string[];
};

const system = ['System.Anonymous', 'System.View', 'System.Read'];

/** From an entity to the root. */
function lineOf({ entities }: VcenterModel, id: string): string[] {
  const entity = entities.find((entry) => entry.id === id);
  if (!entity) return [];
  return [id, ...(entity.parent ? lineOf({ entities } as VcenterModel, entity.parent) : [])];
}

/**
 * What a user may do on an entity: the nearest level that says anything about them decides, there their own permission
 * before those of their groups, which add up; global permissions stand above the root.
 * https://techdocs.broadcom.com/us/en/vmware-cis/vsphere/vsphere/8-0/vsphere-security/hierarchical-inheritance-of-permissions.html
 */
export function privilegesOf(model: VcenterModel, user: User, id: string): Set<string> {
  const levels = lineOf(model, id).map((entity, depth) =>
    model.permissions.filter(
      (permission) => permission.entity === entity && (depth === 0 || permission.propagates),
    ),
  );
  for (const level of [...levels, model.globalPermissions ?? []]) {
    const own = level.filter(({ principal }) => principal === user.name);
    const ofGroups = level.filter(({ principal }) => user.groups?.includes(principal));
    const deciding = own.length > 0 ? own : ofGroups;
    if (deciding.length > 0) return new Set([...system, ...deciding.flatMap(({ privileges }) => privileges)]);
  }
  return new Set();
}

/** What a user sees: what they have a permission on, and what that lies in. How far up vCenter shows it is not documented. */
export function visibleTo(model: VcenterModel, user: User): Entity[] {
  const own = model.entities.filter(({ id }) => privilegesOf(model, user, id).has('System.View'));
  const ids = new Set(own.flatMap(({ id }) => lineOf(model, id)));
  return model.entities.filter(({ id }) => ids.has(id));
}
