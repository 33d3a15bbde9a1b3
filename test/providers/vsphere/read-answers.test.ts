import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../../src/catalog/profile.ts';
import type { EntityPermission } from '../../../src/providers/vsphere/answers.ts';
import type { Found, ObjectKind } from '../../../src/providers/vsphere/inventory.ts';
import type { Located } from '../../../src/providers/vsphere/paths.ts';
import type { Side } from '../../../src/providers/vsphere/reach.ts';
import { type Observations, readPrivilege } from '../../../src/providers/vsphere/read-answers.ts';

// What is told of each answer of a vCenter, without a vCenter.

const me = 'VSPHERE.LOCAL\\me';
const cpu = 'VirtualMachine.Config.CPUCount';
const addDisk = 'VirtualMachine.Config.AddNewDisk';
const create = 'VirtualMachine.Inventory.Create';
const browse = 'Datastore.Browse';

const objectAt = (path: string, type = 'Datastore', id = path): Located => ({
  ref: { type, id },
  path,
  shownPath: path.replace('%2f', '/'),
});
const foundAt = (...paths: [string, ...string[]]): Found => {
  const [first, ...others] = paths.map((path) => objectAt(path)) as [Located, ...Located[]];
  return { kind: 'found', objects: [first, ...others], path: paths.length > 1 ? '/dc/host/c/*' : paths[0] };
};
const requirement = (id: string, group: string, more: Partial<Requirement> = {}): Requirement => ({
  id,
  name: id,
  group,
  level: 'required',
  step: { title: 'x', without: 'y' },
  source: { title: 'x', url: 'https://example.com', date: '2026-01-01' },
  ...more,
});

const folder = objectAt('/dc/vm', 'Folder');
const pool = objectAt('/dc/host/c/Resources', 'ResourcePool');
const permission = (more: Partial<EntityPermission> = {}): EntityPermission => ({
  entity: folder.ref,
  principal: me,
  isGroup: false,
  roleId: 'builder',
  propagates: true,
  ...more,
});
const side = (object: Located, ...output: EntityPermission[]): Side => ({
  object,
  permissions: { kind: 'done', output },
});

/** What was seen, of one object of a kind; `held` by the ids of objects. */
const seenOf = (
  objects: Partial<Record<ObjectKind, Found>>,
  held: Record<string, readonly string[]> = {},
  more: Partial<Observations> = {},
): Observations => ({
  version: '8.0.3',
  privilegeIds: new Set([cpu, addDisk, create, browse]),
  objects: objects as Observations['objects'],
  userName: me,
  roles: new Map([
    ['builder', new Set([cpu, addDisk, create])],
    ['reader', new Set<string>()],
  ]),
  held: { kind: 'done', output: new Map(Object.entries(held).map(([id, all]) => [id, new Set(all)])) },
  sides: [],
  ...more,
});

