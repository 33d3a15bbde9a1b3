import { describe, expect, it } from 'vitest';
import { demoVcenter, knownPrivileges } from '../../../simulations/vsphere/demo-accounts.ts';
import {
  isOneWithParent,
  type Permission,
  permissionsOn,
  privilegesOf,
  privilegesOnMachine,
  type User,
  type VcenterModel,
} from '../../../simulations/vsphere/model.ts';
import { type Grant, grantFor, lacksIn } from '../../../src/providers/vsphere/grants.ts';
import type { Located } from '../../../src/providers/vsphere/paths.ts';
import {
  type Account,
  isOneWithParent as isOne,
  reachesMachines,
  type Side,
} from '../../../src/providers/vsphere/reach.ts';

// Thousands of vCenters that differ in who has what where, and what the rules say of them, held against a model of the
// documented inheritance that was written apart from the rules.

const me = 'VSPHERE.LOCAL\\me';
const stranger = 'VSPHERE.LOCAL\\stranger';
const groups = ['VSPHERE.LOCAL\\one', 'VSPHERE.LOCAL\\two'];
const privileges = ['VirtualMachine.Config.CPUCount', 'Datastore.Browse', 'Network.Assign'];
const [wanted = ''] = privileges;
const folder = 'group-v2';
const pool = 'resgroup-2';
const rootPool = 'resgroup-1';
/** A datacenter's own folders are no such places: vCenter refuses permissions on them. */
const places = ['group-d1', 'datacenter-1', 'group-v2', 'domain-c1', 'resgroup-2'];

/** The same sequence in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomVcenter(seed: number): { model: VcenterModel; user: User } {
  const random = createRandom(seed);
  const user: User = {
    name: me,
    aliases: [],
    password: 'fake',
    groups: groups.filter(() => random(2) === 0),
  };
  const permissions: Permission[] = places.flatMap((entity) =>
    [me, ...groups, stranger].flatMap((principal) =>
      random(3) > 0
        ? []
        : [
            {
              entity,
              principal,
              propagates: random(2) === 0,
              privileges: privileges.filter(() => random(2) === 0),
            },
          ],
    ),
  );
  return { model: { ...demoVcenter(knownPrivileges), users: [user], permissions }, user };
}

function lineOf({ entities }: VcenterModel, id: string): string[] {
  const parent = entities.find((entity) => entity.id === id)?.parent;
  return parent ? [parent, ...lineOf({ entities } as VcenterModel, parent)] : [];
}

function locate(model: VcenterModel, id: string): Located {
  const entity = model.entities.find((each) => each.id === id);
  const parent = model.entities.find((each) => each.id === entity?.parent);
  const placed = ({ id: own, type, name }: { id: string; type: string; name: string }) => ({
    ref: { type, id: own },
    path: `/${name}`,
    shownPath: `/${name}`,
  });
  if (!entity) throw new Error(`No ${id}`);
  return { ...placed(entity), ...(parent && { parent: placed(parent) }) };
}

/** As a vCenter tells it: permissions of everybody, with inheritance. */
function toldOf(model: VcenterModel, id: string) {
  const output = permissionsOn(model, id)
    .flat()
    .map((permission) => ({
      entity: { type: '', id: permission.entity },
      principal: permission.principal,
      isGroup: groups.includes(permission.principal),
      roleId: String(model.permissions.indexOf(permission)),
      propagates: permission.propagates,
    }));
  return { kind: 'done', output } as const;
}

const seenOf = (model: VcenterModel, id: string) => ({
  object: locate(model, id),
  permissions: toldOf(model, id),
});

function sideOf(model: VcenterModel, id: string): Side {
  return { ...seenOf(model, id), above: lineOf(model, id).map((each) => seenOf(model, each)) };
}

function accountOf(model: VcenterModel, user: User): Account {
  const asked = [folder, pool, ...lineOf(model, folder), ...lineOf(model, pool)].filter(
    (id) => id !== 'group-d1',
  );
  return {
    userName: me,
    roles: new Map(
      model.permissions.map((permission, index) => [String(index), new Set(permission.privileges)]),
    ),
    held: new Map(asked.map((id) => [id, privilegesOf(model, user, id)])),
  };
}

const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>) =>
  [...some].every((each) => all.has(each));

const seeds = Array.from({ length: 4_000 }, (_, index) => index + 1);

describe('an object that is one with what it lies in', () => {
  const lying = (type: string, parent?: string): Located => {
    const placed = (of: string) => ({ ref: { type: of, id: of }, path: '/x', shownPath: '/x' });
    return { ...placed(type), ...(parent && { parent: placed(parent) }) };
  };

  it.each([
    ['Folder', 'Datacenter', true],
    ['Folder', 'Folder', false],
    ['Folder', undefined, false],
    ['ResourcePool', 'ComputeResource', true],
    ['ResourcePool', 'ClusterComputeResource', true],
    ['ResourcePool', 'ResourcePool', false],
    ['HostSystem', 'ComputeResource', true],
    ['HostSystem', 'ClusterComputeResource', false],
    ['Datastore', 'ComputeResource', false],
    ['VirtualApp', 'ClusterComputeResource', false],
  ])('is it a %s in a %s: %s', (type, parent, expected) => {
    expect(isOne(lying(type, parent))).toBe(expected);
  });
});

