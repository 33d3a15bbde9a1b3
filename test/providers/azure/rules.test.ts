import { describe, expect, it } from 'vitest';
import type { AzureAnswer } from '../../../src/providers/azure/answers.ts';
import { type Assigned, readAssignments } from '../../../src/providers/azure/assignments.ts';
import type { Observations } from '../../../src/providers/azure/observations.ts';
import { readResourceProvider, readSubscription } from '../../../src/providers/azure/prerequisites.ts';
import { readOperation, readRole } from '../../../src/providers/azure/read-answers.ts';
import type { PermissionSet } from '../../../src/providers/azure/rights.ts';
import { builtInRoles, contributor, contributorSet, owner } from '../../../src/providers/azure/roles.ts';
import type { AnswerParts } from '../../../src/providers/provider.ts';

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

const reader = builtInRoles.find(({ name }) => name === 'Reader')?.id ?? '';

const both = (observations: Observations) => [
  readRole(observations, [write]).state,
  readOperation(observations, write).state,
];

describe('what permissions and assignments say together', () => {
  const opaque = "@Resource[a:b] StringEquals 'x'";
  const unknownRole = 'd0000000-0000-4000-8000-0000000000aa';
  const all = [contributorSet];
  const group = `${own}/resourceGroups/images`;
  const onAssignments =
    "!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR (@Request[a:b] StringEquals 'x')";
  const denial = {
    denyAssignmentName: 'Baseline',
    permissions: [{ actions: ['Microsoft.Compute/*'], notActions: [], condition: undefined }],
    principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
    condition: undefined,
  };
  const custom = (permissions: PermissionSet[]) =>
    readAssignments(
      [{ scope: own, roleDefinitionId: `x/${unknownRole}`, condition: undefined }],
      [{ id: unknownRole, name: 'Builders', permissions }],
      subscriptionId,
    );

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
    ['a smaller role that is all there is', seen([], assignedTo({ roleId: reader })), ['missing', 'missing']],
    [
      'a deny assignment for everybody',
      seen(all, assignedTo({}), { denyAssignments: done([denial]) }),
      ['granted', 'missing'],
    ],
    [
      'a deny assignment under a condition',
      seen(all, assignedTo({}), { denyAssignments: done([{ ...denial, condition: 'x' }]) }),
      ['granted', 'inconclusive'],
    ],
    [
      'a deny assignment about something else',
      seen(all, assignedTo({}), {
        denyAssignments: done([
          {
            ...denial,
            permissions: [{ actions: ['Microsoft.Network/*'], notActions: [], condition: undefined }],
          },
        ]),
      }),
      ['granted', 'granted'],
    ],
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
    [
      'nothing that may be read',
      seen([], [], { permissions: refused, assigned: refused }),
      ['missing', 'inconclusive'],
    ],
    [
      'a condition in the permissions, where assignments may not be read',
      seen([{ ...contributorSet, condition: opaque }], [], { assigned: refused }),
      ['inconclusive', 'inconclusive'],
    ],
    [
      'a condition in the permissions beside the same without one',
      seen([{ ...contributorSet, condition: opaque }, contributorSet], [], { assigned: refused }),
      ['likely', 'likely'],
    ],
    [
      'a condition in the permissions about something else',
      seen([{ actions: ['*'], notActions: [], condition: onAssignments }], [], { assigned: refused }),
      ['likely', 'likely'],
    ],
    [
      'permissions that may not be read beside Contributor under a condition',
      seen([], assignedTo({ condition: opaque }), { permissions: refused }),
      ['inconclusive', 'inconclusive'],
    ],
    [
      'permissions that may not be read beside a smaller role',
      seen([], assignedTo({ roleId: reader }), { permissions: refused }),
      ['missing', 'inconclusive'],
    ],
    [
      'a smaller role, though the permissions still show all',
      seen(all, assignedTo({ roleId: reader })),
      ['inconclusive', 'inconclusive'],
    ],
    [
      'a role in two parts, one of which grants it',
      seen(all, custom([{ actions: ['Microsoft.Network/*'], notActions: [] }, contributorSet])),
      ['granted', 'granted'],
    ],
  ])('%s', (_what, observations, states) => {
    expect(both(observations)).toEqual(states);
  });
});

