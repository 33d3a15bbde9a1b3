import type { Requirement } from '../../catalog/profile.ts';
import type { Provability } from '../provider.ts';
import { typesOf } from './inventory.ts';
import { globalPermission } from './read-answers.ts';

const groups: readonly string[] = [...Object.keys(typesOf), 'Distributed switch', globalPermission];

/** What can be asked of a vCenter: any privilege on the kinds of objects that a connection names; which there are, it says itself. */
export function provable({ id, group, on }: Requirement): Provability {
  if (on) return { key: 'on', mistake: 'the group says what a privilege is needed on; leave “on” out' };
  if (!groups.includes(group))
    return {
      key: 'group',
      mistake: `“${group}” is no kind of object; choose from: ${groups.join(', ')}`,
    };
  if (group === 'Distributed switch' && id !== 'System.Read')
    return { key: 'id', mistake: 'of a distributed switch only System.Read can be asked about' };
  if (!/^[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)+$/.test(id))
    return {
      key: 'id',
      mistake: `“${id}” is no privilege of vSphere; one looks like VirtualMachine.Interact.PowerOn`,
    };
  if (group === globalPermission)
    return {
      key: 'group',
      remark: `${id} is a global permission, of which no vCenter tells: it always stays to be told by its administrator`,
    };
  return {};
}