describe('where no object was found', () => {
  const many = ['1', '2', '3', '4', '5', '6'];

  it.each<[string, Found, string, string | undefined, RegExp]>([
    [
      'nobody chose one',
      { kind: 'unchosen' },
      'inconclusive',
      undefined,
      /^No datastore has been chosen yet/,
    ],
    [
      'what it lies in is not there',
      { kind: 'lost', within: 'dc', isAmbiguous: false },
      'inconclusive',
      undefined,
      /^“dc” was not found, so no datastore in it/,
    ],
    [
      'what it lies in is there twice',
      { kind: 'lost', within: 'dc', isAmbiguous: true },
      'inconclusive',
      undefined,
      /^“dc” is not the only one of that name, so/,
    ],
    ['none is needed', { kind: 'unneeded', why: 'A host.' }, 'not-applicable', undefined, /^A host\.$/],
    [
      'it is a switch that is hidden',
      { kind: 'hidden', network: objectAt('/dc/network/a%2fb') },
      'missing',
      '/dc/network/a/b',
      /^The distributed port group \/dc\/network\/a\/b shows no switch/,
    ],
    [
      'it is a cluster of datastores',
      { kind: 'datastore-cluster', wanted: 'pod', members: many },
      'inconclusive',
      'pod',
      /Enter that one: 1, 2, 3, 4, 5\.$/,
    ],
    [
      'it is a cluster whose datastores are hidden',
      { kind: 'datastore-cluster', wanted: 'pod', members: [] },
      'inconclusive',
      'pod',
      /Enter that one\.$/,
    ],
    [
      'there are several',
      { kind: 'several', wanted: 'ds', paths: many },
      'inconclusive',
      undefined,
      /^ds is not the only one: there are 1, 2, 3, 4, 5\. Enter the path of the datastore\.$/,
    ],
    [
      'it is elsewhere',
      { kind: 'elsewhere', path: '/other/ds', under: '/dc' },
      'inconclusive',
      '/other/ds',
      /^The datastore \/other\/ds is there, but not below \/dc/,
    ],
    [
      'there is none of that name',
      { kind: 'none', wanted: 'ds' },
      'missing',
      'ds',
      /^vCenter shows no datastore “ds”/,
    ],
  ])('since %s', (_what, found, state, scope, text) => {
    const told = readPrivilege(requirement(browse, 'Datastore'), seenOf({ Datastore: found }));

    expect(told.state).toBe(state);
    expect(told.scope).toBe(scope);
    expect(told.evidence.text).toMatch(text);
    expect(told.evidence.code).toBeUndefined();
    if (state === 'missing') expect(told).toMatchObject({ layer: 'object-permission', denial: 'implicit' });
  });

  it('a global permission is never told', () => {
    const told = readPrivilege(requirement('ContentLibrary.X', 'Global permission'), seenOf({}));
    expect(told).toEqual({
      state: 'inconclusive',
      method: 'read',
      evidence: { text: expect.stringContaining('a role with ContentLibrary.X') },
    });
  });
});

describe('an object that nobody named', () => {
  const read = (found: Found, held: readonly string[]) =>
    readPrivilege(
      requirement(browse, 'Datastore'),
      seenOf({ Datastore: { ...found, isAssumed: true } }, { '/ds': held }),
    );

  it.each<[string, Found, readonly string[], string, RegExp]>([
    [
      'that has it',
      foundAt('/ds'),
      [browse],
      'granted',
      /^It is among .* on \/ds\. No datastore was named, so \/ds is assumed\.$/,
    ],
    [
      'that lacks it',
      foundAt('/ds'),
      [cpu],
      'inconclusive',
      /assumed\. Choose the objects that builds use\.$/,
    ],
    ['that is not needed', { kind: 'unneeded', why: 'A host.' }, [], 'not-applicable', /^A host\.$/],
  ])('%s', (_what, found, held, state, text) => {
    expect(read(found, held).state).toBe(state);
    expect(read(found, held).evidence.text).toMatch(text);
  });
});