describe('what is said of the role', () => {
  const opaque = "@Resource[a:b] StringEquals 'x'";
  const onImages = `!(ActionMatches{'${write}'}) OR (@Resource[a:b] StringEquals 'x')`;
  const delegating =
    "!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR (@Request[a:b] StringEquals 'x')";
  const all = [contributorSet];
  const custom = 'd0000000-0000-4000-8000-0000000000bb';
  const withRole = (permissions: PermissionSet[], condition?: string) =>
    readAssignments(
      [{ scope: own, roleDefinitionId: `x/${custom}`, condition }],
      [{ id: custom, name: 'Builders', permissions }],
      subscriptionId,
    );
  const group = `${own}/resourceGroups/images`;
  const inside = assignedTo({ scope: group });

  it.each<[string, Observations, Partial<AnswerParts>, RegExp]>([
    [
      'by name',
      seen(all, assignedTo({})),
      { state: 'granted' },
      /^Assigned: Contributor on the subscription\.$/,
    ],
    [
      'by name, under a condition about something else',
      seen([{ actions: ['*'], notActions: [] }], assignedTo({ roleId: owner.id, condition: delegating })),
      { state: 'granted' },
      /^Assigned: Owner on the subscription\. The condition is about Microsoft\.Authorization\/roleAssignments\/write only\.$/,
    ],
    [
      'by another role',
      seen(all, withRole([contributorSet])),
      { state: 'granted' },
      /^Not Contributor by name, but a role with the same rights: Builders/,
    ],
    [
      'by another role, under a condition about something else',
      seen(all, withRole([{ actions: ['*'], notActions: [] }], delegating)),
      { state: 'granted' },
      /^Not Contributor by name, but a role with the same rights/,
    ],
    [
      'by another role under a condition about one step',
      seen(all, withRole([contributorSet], onImages)),
      { state: 'inconclusive', condition: onImages },
      /only where a condition/,
    ],
    [
      'by name under a condition about one step',
      seen(all, assignedTo({ condition: onImages })),
      { state: 'inconclusive', condition: onImages },
      /only where a condition/,
    ],
    [
      'not, and only a resource group shows where permissions may not be read',
      seen([], [], { permissions: refused, resourceGroups: ['images'] }),
      {
        state: 'missing',
        evidence: { code: 'AuthorizationFailed', text: expect.anything(), caveat: expect.anything() },
      },
      /sees resource group images: the role may have been assigned/,
    ],
    [
      'by a set of the effective permissions under a condition',
      seen([{ ...contributorSet, condition: opaque }], []),
      { state: 'inconclusive', condition: opaque },
      /only where a condition/,
    ],
    [
      'by name under a condition, of which the permissions show nothing',
      seen([], assignedTo({ condition: opaque })),
      { state: 'inconclusive', condition: opaque },
      /only where a condition/,
    ],
    [
      'by name, with all operations but not all of the role as it is known here',
      seen([{ actions: ['Microsoft.Compute/*'], notActions: [] }], assignedTo({})),
      { state: 'granted' },
      /^Assigned: Contributor/,
    ],
    [
      'by two roles together, and not by a third under a condition',
      seen(all, [
        ...withRole([{ actions: ['*'], notActions: ['Microsoft.Compute/*', ...contributorSet.notActions] }]),
        ...withRole([{ actions: ['Microsoft.Compute/*'], notActions: [] }]),
        ...assignedTo({ roleId: owner.id, condition: opaque }),
      ]),
      { state: 'granted' },
      /^Not Contributor by name, but with the same rights together: Builders on the subscription, Builders on the subscription\.$/,
    ],
    [
      'by nothing that shows where it comes from',
      seen(all, assignedTo({ roleId: reader })),
      { state: 'inconclusive', conflict: true },
      /^The effective permissions include it, but no role assignment/,
    ],
    [
      'not by a smaller role under a condition',
      seen([], assignedTo({ roleId: reader, condition: opaque })),
      { state: 'missing' },
      /It holds Reader on the subscription\.$/,
    ],
    [
      'not by a smaller set under a condition, whose role does not show',
      seen([{ actions: ['*/read'], notActions: [], condition: opaque }], []),
      { state: 'missing' },
      /It has some rights there, which no listed role gives\.$/,
    ],
    [
      'not by a smaller role on a resource group',
      seen([], assignedTo({ scope: group, roleId: reader })),
      { state: 'missing' },
      /It holds no role there\.$/,
    ],
    [
      'not, and its roles may not be read',
      seen([], [], { assigned: refused }),
      { state: 'missing' },
      /Which roles it holds could not be read\.$/,
    ],
    [
      'not, where its permissions may not be read',
      seen([], [], { permissions: refused }),
      {
        state: 'missing',
        evidence: {
          code: 'AuthorizationFailed',
          text: expect.anything(),
          caveat: expect.stringMatching(/minutes ago/),
        },
      },
      /^Azure does not let this principal read its own permissions/,
    ],
    [
      'not told where Azure is silent, whatever resource groups it shows',
      seen([], [], {
        permissions: { kind: 'unreachable', message: 'gave no answer' },
        resourceGroups: ['images'],
      }),
      { state: 'inconclusive' },
      /^Azure gave no answer when asked/,
    ],
    [
      'not told where Azure is silent, whatever is assigned',
      seen([], assignedTo({}), { permissions: { kind: 'unreachable', message: 'gave no answer' } }),
      { state: 'inconclusive' },
      /^Azure gave no answer when asked for the effective permissions/,
    ],
    [
      'formally not, though every operation is granted',
      seen(
        [{ actions: ['Microsoft.Compute/*'], notActions: [] }],
        withRole([{ actions: ['Microsoft.Compute/*'], notActions: [] }]),
      ),
      { state: 'missing', formal: true },
      /^Below the documented minimum: it holds Builders on the subscription\./,
    ],
    [
      'by nothing that is known, though every operation is granted',
      seen([{ actions: ['Microsoft.Compute/*'], notActions: [] }], [], { assigned: refused }),
      { state: 'missing', formal: true },
      /^Below the documented minimum\. Every/,
    ],
    [
      'on a resource group only',
      seen([], inside),
      { state: 'missing', layer: 'role-assignment', denial: 'implicit' },
      /^Contributor on resource group images only\./,
    ],
    [
      'not, with another role',
      seen([{ actions: ['*/read'], notActions: [] }], assignedTo({ roleId: reader })),
      { state: 'missing' },
      /It holds Reader on the subscription\.$/,
    ],
    [
      'not, and only a resource group shows',
      seen([], [], { assigned: refused, resourceGroups: ['images'] }),
      { state: 'missing' },
      /sees resource group images: its role was assigned on a resource group only/,
    ],
    [
      'not, and several resource groups show',
      seen([{ actions: ['a/b'], notActions: [] }], [], { assigned: refused, resourceGroups: ['a', 'b'] }),
      { state: 'missing' },
      /sees resource groups such as a, b: the role may have been assigned/,
    ],
  ])('%s', (_what, observations, answer, text) => {
    const told = readRole(observations, [write]);

    expect(told).toMatchObject(answer);
    expect(told.evidence.text).toMatch(text);
  });

  it('is formally missing only where every operation is granted', () => {
    const compute = { actions: ['Microsoft.Compute/*'], notActions: [] };
    const some = seen([compute], [], { assigned: refused });
    expect(readRole(some, [write]).formal).toBe(true);
    expect(readRole(some, [write, 'Microsoft.Network/publicIPAddresses/write']).formal).toBeUndefined();
  });

  it('is forbidden by a deny assignment with its name', () => {
    const denial = {
      denyAssignmentName: 'Baseline',
      permissions: [{ actions: ['*'], notActions: [], condition: undefined }],
      principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      condition: undefined,
    };
    expect(readOperation(seen(all, assignedTo({}), { denyAssignments: done([denial]) }), write)).toEqual({
      state: 'missing',
      method: 'effective-permissions',
      layer: 'deny-assignment',
      denial: 'explicit',
      evidence: { text: 'A role grants it, but the deny assignment “Baseline” forbids it.' },
    });
  });

  it('under a condition in the permissions themselves is told with that condition', () => {
    const observations = seen([{ ...contributorSet, condition: opaque }], [], { assigned: refused });
    expect(readOperation(observations, write)).toMatchObject({ state: 'inconclusive', condition: opaque });
  });

  it('of which no operation is known to be needed is never formally missing alone', () => {
    expect(readRole(seen([], []), []).formal).toBeUndefined();
  });
});