describe('whether a privilege reaches the machines that builds make', () => {
  it('is never told wrongly, whoever has what where', () => {
    const counts = { yes: 0, no: 0, unseen: 0, unknown: 0 };
    for (const seed of seeds) {
      const { model, user } = randomVcenter(seed);
      const sides = [sideOf(model, folder), sideOf(model, pool)];
      const reach = reachesMachines(wanted, sides, accountOf(model, user));
      counts[reach] += 1;
      const isThere = privilegesOnMachine(model, user, { folder, pool }).has(wanted);
      if (reach === 'yes') expect(isThere, `seed ${seed}`).toBe(true);
      if (reach === 'no') expect(isThere, `seed ${seed}`).toBe(false);
    }
    // Rules that only ever shrug would be right too.
    expect(counts.yes + counts.no).toBeGreaterThan(counts.unknown * 3);
    expect(Math.min(counts.yes, counts.no)).toBeGreaterThan(500);
  });

  it('is not told where permissions or privileges cannot be read', () => {
    const { model, user } = randomVcenter(1);
    const account = accountOf(model, user);
    const silent = { kind: 'unreachable', message: 'was silent' } as const;
    const side = { ...sideOf(model, folder), permissions: silent };

    expect(reachesMachines(wanted, [side, undefined], account)).toBe('unknown');
    const blind = { ...account, held: new Map() };
    const unsure = seeds.map((seed) => {
      const each = randomVcenter(seed);
      return reachesMachines(wanted, [sideOf(each.model, folder)], blind);
    });
    expect(unsure).not.toContain('unseen');
  });
});

/** Gives the role of a fix to the account, as an administrator would. */
function carriedOut(model: VcenterModel, { place, privileges: held, propagates }: Grant): VcenterModel {
  const entity = place.ref.id;
  const others = model.permissions.filter((each) => each.entity !== entity || each.principal !== me);
  return { ...model, permissions: [...others, { entity, principal: me, privileges: held, propagates }] };
}

function grantsOf(seed: number) {
  const { model, user } = randomVcenter(seed);
  const account = { ...accountOf(model, user), known: new Set<string>() };
  const objectOf = (id: string) => [{ id: `${locate(model, id).ref.type}:${id}`, path: '' }];
  const missing = [
    { requirement: wanted, group: 'VM folder', objects: objectOf(folder), isUsedBelow: true },
    {
      requirement: 'Network.Assign',
      group: 'Resource pool',
      objects: objectOf(rootPool),
      isUsedBelow: false,
    },
  ];
  const lacks = lacksIn(
    missing,
    [folder, rootPool].map((id) => locate(model, id)),
    ({ ref }) => lineOf(model, ref.id),
  );
  return lacks.flatMap((lack) => {
    const told = toldOf(model, lack.place.ref.id);
    // Of what is one with its root child, vCenter may name either as the owner of a permission.
    const output = told.output.map((each) =>
      seed % 2 === 0 && each.entity.id === 'domain-c1'
        ? { ...each, entity: { type: '', id: rootPool } }
        : each,
    );
    const grant = grantFor(lack, { ...told, output }, account);
    return grant ? [{ model, user, lack, grant }] : [];
  });
}

describe('the role in a fix', () => {
  // Made by each test for itself, so that a test alone tells of what it looks at.
  const all = () => seeds.flatMap((seed) => grantsOf(seed).map((each) => ({ seed, ...each })));
  const machine = { folder, pool };

  it('is told for many', () => {
    expect(all().length).toBeGreaterThan(1_000);
  });

  it('takes nothing away, on any object or machine', () => {
    for (const { seed, model, user, grant } of all()) {
      const after = carriedOut(model, grant);
      for (const { id } of model.entities)
        expect(isWithin(privilegesOf(model, user, id), privilegesOf(after, user, id)), `${seed}, ${id}`).toBe(
          true,
        );
      const had = privilegesOnMachine(model, user, machine);
      expect(isWithin(had, privilegesOnMachine(after, user, machine)), `${seed}, machines`).toBe(true);
    }
  });

  it('gives what is missing, where it is used', () => {
    for (const { seed, model, user, lack, grant } of all()) {
      const after = carriedOut(model, grant);
      const held = privilegesOf(after, user, lack.place.ref.id);
      expect(isWithin(new Set(lack.missing), held), `${seed}`).toBe(true);
      const isThere = privilegesOnMachine(after, user, machine).has(wanted);
      expect(isThere || !lack.mustPropagate, `${seed}`).toBe(true);
    }
  });

  it('is set on no object that refuses it', () => {
    for (const { model, lack } of all()) {
      const entity = model.entities.find(({ id }) => id === lack.place.ref.id);
      expect(entity && isOneWithParent(model, entity)).toBe(false);
    }
  });
});
