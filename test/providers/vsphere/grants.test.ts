import { describe, expect, it } from 'vitest';
import type { EntityPermission } from '../../../src/providers/vsphere/answers.ts';
import { grantFor, type Lack, lacksIn } from '../../../src/providers/vsphere/grants.ts';
import type { Located } from '../../../src/providers/vsphere/paths.ts';
import { type Account, reachesMachines, type Seen } from '../../../src/providers/vsphere/reach.ts';

// What a fix must hold, and what reaches machines, permission by permission; thousands of vCenters at once are in
// reach.test.ts.

const me = 'VSPHERE.LOCAL\\me';
const placed = (type: string, id: string) => ({ ref: { type, id }, path: `/${id}`, shownPath: `/${id}` });
const objectAt = (type: string, id: string, parent?: [string, string]): Located => ({
  ...placed(type, id),
  ...(parent && { parent: placed(...parent) }),
});
const permission = (id: string, more: Partial<EntityPermission> = {}): EntityPermission => ({
  entity: { type: '', id },
  principal: me,
  isGroup: false,
  roleId: 'upper',
  propagates: true,
  ...more,
});
const roles = new Map([
  ['upper', new Set(['U', 'System.Read'])],
  ['none', new Set<string>()],
]);
const group = { principal: 'VSPHERE.LOCAL\\group', isGroup: true };
const stranger = { principal: 'VSPHERE.LOCAL\\stranger' };

describe('where something is missing', () => {
  const folder = objectAt('Folder', 'f', ['Folder', 'up']);
  const rootPool = objectAt('ResourcePool', 'rp', ['ClusterComputeResource', 'c']);
  const missing = (requirement: string, id: string, isUsedBelow = false) => ({
    requirement,
    group: 'x',
    objects: [{ id, path: '' }],
    isUsedBelow,
  });

  it('is told by place, each with all of it once', () => {
    const lacks = lacksIn(
      [
        missing('A', 'Folder:f'),
        missing('B', 'Folder:f', true),
        missing('A', 'Folder:f'),
        missing('P', 'ResourcePool:rp'),
        missing('Q', 'Folder:elsewhere'),
      ],
      [folder, rootPool],
      ({ ref }) => [`above ${ref.id}`],
    );

    expect(lacks).toEqual([
      { place: folder, missing: ['A', 'B'], mustPropagate: true, above: ['above f'] },
      // A root pool takes no permission of its own.
      { place: rootPool.parent, missing: ['P'], mustPropagate: false, above: ['above c'] },
    ]);
  });

  it('is nothing where nothing names a place', () => {
    expect(lacksIn([{ requirement: 'A', group: 'x', isUsedBelow: true }], [folder], () => [])).toEqual([]);
  });
});

describe('the role of a fix', () => {
  const lack = (more: Partial<Lack> = {}): Lack => ({
    place: placed('Folder', 'f'),
    missing: ['Z', 'A'],
    mustPropagate: false,
    above: ['up'],
    ...more,
  });
  const grant = (
    output: readonly EntityPermission[],
    { lacking = lack(), held = ['M', 'System.View'], known = [] as string[], all = roles } = {},
  ) =>
    grantFor(
      lacking,
      { kind: 'done', output },
      { userName: me, roles: all, held: new Map([['f', new Set(held)]]), known: new Set(known) },
    );
  const below = lack({ mustPropagate: true });
  const stopped = permission('f', { roleId: 'none', propagates: false });

  it('holds what is there and what is missing, in order, and nothing that every role has', () => {
    expect(grant([])).toEqual({
      place: placed('Folder', 'f'),
      privileges: ['A', 'M', 'Z'],
      propagates: false,
      replaces: false,
    });
  });

  it('holds nothing that this vCenter does not know', () => {
    expect(grant([], { known: ['A', 'Z'] })?.privileges).toEqual(['A', 'Z']);
  });

  it('keeps the flag of the permission that it takes the place of', () => {
    expect(grant([permission('f')])).toMatchObject({ propagates: true, replaces: true });
    expect(grant([stopped])).toMatchObject({ propagates: false, replaces: true });
    expect(grant([stopped], { lacking: below })).toMatchObject({ propagates: true, replaces: true });
    expect(grant([permission('up')])).toMatchObject({ propagates: false, replaces: false });
  });

  it('is not told where permissions or privileges cannot be read', () => {
    const account = { userName: me, roles, known: new Set<string>() };
    const silent = { kind: 'unreachable', message: 'was silent' } as const;
    const held = new Map([['f', new Set(['M'])]]);
    expect(grantFor(lack(), silent, { ...account, held })).toBeUndefined();
    expect(grantFor(lack(), { kind: 'done', output: [] }, { ...account, held: new Map() })).toBeUndefined();
  });

  it('is not told where a permission stands and nothing is held by it', () => {
    expect(grant([permission('f')], { held: [] })).toBeUndefined();
    expect(grant([], { held: [] })?.privileges).toEqual(['A', 'Z']);
  });

  it.each<[string, readonly EntityPermission[], Lack, readonly string[] | undefined]>([
    ['what went past a permission that stops', [stopped, permission('up')], below, ['A', 'M', 'U', 'Z']],
    ['nothing of above where nothing stops', [permission('f'), permission('up')], below, ['A', 'M', 'Z']],
    ['nothing of above where it need not reach below', [stopped, permission('up')], lack(), ['A', 'M', 'Z']],
    [
      'what went past a permission of a group',
      [permission('f', { ...group, propagates: false }), permission('up')],
      below,
      ['A', 'M', 'U', 'Z'],
    ],
    [
      'nothing for what stops somebody else',
      [permission('f', { ...stranger, propagates: false }), permission('up')],
      below,
      ['A', 'M', 'Z'],
    ],
    [
      'nothing of what somebody else has above',
      [stopped, permission('up', stranger)],
      below,
      ['A', 'M', 'Z'],
    ],
    [
      'nothing that can be told where a group has something above',
      [stopped, permission('up', group)],
      below,
      undefined,
    ],
    [
      'nothing that can be told where a group passes here',
      [stopped, permission('f', group)],
      below,
      undefined,
    ],
    [
      'nothing that can be told of a role that is not known',
      [stopped, permission('up', { roleId: 'strange' })],
      below,
      undefined,
    ],
  ])('holds %s', (_what, output, lacking, privileges) => {
    expect(grant(output, { lacking })?.privileges).toEqual(privileges);
  });
});

