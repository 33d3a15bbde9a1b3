import { describe, expect, it } from 'vitest';
import { type Assigned, readAssignments } from '../../../src/providers/azure/assignments.ts';
import type { Observations } from '../../../src/providers/azure/observations.ts';
import { readOperation, readRole } from '../../../src/providers/azure/read-answers.ts';
import type { PermissionSet } from '../../../src/providers/azure/rights.ts';
import { contributor, contributorSet } from '../../../src/providers/azure/roles.ts';

const subscriptionId = '50000000-0000-4000-8000-000000000001';
const own = `/subscriptions/${subscriptionId}`;
const write = 'Microsoft.Compute/images/write';
const done = <Output>(output: Output) => ({ kind: 'done', output }) as const;
const refused = { kind: 'refused', status: 403, code: 'AuthorizationFailed', message: '' } as const;

type Given = { readonly scope?: string; readonly roleId?: string; readonly condition?: string };

function assignedTo(...given: readonly Given[]): Assigned[] {
  return readAssignments(
    given.map(({ scope = own, roleId = contributor.id, condition }) => ({
      scope,
      roleDefinitionId: `${own}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      condition,
    })),
    [],
    subscriptionId,
  );
}

const seen = (
  sets: readonly PermissionSet[],
  assigned: Assigned[],
  more: Partial<Observations> = {},
): Observations => ({
  subscriptionId,
  objectId: 'me',
  permissions: done([...sets]),
  assigned: done(assigned),
  denyAssignments: done([]),
  resourceGroups: [],
  ...more,
});

const both = (observations: Observations) => [
  readRole(observations, [write]).state,
  readOperation(observations, write).state,
];

describe('what permissions and assignments say together', () => {
  const opaque = "@Resource[a:b] StringEquals 'x'";
  const unknownRole = 'd0000000-0000-4000-8000-0000000000aa';
  const all = [contributorSet];
  const group = `${own}/resourceGroups/images`;

  it.each<[string, Observations, string[]]>([
    ['Contributor, seen by both', seen(all, assignedTo({})), ['granted', 'granted']],
    ['a role that was taken away minutes ago', seen(all, []), ['inconclusive', 'inconclusive']],
    [
      'a role on a resource group alone, which still shows on the subscription',
      seen(all, assignedTo({ scope: group })),
      ['inconclusive', 'inconclusive'],
    ],
    [
      'a role whose content could not be read',
      seen(all, assignedTo({ roleId: unknownRole })),
      ['granted', 'granted'],
    ],
    ['a role that has not arrived', seen([], assignedTo({})), ['inconclusive', 'inconclusive']],
    ['nothing', seen([], []), ['missing', 'missing']],
    [
      'a condition that may be about it, of which the permissions show nothing',
      seen([], assignedTo({ condition: opaque })),
      ['inconclusive', 'inconclusive'],
    ],
    [
      'a condition that may be about it, of which the permissions show no word',
      seen(all, assignedTo({ condition: opaque })),
      ['inconclusive', 'inconclusive'],
    ],
    [
      'a condition beside Contributor without one',
      seen(all, assignedTo({ condition: opaque }, {})),
      ['granted', 'granted'],
    ],
    [
      'permissions that may not be read beside Contributor that may',
      seen([], assignedTo({}), { permissions: refused }),
      ['inconclusive', 'inconclusive'],
    ],
    [
      'permissions that may not be read, and no role',
      seen([], [], { permissions: refused }),
      ['missing', 'inconclusive'],
    ],
    ['assignments that may not be read', seen(all, [], { assigned: refused }), ['likely', 'likely']],
  ])('%s', (_what, observations, states) => {
    expect(both(observations)).toEqual(states);
  });
});
