import { describe, expect, it } from 'vitest';
import {
  conditionOn,
  grantsAnyway,
  inWords,
  onSubscription,
  readAssignments,
  unknownRoles,
} from '../../../src/providers/azure/assignments.ts';
import { contributor } from '../../../src/providers/azure/roles.ts';

const id = '50000000-0000-4000-8000-000000000001';
const own = `/subscriptions/${id}`;
const roleOf = (role: string) => `${own}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
const read = (scope: string, role = contributor.id, condition?: string) =>
  readAssignments([{ scope, roleDefinitionId: roleOf(role), condition }], [], id);

describe('where a role is assigned', () => {
  it.each<[string, 'subscription' | 'inside', string]>([
    ['/', 'subscription', 'Contributor on the root of the tenant'],
    [own, 'subscription', 'Contributor on the subscription'],
    [`${own}//`, 'subscription', 'Contributor on the subscription'],
    [own.toUpperCase(), 'subscription', 'Contributor on the subscription'],
    [
      '/providers/Microsoft.Management/managementGroups/Root-1',
      'subscription',
      'Contributor on management group Root-1, and inherited from there',
    ],
    [
      '/providers/Microsoft.Management/managementGroups/a/b',
      'subscription',
      'Contributor on /providers/Microsoft.Management/managementGroups/a/b',
    ],
    ['/somewhere/else', 'subscription', 'Contributor on /somewhere/else'],
    [`x${own}/resourceGroups/Images`, 'subscription', `Contributor on x${own}/resourceGroups/Images`],
    [`${own}/resourceGroups/Images`, 'inside', 'Contributor on resource group Images'],
    [
      `${own}/resourceGroups/Images/providers/Microsoft.Compute/images/a`,
      'inside',
      'Contributor on a resource inside of Images',
    ],
    [`${own}/providers/Microsoft.X/y/z`, 'inside', 'Contributor on a resource inside of it'],
  ])('%s reaches the %s', (scope, reach, words) => {
    const [assigned] = read(scope);

    expect(assigned?.reach).toBe(reach);
    expect(inWords(assigned ? [assigned] : [])).toBe(words);
    expect(onSubscription(read(scope))).toHaveLength(reach === 'subscription' ? 1 : 0);
  });

  it('is told for three, and for more by their number', () => {
    const all = [1, 2, 3, 4, 5].flatMap((number) => read(`${own}/resourceGroups/g${number}`));

    expect(inWords(all.slice(0, 3))).toBe(
      'Contributor on resource group g1, Contributor on resource group g2, Contributor on resource group g3',
    );
    expect(inWords(all)).toMatch(/g3 and 2 more$/);
  });
});

describe('a role', () => {
  const custom = 'd0000000-0000-4000-8000-0000000000AA';

  it('that is not built in is looked up, each once', () => {
    const assignments = [contributor.id, custom, custom.toLowerCase()].map((role) => ({
      scope: own,
      roleDefinitionId: roleOf(role),
      condition: undefined,
    }));
    expect(unknownRoles(assignments)).toEqual([custom.toLowerCase()]);
  });

  it('is known by its id in any case, and otherwise named by it', () => {
    expect(read(own, contributor.id.toUpperCase())[0]?.role.name).toBe('Contributor');
    expect(read(own, custom)[0]?.role).toEqual({
      id: custom.toLowerCase(),
      name: `role ${custom.toLowerCase()}`,
      permissions: undefined,
    });
  });
});

describe('the condition that a grant hangs on', () => {
  const images = 'Microsoft.Compute/images/write';
  const disks = 'Microsoft.Compute/disks/write';
  const onImages = `!(ActionMatches{'${images}'}) OR (@Resource[a:b] StringEquals 'x')`;
  const custom = 'd0000000-0000-4000-8000-0000000000aa';
  const role = (permissions: { actions: string[]; notActions: string[]; condition?: string }[]) =>
    readAssignments(
      [{ scope: own, roleDefinitionId: roleOf(custom), condition: undefined }],
      [{ id: custom, name: 'Custom', permissions }],
      id,
    );

  it.each([
    [images, onImages],
    [disks, undefined],
  ])('is told for %s only where it may be about it', (operation, condition) => {
    expect(conditionOn(read(own, contributor.id, onImages), operation)).toBe(condition);
    expect(read(own, contributor.id, onImages).map((each) => grantsAnyway(each, operation))).toEqual([
      condition === undefined,
    ]);
  });

  it('is none where the role grants nothing of it, or stands elsewhere', () => {
    expect(
      conditionOn(read(own, contributor.id, onImages), 'Microsoft.Authorization/roleAssignments/write'),
    ).toBeUndefined();
    expect(conditionOn(read(`${own}/resourceGroups/g`, contributor.id, onImages), images)).toBeUndefined();
  });

  it('may stand in the role itself, for a part of what it grants', () => {
    const both = role([
      { actions: [images], notActions: [], condition: onImages },
      { actions: [disks], notActions: [] },
    ]);
    expect(conditionOn(both, images)).toBe(onImages);
    expect(conditionOn(both, disks)).toBeUndefined();
  });

  it('is none of what the role does not grant, whatever its conditions are about', () => {
    const opaque = "@Resource[a:b] StringEquals 'x'";
    expect(
      conditionOn(role([{ actions: [images], notActions: [], condition: opaque }]), disks),
    ).toBeUndefined();
    expect(
      conditionOn(read(own, contributor.id, opaque), 'Microsoft.Authorization/roleAssignments/write'),
    ).toBeUndefined();
  });

  it('of a role whose content is not known may be about anything', () => {
    expect(conditionOn(read(own, custom, onImages), images)).toBe(onImages);
    expect(conditionOn(read(own, custom), images)).toBeUndefined();
  });
});