describe('what reaches the machines below', () => {
  const privilege = 'U';
  const seen = (object: Located, ...output: EntityPermission[]): Seen => ({
    object,
    permissions: { kind: 'done', output },
  });
  const folder = objectAt('Folder', 'f', ['Folder', 'up']);
  const upper = objectAt('Folder', 'up', ['Folder', 'top']);
  const account = (held: Record<string, readonly string[]>): Account => ({
    userName: me,
    roles,
    held: new Map(Object.entries(held).map(([id, all]) => [id, new Set(all)])),
  });
  const has = { f: ['U'], up: ['U'] };
  const groupStops = permission('f', { ...group, propagates: false });

  it.each<[string, readonly EntityPermission[], Record<string, readonly string[]>, string]>([
    ['what is held and passes', [permission('f')], has, 'yes'],
    ['not what is not held', [permission('f')], { f: [] }, 'no'],
    ['unseen what no permission of the account gives', [permission('f', stranger)], has, 'unseen'],
    ['not what nobody gives and is not held', [], { f: [] }, 'no'],
    ['unknown what was not asked', [permission('f')], {}, 'unknown'],
    ['what the own permission passes, whatever a group stops', [permission('f'), groupStops], has, 'yes'],
    ['not what the own permission lacks', [permission('f', { roleId: 'none' }), groupStops], has, 'no'],
    [
      'unknown what a role gives that is not known',
      [permission('f', { roleId: 'x' }), groupStops],
      has,
      'unknown',
    ],
    ['not what stops and comes from nowhere above', [permission('f', { propagates: false })], has, 'no'],
    [
      'unknown what one group may give and another not',
      [
        permission('f', group),
        permission('f', { ...group, roleId: 'none' }),
        permission('f', { propagates: false }),
      ],
      has,
      'unknown',
    ],
  ])('is %s', (_what, output, held, reach) => {
    expect(reachesMachines(privilege, [seen(folder, ...output)], account(held))).toBe(reach);
  });

  it('is what comes past from the next level, and no level is left out', () => {
    const own = permission('f', { propagates: false });
    const above = [seen(upper, permission('up'))];
    const side = { ...seen(folder, own, permission('up')), above };
    expect(reachesMachines(privilege, [side], account(has))).toBe('yes');
    expect(reachesMachines(privilege, [{ ...side, above: [] }], account(has))).toBe('unknown');
  });

  it.each<[string, readonly EntityPermission[], Seen | undefined]>([
    ['there is nothing above', [], undefined],
    ['nobody has anything above', [permission('up')], seen(upper)],
    ['what passes above lacks it', [permission('up')], seen(upper, permission('up', { roleId: 'none' }))],
    [
      'the own permission above lacks it',
      [permission('up')],
      seen(upper, permission('up', { roleId: 'none' }), permission('up', { ...group, propagates: false })),
    ],
  ])('is not what no group passes, where %s', (_what, inherited, next) => {
    const side = {
      ...seen(folder, permission('f', { ...group, roleId: 'none' }), groupStops, ...inherited),
      above: next ? [next] : [],
    };
    expect(reachesMachines(privilege, [side], account({ f: ['U'], up: [] }))).toBe('no');
  });

  it('of what is one with its parent, goes on above that', () => {
    const pool = objectAt('ResourcePool', 'p', ['ResourcePool', 'rp']);
    const rootPool = objectAt('ResourcePool', 'rp', ['ClusterComputeResource', 'c']);
    const cluster = objectAt('ClusterComputeResource', 'c', ['Folder', 'up']);
    const stops = (id: string) => permission(id, { ...group, propagates: false });
    const side = {
      ...seen(pool, stops('p'), permission('up')),
      above: [
        seen(rootPool, stops('c'), permission('up')),
        // Never looked at by itself: nothing is known of it.
        seen(cluster),
        seen(upper, permission('up')),
      ],
    };
    expect(reachesMachines(privilege, [side], account({ p: ['U'], rp: ['U'], up: ['U'] }))).toBe('yes');
  });

  it('is what one of two sides gives, the surest first', () => {
    const yes = seen(folder, permission('f'));
    const unseen = seen(folder);
    expect(reachesMachines(privilege, [undefined, yes], account(has))).toBe('yes');
    expect(reachesMachines(privilege, [undefined, unseen], account(has))).toBe('unseen');
    expect(reachesMachines(privilege, [undefined, seen(folder)], account({ f: [] }))).toBe('unknown');
    expect(reachesMachines(privilege, [], account(has))).toBe('no');
  });
});