describe('what cannot be read', () => {
  const all = [contributorSet];
  const silent = { kind: 'unreachable', message: 'gave no answer within 10 s' } as const;
  const odd = { kind: 'refused', status: 400, code: 'BadRequest', message: '' } as const;
  const gone = { kind: 'refused', status: 404, code: 'SubscriptionNotFound', message: '' } as const;

  it.each<[string, Observations, string, RegExp]>([
    [
      'permissions, by silence',
      seen([], [], { permissions: silent }),
      'inconclusive',
      /^Azure gave no answer within 10 s/,
    ],
    [
      'permissions, oddly',
      seen([], [], { permissions: odd }),
      'inconclusive',
      /^Azure answered BadRequest \(400\)/,
    ],
    ['the subscription', seen([], [], { permissions: gone }), 'missing', /^Azure shows no subscription/],
    [
      'assignments, by silence',
      seen(all, [], { assigned: silent }),
      'inconclusive',
      /but Azure gave no answer within 10 s/,
    ],
    ['assignments, oddly', seen(all, [], { assigned: odd }), 'inconclusive', /answered BadRequest \(400\)/],
    ['assignments, by right', seen(all, [], { assigned: refused }), 'likely', /may not be read/],
    [
      'denials, by silence',
      seen(all, assignedTo({}), { denyAssignments: silent }),
      'inconclusive',
      /gave no answer/,
    ],
    [
      'denials, by right',
      seen(all, assignedTo({}), { denyAssignments: refused }),
      'likely',
      /Deny assignments may not be read/,
    ],
  ])('%s', (_what, observations, state, text) => {
    const told = readOperation(observations, write);

    expect(told.state).toBe(state);
    expect(told.evidence.text).toMatch(text);
  });
});

