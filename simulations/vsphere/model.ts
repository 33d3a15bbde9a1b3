export type Entity = {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  /** The distributed switch of a port group. */
  readonly switchId?: string;
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
 * Whether an entity is one with its parent, whose permissions it has whatever the flag.
 * https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.AuthorizationManager.html
 */
export function isOneWithParent(
  { entities }: Pick<VcenterModel, 'entities'>,
  { type, parent }: Entity,
): boolean {
  const above = entities.find(({ id }) => id === parent)?.type ?? '';
  if (type === 'Folder') return above === 'Datacenter';
  if (type === 'ResourcePool') return above.endsWith('ComputeResource');
  return type === 'HostSystem' && above === 'ComputeResource';
}

/** The permissions that count on an entity: its own, those of what it is one with, and those above that propagate. */
export function permissionsOn(model: VcenterModel, id: string): Permission[][] {
  const line = lineOf(model, id);
  const entity = model.entities.find((entry) => entry.id === id);
  const own = entity && isOneWithParent(model, entity) ? line.slice(0, 2) : line.slice(0, 1);
  const levels = [own, ...line.slice(own.length).map((each) => [each])];
  return levels.map((ids, depth) =>
    model.permissions.filter(
      (permission) => ids.includes(permission.entity) && (depth === 0 || permission.propagates),
    ),
  );
}

/**
 * What a user may do on an entity: the nearest level that says anything about them decides, there their own permission
 * before those of their groups, which add up; global permissions stand above the root.
 * https://techdocs.broadcom.com/us/en/vmware-cis/vsphere/vsphere/8-0/vsphere-security/hierarchical-inheritance-of-permissions.html
 */
export function privilegesOf(model: VcenterModel, user: User, id: string): Set<string> {
  return decided([...permissionsOn(model, id), [...(model.globalPermissions ?? [])]], user);
}

/** What a user may do on a machine that lies in a folder and runs in a pool: it inherits from both. */
export function privilegesOnMachine(
  model: VcenterModel,
  user: User,
  { folder, pool }: { folder: string; pool: string },
): Set<string> {
  const sides = [folder, pool].map((id) => {
    const levels = permissionsOn(model, id).map((level) => level.filter(({ propagates }) => propagates));
    return decided([...levels, [...(model.globalPermissions ?? [])]], user);
  });
  return new Set(sides.flatMap((side) => [...side]));
}

function decided(levels: readonly (readonly Omit<Permission, 'entity'>[])[], user: User): Set<string> {
  for (const level of levels) {
    const own = level.filter(({ principal }) => principal === user.name);
    const ofGroups = level.filter(({ principal }) => user.groups?.includes(principal));
    const deciding = own.length > 0 ? own : ofGroups;
    if (deciding.length > 0) return new Set([...system, ...deciding.flatMap(({ privileges }) => privileges)]);
  }
  return new Set();
}

/** What a user sees: what they have a permission on, and what that lies in. How far up vCenter shows it is not documented. */
export function visibleTo(model: VcenterModel, user: User): Entity[] {
  const own = model.entities.filter(
    ({ id, type }) => privilegesOf(model, user, id).has('System.View') && type !== 'DistributedVirtualSwitch',
  );
  const ids = new Set(own.flatMap(({ id }) => lineOf(model, id)));
  return model.entities.filter(({ id }) => ids.has(id));
}
