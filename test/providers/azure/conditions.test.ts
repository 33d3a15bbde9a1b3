import { describe, expect, it } from 'vitest';
import { exceptPrivilegedRoles } from '../../../simulations/azure/demo-accounts.ts';
import { mayConcern, targetsOf, unconditionalPart } from '../../../src/providers/azure/conditions.ts';
import { processorTime } from '../../support/processor-time.ts';

const blobRead = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
const name = '@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]';
const images = "ActionMatches{'Microsoft.Compute/images/*'}";

describe('the actions that a condition is about', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'role assignments, in the words of the portal',
      exceptPrivilegedRoles,
      ['Microsoft.Authorization/roleAssignments/write', 'Microsoft.Authorization/roleAssignments/delete'],
    ],
    [
      'a blob in one container',
      `(!(ActionMatches{'${blobRead}'})) OR (${name} StringEquals 'x')`,
      [blobRead],
    ],
    [
      'a suboperation',
      `(!(ActionMatches{'${blobRead}'} AND NOT SubOperationMatches{'Blob.List'})) OR (${name} StringEquals 'x')`,
      [blobRead],
    ],
    ['other operators', `!${images} || ${name} StringEquals 'x'`, ['Microsoft.Compute/images/*']],
    [
      'operators inside a value',
      `NOT ${images} OR ${name} StringEquals ') AND ('`,
      ['Microsoft.Compute/images/*'],
    ],
    [
      'lists and spaces',
      `!(ActionMatches{ 'a/b' }) OR ( ${name} ForAnyOfAnyValues:StringEquals {'x', 'y'} )  `,
      ['a/b'],
    ],
    ['an escaped quote', String.raw`!(ActionMatches{'a/b'}) OR (${name} StringEquals 'it\'s')`, ['a/b']],
    ['words that begin as operators', `!(ActionMatches{'a/b'}) OR (android StringEquals organ)`, ['a/b']],
    ['words that end as operators', `!(ActionMatches{'a/b'}) OR (band StringEquals floor)`, ['a/b']],
    ['a word that ends as a negation', `!(ActionMatches{'a/b'}) OR knot`, ['a/b']],
    ['a word that begins as a negation', `!(ActionMatches{'a/b'}) OR nothing`, ['a/b']],
    ['the sign for and', `!(ActionMatches{'a'}) && !(ActionMatches{'b'})`, ['a', 'b']],
    ['many beside each other', `${`${name} StringEquals 'x' OR `.repeat(60)}!(ActionMatches{'a'})`, ['a']],
    ['the deepest that is read', `${'!'.repeat(49)}ActionMatches{'a'}`, ['a']],
    [
      'three that must all be',
      `!(ActionMatches{'a'}) AND !(ActionMatches{'b'}) AND !(ActionMatches{'c'})`,
      ['a', 'b', 'c'],
    ],
    [
      'one of three',
      `${name} StringEquals 'x' OR ${name} StringEquals 'y' OR !${images}`,
      ['Microsoft.Compute/images/*'],
    ],
    [
      'an attribute that must exist',
      `!(${images}) OR (Exists ${name} AND NOT Exists @Request[a:b])`,
      ['Microsoft.Compute/images/*'],
    ],
  ])('are told: %s', (_what, condition, targets) => {
    expect(targetsOf(condition)).toEqual(targets);
  });

  it.each([
    ['a comparison for every action', `${name} StringEquals 'x'`],
    ['nothing but what it names', images],
    [
      'a comparison beside one that is targeted',
      `(!(${images}) OR (${name} StringEquals 'x')) AND @Principal[a:b] StringEquals 'y'`,
    ],
    ['a double negation', `!(!(${images}))`],
    ['an open negation', `!(${name} StringEquals 'x')`],
    [
      'a part of three that is open',
      `!(ActionMatches{'a'}) AND ${name} StringEquals 'x' AND !(ActionMatches{'c'})`,
    ],
    [
      'operators the other way without parentheses',
      `!${images} AND ${name} StringEquals 'x' OR ${name} StringEquals 'y'`,
    ],
    ['something after an action', `!(ActionMatches{'a/b'} {'c'}) OR Exists ${name}`],
    ['an action list', `!(ActionMatches{'a/b', 'c/d'}) OR Exists ${name}`],
    [
      'both operators without parentheses',
      `!${images} OR ${name} StringEquals 'x' AND ${name} StringEquals 'y'`,
    ],
    ['an operator where a parenthesis should close', `(!(${images}) OR ${name} StringEquals 'x' AND`],
    ['an AND in place of a comparison', `!(${images}) OR AND`],
    ['an OR in place of a comparison', `!(${images}) OR OR`],
    ['a parenthesis in a comparison', `!(${images}) OR (Exists (${name})`],
    ['a parenthesis that is not closed', `(!(${images})`],
    ['one too many', `!(${images}))`],
    ['an action that is not spelled out', '!(ActionMatches{@Request[a:b]}) OR Exists @Request[a:b]'],
    ['a value without its end', `!(${images}) OR ${name} StringEquals 'x`],
    ['an operator alone', 'AND'],
    ['an operator without its second half', `!(${images}) OR`],
  ])('may be any: %s', (_what, condition) => {
    expect(targetsOf(condition)).toBeUndefined();
    expect(mayConcern(condition, 'Microsoft.Compute/virtualMachines/write')).toBe(true);
    expect(unconditionalPart({ actions: ['*'], notActions: [], condition })).toBeUndefined();
  });

  it('count where one of several patterns matches', () => {
    const two = `!(ActionMatches{'a/*'} AND ActionMatches{'b/*'}) OR Exists ${name}`;

    expect(mayConcern(two, 'b/read')).toBe(true);
    expect(mayConcern(two, 'c/read')).toBe(false);
  });

  it('leave everything else granted', () => {
    const condition = `!(${images}) OR (${name} StringEquals 'x')`;

    expect(mayConcern(condition, 'microsoft.compute/images/WRITE')).toBe(true);
    expect(mayConcern(condition, 'Microsoft.Compute/disks/write')).toBe(false);
    expect(unconditionalPart({ actions: ['*'], notActions: ['a/b'] }, condition)).toEqual({
      actions: ['*'],
      notActions: ['a/b', 'Microsoft.Compute/images/*'],
    });
  });

  it('are looked for in no more than an instant', () => {
    const hostile = [
      '('.repeat(50_000),
      '!'.repeat(50_000),
      `${' '.repeat(50_000)}'${"''".repeat(50_000)}`,
      `${'a OR '.repeat(20_000)}a`,
    ];
    for (const condition of hostile)
      expect(processorTime(() => void targetsOf(condition))).toBeLessThan(1_000);
  });
});