describe('a prerequisite', () => {
  const subscription = (state: string) =>
    readSubscription({ kind: 'done', output: { state, displayName: 'x' } });

  it.each([
    ['Enabled', 'granted', undefined],
    ['active', 'granted', undefined],
    ['NotEnabled', 'inconclusive', undefined],
    ['EnabledSoon', 'inconclusive', undefined],
    ['PastDue', 'granted', 'A payment is outstanding, and without it the subscription will be disabled.'],
    ['PastDueToo', 'inconclusive', undefined],
    ['NotPastDue', 'inconclusive', undefined],
    ['Disabled', 'missing', undefined],
    ['Warned', 'missing', undefined],
    ['Expired', 'missing', undefined],
    ['Deleted', 'missing', undefined],
  ])('subscription that is %s is %s', (state, expected, caveat) => {
    expect(subscription(state)).toMatchObject({ state: expected, evidence: { code: state } });
    expect(subscription(state).evidence.caveat).toBe(caveat);
  });

  it.each<[AzureAnswer<never>, string, RegExp]>([
    [
      refused,
      'AuthorizationFailed',
      /^Azure answered AuthorizationFailed when asked for the subscription\.$/,
    ],
  ])('that cannot be read says why', (answer, code, text) => {
    expect(readSubscription(answer)).toMatchObject({ state: 'inconclusive', evidence: { code } });
    expect(readSubscription(answer).evidence.text).toMatch(text);
    const silent = readSubscription({ kind: 'unreachable', message: 'was silent' });
    expect(silent.evidence).toEqual({ text: 'Azure was silent when asked for the subscription.' });
  });

  const providers = (registrationState: string) =>
    readResourceProvider(
      {
        kind: 'done',
        output: [
          { namespace: 'Microsoft.Other', registrationState: 'x' },
          { namespace: 'microsoft.compute', registrationState },
        ],
      },
      'Microsoft.Compute',
    );

  it.each([
    ['Registered', 'granted'],
    ['registering', 'inconclusive'],
    ['NotRegistered', 'missing'],
    ['RegisteredNot', 'missing'],
    ['Unregistering', 'missing'],
    ['RegisteringNot', 'missing'],
  ])('resource provider that is %s is %s', (state, expected) => {
    expect(providers(state)).toMatchObject({
      state: expected,
      evidence: { code: state === 'Registered' ? state : expect.anything() },
    });
  });

  it('resource provider that is not listed is open', () => {
    const none = readResourceProvider({ kind: 'done', output: [] }, 'Microsoft.Compute');
    expect(none).toMatchObject({ state: 'inconclusive' });
    expect(readResourceProvider(refused, 'Microsoft.Compute').state).toBe('inconclusive');
  });
});
