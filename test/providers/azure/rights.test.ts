import { describe, expect, it } from 'vitest';
import rolesFile from '../../../src/catalog/azure-roles.json' with { type: 'json' };
import { coverRole, grants, type PermissionSet } from '../../../src/providers/azure/rights.ts';
import { contributorSet } from '../../../src/providers/azure/roles.ts';
import { processorTime } from '../../support/processor-time.ts';

const set = (actions: string[], notActions: string[] = []): PermissionSet => ({ actions, notActions });

describe('one permission set', () => {
  it.each([
    ['*', 'Microsoft.Compute/images/write', true],
    ['*/read', 'Microsoft.Compute/galleries/images/versions/read', true],
    ['*/read', 'Microsoft.Compute/images/write', false],
    ['microsoft.compute/IMAGES/*', 'Microsoft.Compute/images/write', true],
    ['Microsoft.Compute/*/write', 'Microsoft.Compute/galleries/images/versions/write', true],
    ['Microsoft.Compute/*/write', 'Microsoft.Compute/write', false],
    ['Microsoft.Compute/images/write', 'Microsoft.Compute/images/writes', false],
    ['Microsoft.Compute.images/write', 'Microsoft.Compute/images/write', false],
    ['*images*images*', 'Microsoft.Compute/images/write', false],
    ['*a*a', 'a', false],
    ['*Microsoft*write', 'Microsoft.Compute/images/write', true],
    ['Microsoft.Compute/images/*write', 'Microsoft.Compute/images/write', true],
  ])('with %s and %s: %s', (pattern, operation, expected) => {
    expect(grants(set([pattern]), operation)).toBe(expected);
  });

  it('takes out what its own notActions name', () => {
    const some = set(['*'], ['Microsoft.Network/*']);

    expect(grants(some, 'Microsoft.Network/publicIPAddresses/write')).toBe(false);
    expect(grants(some, 'Microsoft.Compute/images/write')).toBe(true);
  });

  it('grants what one of several patterns names', () => {
    expect(
      grants(set(['Microsoft.Network/*', 'Microsoft.Compute/*']), 'Microsoft.Compute/images/write'),
    ).toBe(true);
  });

  it('reads a hostile pattern in no time', () => {
    const pattern = set(['*a'.repeat(5_000)]);
    expect(processorTime(() => void grants(pattern, 'a'.repeat(4_000)))).toBeLessThan(1_000);
  });
});

describe('sets that cover Contributor', () => {
  const withoutCompute = set(['*'], ['Microsoft.Compute/*']);
  const withoutNetwork = set(['*'], ['Microsoft.Network/*']);

  it.each<[string, PermissionSet[]]>([
    ['Contributor itself', [contributorSet]],
    ['Owner', [set(['*'])]],
    ['what leaves out less', [set(['*'], ['Microsoft.Authorization/*/Write'])]],
    [
      'what leaves out a part of what Contributor leaves out',
      [set(['*'], ['Microsoft.Authorization/roleAssignments/write'])],
    ],
    ['two whose notActions would cancel each other if merged', [withoutCompute, withoutNetwork]],
    ['one that fills the gap of another', [withoutCompute, set(['Microsoft.Compute/*'])]],
    [
      'a chain of gaps',
      [
        withoutCompute,
        set(['Microsoft.Compute/*'], ['Microsoft.Compute/images/*']),
        set(['Microsoft.Compute/images/*']),
      ],
    ],
  ])('%s', (_what, sets) => {
    expect(coverRole(sets, contributorSet)).toBe(true);
  });

  it.each<[string, PermissionSet[]]>([
    ['nothing', []],
    ['no action', [set([])]],
    ['Reader', [set(['*/read'])]],
    ['all but Compute', [withoutCompute]],
    ['two with the same gap', [withoutCompute, withoutCompute]],
    ['a gap that is filled in part', [withoutCompute, set(['Microsoft.Compute/*/read'])]],
    [
      'a gap that is filled but for its own gap',
      [withoutCompute, set(['Microsoft.Compute/*'], ['Microsoft.Compute/images/write'])],
    ],
    [
      'many providers, one by one',
      ['Compute', 'Network', 'KeyVault'].map((name) => set([`Microsoft.${name}/*`])),
    ],
    ['everything and its opposite', [set(['*'], ['*'])]],
  ])('are not: %s', (_what, sets) => {
    expect(coverRole(sets, contributorSet)).toBe(false);
  });

  it.each(rolesFile.roles.map((role) => [role.name, role.permissions] as const))(
    'of the built-in roles, %s only if it is Contributor or Owner',
    (name, permissions) => {
      expect(coverRole(permissions, contributorSet)).toBe(['Contributor', 'Owner'].includes(name));
    },
  );

  it('cover a role only with all of its actions', () => {
    expect(coverRole([set(['a/*'])], set(['a/b', 'c/d']))).toBe(false);
    expect(coverRole([set(['a/*', 'c/*'])], set(['a/b', 'c/d']))).toBe(true);
  });

  it('need no other for what has nothing in common with what they leave out', () => {
    expect(coverRole([set(['*'], ['*/write'])], set(['*/read']))).toBe(true);
    expect(coverRole([set(['*'], ['a/*'])], set(['b/*']))).toBe(true);
  });

  it('are left open rather than searched for ever', () => {
    const hostile = Array.from({ length: 14 }, (_, index) =>
      set(['*'], [`Microsoft.${'a'.repeat(index + 1)}*${'b'.repeat(14 - index)}/read`]),
    );
    const spent = processorTime(() => expect(coverRole(hostile, contributorSet)).toBe(false));
    expect(spent).toBeLessThan(1_000);
  });
});