describe('one object', () => {
  const read = (held: readonly string[], more: Partial<Observations> = {}, also: Partial<Requirement> = {}) =>
    readPrivilege(
      requirement(browse, 'Datastore', also),
      seenOf({ Datastore: foundAt('/ds') }, { '/ds': held }, more),
    );

  it('has a privilege, or lacks it', () => {
    expect(read([browse])).toMatchObject({
      state: 'granted',
      scope: '/ds',
      evidence: { text: 'It is among the privileges of the account on /ds.' },
    });
    expect(read([cpu])).toMatchObject({
      state: 'missing',
      scope: '/ds',
      layer: 'object-permission',
      denial: 'implicit',
      objects: [{ id: 'Datastore:/ds', path: '/ds' }],
      evidence: {
        text: expect.stringMatching(/^It is not among the privileges of the account on \/ds, groups/),
      },
    });
  });

  it('is told with the name that the documentation has for it', () => {
    expect(read([browse], {}, { documentedAs: 'Datastore.Look' }).evidence.caveat).toBe(
      'The documentation writes Datastore.Look; the privilege is called Datastore.Browse.',
    );
    expect(read([browse]).evidence.caveat).toBeUndefined();
  });

  it('is not told of a privilege that the vCenter does not know, where it gave a list', () => {
    expect(read([browse], { privilegeIds: new Set(['Other']) })).toMatchObject({
      state: 'inconclusive',
      evidence: { code: 'UnknownPrivilege' },
    });
    expect(read([browse], { privilegeIds: new Set() }).state).toBe('granted');
  });

  it.each<[Observations['held'], string | undefined, RegExp]>([
    [{ kind: 'fault', type: 'NoPermission', message: '' }, 'NoPermission', /^vCenter answered NoPermission/],
    [
      { kind: 'fault', type: 'NotAuthenticated', message: '' },
      'NotAuthenticated',
      /^vCenter ended the session/,
    ],
    [{ kind: 'unreachable', message: 'gave no answer' }, undefined, /^vCenter gave no answer when asked/],
    [{ kind: 'done', output: new Map() }, undefined, /^vCenter left this object out/],
    [
      { kind: 'done', output: new Map([['/ds', new Set()]]) },
      undefined,
      /^vCenter gave no privileges for any/,
    ],
  ] as const)('is not told where the answer is %j', (held, code, text) => {
    const told = read([], { held: held as Observations['held'] });

    expect(told).toMatchObject({ state: 'inconclusive', scope: '/ds' });
    expect(told.evidence.code).toBe(code);
    expect(told.evidence.text).toMatch(text);
  });

  it('without any privilege is told where another has some', () => {
    expect(
      read([], {
        held: {
          kind: 'done',
          output: new Map([
            ['/ds', new Set()],
            ['/x', new Set([cpu])],
          ]),
        },
      }).state,
    ).toBe('missing');
  });

  it('that is a switch is readable since it shows', () => {
    const told = readPrivilege(
      requirement('System.Read', 'Distributed switch'),
      seenOf({ 'Distributed switch': foundAt('/dvs') }, {}),
    );
    expect(told).toMatchObject({ state: 'granted', evidence: { text: 'The account can read /dvs.' } });
  });
});

describe('all hosts that a build may land on', () => {
  const paths = ['/h1', '/h2', '/h3', '/h4', '/h5', '/h6', '/h7'] as const;
  const read = (
    having: readonly string[],
    total: number | undefined = undefined,
    asked: readonly string[] = paths,
  ) =>
    readPrivilege(
      requirement(browse, 'Hosts'),
      seenOf(
        { Hosts: { ...foundAt(...(asked as typeof paths)), ...(total !== undefined && { total }) } as Found },
        Object.fromEntries(asked.map((path) => [path, having.includes(path) ? [browse] : [cpu]])),
      ),
    );

  it.each<[string, readonly string[], number | undefined, string, RegExp]>([
    ['all have it', paths, undefined, 'granted', /on all 7 of \/dc\/host\/c\/\*\.$/],
    ['all that show have it', paths, 8, 'inconclusive', /on 7 of the 8 in \/dc\/host\/c\/\*; the others/],
    ['as many show as there are', paths, 7, 'granted', /on all 7/],
    ['one lacks it', paths.slice(1), undefined, 'missing', /on 1 of 7 \(\/h1\), groups/],
    ['one lacks it, and one does not show', paths.slice(1), 8, 'missing', /on 1 of 7 \(\/h1\), groups/],
    [
      'five lack it',
      paths.slice(5),
      undefined,
      'missing',
      /on 5 of 7 \(\/h1, \/h2, \/h3, \/h4, \/h5\), groups/,
    ],
    [
      'six lack it',
      paths.slice(6),
      undefined,
      'missing',
      /on 6 of 7 \(\/h1, \/h2, \/h3, \/h4, \/h5 and others\), groups/,
    ],
    ['all lack it', [], undefined, 'missing', /on \/dc\/host\/c\/\*, groups/],
  ])('where %s', (_what, having, total, state, text) => {
    const told = read(having, total);

    expect(told.state).toBe(state);
    expect(told.evidence.text).toMatch(text);
    if (state === 'missing') expect(told.objects).toHaveLength(paths.length - having.length);
  });

  it('are not told where one of them was left out of the answer', () => {
    const seen = seenOf({ Hosts: foundAt('/h1', '/h2') }, { '/h1': [browse] });
    expect(readPrivilege(requirement(browse, 'Hosts'), seen)).toMatchObject({
      state: 'inconclusive',
      evidence: { text: 'vCenter left this object out of its answer.' },
    });
  });
});

