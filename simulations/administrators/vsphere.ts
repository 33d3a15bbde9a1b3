import type { Remediation } from '../../src/verification/verification.ts';
import { type Entity, isOneWithParent, type VcenterModel } from '../vsphere/model.ts';
import { type Command, flagOf, run } from './shell.ts';

/** The path of an object as govc takes it: names as a vCenter spells them, without the root folder. */
function pathOf({ entities }: VcenterModel, entity: Entity): string {
  const parent = entities.find(({ id }) => id === entity.parent);
  return parent ? `${pathOf({ entities } as VcenterModel, parent)}/${entity.name}` : '';
}

/** Carries the govc commands of a fix out on a simulated vCenter. */
export function fixVsphere(model: VcenterModel, remediation: readonly Remediation[]): void {
  const roles = new Map<string, Set<string>>();

  function known(privileges: readonly string[]): readonly string[] {
    for (const privilege of privileges)
      if (!model.privilegeIds.includes(privilege)) throw new Error(`No privilege ${privilege}`);
    return privileges;
  }

  function setPermission(command: Command): void {
    const [, path = ''] = command.words.slice(1);
    const entity = model.entities.find((each) => pathOf(model, each) === path);
    const principal = flagOf(command, 'principal');
    const role = roles.get(flagOf(command, 'role'));
    if (flagOf(command, 'group') !== 'false') throw new Error('The flag says that it is a group');
    if (entity && isOneWithParent(model, entity))
      throw new Error(`InvalidArgument: ${path} takes no permission`);
    if (!entity || !role) throw new Error(`No object ${path}, or no such role`);
    // A user has one role on an object.
    model.permissions = [
      ...model.permissions.filter((each) => each.entity !== entity.id || each.principal !== principal),
      {
        entity: entity.id,
        principal,
        privileges: [...role],
        propagates: flagOf(command, 'propagate') === 'true',
      },
    ];
  }

  function createRole({ words }: Command): void {
    const [name = '', ...privileges] = words.slice(2);
    if (roles.has(name)) throw new Error(`There is a role ${name}`);
    roles.set(name, new Set(known(privileges)));
  }

  function showRole({ words }: Command): void {
    if (!roles.has(words[2] ?? '')) throw new Error('No such role');
  }

  const commands: Readonly<Record<string, (command: Command) => void>> = {
    'govc role.create': createRole,
    'govc role.ls': showRole,
    'govc permissions.set': setPermission,
  };

  function carryOut(command: Command): void {
    const called = command.words.slice(0, 2).join(' ');
    const known = commands[called];
    if (!known) throw new Error(`Not known: ${called}`);
    known(command);
  }

  const govc = remediation.find(({ format }) => format === 'shell');
  if (govc) run(govc.text, carryOut);
}
