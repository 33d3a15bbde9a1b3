import { z } from 'zod';
import { hostCountPath, type InventoryObject, portGroup, switchPath } from './property-specs.ts';
import { Ref } from './soap.ts';

export const ServiceContent = z.object({
  returnval: z.object({
    rootFolder: Ref,
    propertyCollector: Ref,
    about: z.object({ version: z.string() }),
    sessionManager: Ref,
    authorizationManager: Ref,
  }),
});
export const Login = z.object({ returnval: z.object({ userName: z.string() }) });
const Property = z.object({ name: z.string(), val: z.unknown() });
export const Objects = z.object({
  returnval: z
    .object({
      token: z.string().optional(),
      objects: z.array(z.object({ obj: Ref, propSet: z.array(Property).default([]) })).default([]),
    })
    .or(z.literal('').transform(() => ({ token: undefined, objects: [] }))),
});
export const RoleList = z.object({
  AuthorizationRole: z.array(z.object({ roleId: z.string(), privilege: z.array(z.string()).default([]) })),
});
export const PrivilegeList = z.object({ AuthorizationPrivilege: z.array(z.object({ privId: z.string() })) });
export const Privileges = z.object({
  returnval: z.array(z.object({ entity: Ref, privileges: z.array(z.string()).default([]) })).default([]),
});
export const EntityPermissions = z.object({
  returnval: z
    .array(
      z
        .object({
          entity: Ref,
          principal: z.string(),
          group: z.string(),
          roleId: z.string(),
          propagate: z.string(),
        })
        .transform(({ group, propagate, ...rest }) => ({
          ...rest,
          isGroup: group === 'true',
          propagates: propagate === 'true',
        })),
    )
    .default([]),
});
export type EntityPermission = z.infer<typeof EntityPermissions>['returnval'][number];

const Text = z.union([z.string(), z.object({ '#': z.string() }).transform((text) => text['#'])]);

export type FoundObject = z.infer<typeof Objects>['returnval']['objects'][number];

/** One property of what was found. */
export const propertyOf = ({ propSet }: FoundObject, name: string) =>
  propSet.find((property) => property.name === name)?.val;

/** What the inventory keeps of an object. */
export function inventoryObject(found: FoundObject): InventoryObject[] {
  const name = Text.safeParse(propertyOf(found, 'name'));
  const parent = Ref.safeParse(propertyOf(found, 'parent'));
  if (!name.success) return [];
  const hosts = Text.safeParse(propertyOf(found, hostCountPath));
  const onSwitch = Ref.safeParse(propertyOf(found, switchPath));
  return [
    {
      ref: found.obj,
      name: name.data,
      ...(parent.success && { parentId: parent.data.id }),
      ...(hosts.success && /^\d+$/.test(hosts.data) && { hostCount: Number(hosts.data) }),
      ...(found.obj.type === portGroup && { switchId: onSwitch.data?.id ?? '' }),
    },
  ];
}