describe('the folder of machines, and the pool that they inherit from too', () => {
  const found: Found = { kind: 'found', objects: [folder], path: '/dc/vm' };
  const read = (id: string, held: Record<string, readonly string[]>, sides: readonly (Side | undefined)[]) =>
    readPrivilege(requirement(id, 'VM folder'), seenOf({ 'VM folder': found }, held, { sides }));
  const onPool = { entity: pool.ref };
  const both = { [folder.ref.id]: [cpu, addDisk, create], [pool.ref.id]: [cpu, addDisk, create] };
  const onlyPool = { [folder.ref.id]: [browse], [pool.ref.id]: [cpu, addDisk, create] };
  const onlyFolder = { [folder.ref.id]: [cpu, addDisk, create], [pool.ref.id]: [browse] };
  const passing = [side(folder, permission()), side(pool)];
  const stopping = [
    side(folder, permission({ propagates: false })),
    side(pool, permission({ ...onPool, roleId: 'reader' })),
  ];
  const byPool = [side(folder, permission({ roleId: 'reader' })), side(pool, permission(onPool))];

  it.each<[string, string, Record<string, readonly string[]>, readonly (Side | undefined)[], string, RegExp]>(
    [
      ['passes it on', cpu, both, passing, 'granted', /on \/dc\/vm, and reaches the machines made there\.$/],
      ['keeps it to itself', cpu, onlyFolder, stopping, 'missing', /^The account has it on \/dc\/vm alone/],
      [
        'lacks it, and the pool gives it',
        cpu,
        onlyPool,
        byPool,
        'granted',
        /on the resource pool or what it lies in/,
      ],
      ['lacks what it is needed on too', addDisk, onlyPool, byPool, 'missing', /not among .* on \/dc\/vm,/],
      [
        'lacks it, and the pool does too',
        cpu,
        { ...onlyPool, [pool.ref.id]: [browse] },
        [
          side(folder, permission({ roleId: 'reader' })),
          side(pool, permission({ ...onPool, roleId: 'reader' })),
        ],
        'missing',
        /^It is not among .* on \/dc\/vm, groups/,
      ],
      [
        'has it by no permission that shows',
        cpu,
        both,
        [side(folder), side(pool)],
        'likely',
        /on \/dc\/vm\.$/,
      ],
      [
        'may get it or not',
        cpu,
        both,
        [undefined, undefined],
        'inconclusive',
        /^Whether it reaches the machines/,
      ],
      ['has what is used on itself', create, onlyFolder, stopping, 'granted', /on \/dc\/vm\.$/],
      ['lacks what is used on itself', create, onlyPool, byPool, 'missing', /not among .* on \/dc\/vm,/],
    ],
  )('%s', (_what, id, held, sides, state, text) => {
    const told = read(id, held, sides);

    expect(told.state).toBe(state);
    expect(told.scope).toBe('/dc/vm');
    expect(told.evidence.text).toMatch(text);
    expect(told.evidence.caveat === undefined).toBe(state !== 'likely');
  });
});
