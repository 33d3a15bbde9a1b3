import { describe, expect, it } from 'vitest';
import type { DenyAssignment } from '../../../src/providers/azure/answers.ts';
import { denialOf } from '../../../src/providers/azure/denials.ts';

const write = 'Microsoft.Compute/images/write';
const everybody = { id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' };
const me = { id: 'C0000000-0000-4000-8000-00000000000A', type: 'ServicePrincipal' };
const other = { id: 'c0000000-0000-4000-8000-00000000000b', type: 'ServicePrincipal' };
const group = { id: 'b0000000-0000-4000-8000-000000000001', type: 'GROUP' };

const denial = (more: Partial<DenyAssignment> = {}): DenyAssignment => ({
  denyAssignmentName: 'Baseline',
  permissions: [{ actions: ['Microsoft.Compute/*'], notActions: [], condition: undefined }],
  principals: [everybody],
  condition: undefined,
  ...more,
});
const certainty = (more: Partial<DenyAssignment>, objectId: string | undefined = me.id.toLowerCase()) =>
  denialOf(write, [denial(more)], objectId)?.certainty;

describe('a deny assignment', () => {
  it('that spares what lies inside of the subscription is none', () => {
    expect(denialOf(write, [denial({ doNotApplyToChildScopes: true })], me.id)).toBeUndefined();
    expect(denialOf(write, [], me.id)).toBeUndefined();
  });

  it.each<[string, Partial<DenyAssignment>, string | undefined]>([
    ['of everybody', {}, 'certain'],
    ['of the caller, in any case', { principals: [me] }, 'certain'],
    ['of somebody else', { principals: [other] }, undefined],
    ['of nobody', { principals: [] }, undefined],
    ['without a list of principals', { principals: null }, undefined],
    ['of a group', { principals: [group] }, 'maybe'],
    ['of principals without id or type', { principals: [{}] }, undefined],
    ['that spares the caller', { excludePrincipals: [me] }, undefined],
    ['that spares a group', { excludePrincipals: [group] }, 'maybe'],
    ['that spares nobody', { excludePrincipals: null }, 'certain'],
    ['under a condition', { condition: 'x' }, 'maybe'],
    ['of the subscription alone', { doNotApplyToChildScopes: true }, undefined],
    ['of nothing', { permissions: null }, undefined],
    [
      'of a part under a condition',
      { permissions: [{ actions: ['*'], notActions: [], condition: 'x' }] },
      'maybe',
    ],
    [
      'of a part under a condition and one without',
      {
        permissions: [
          { actions: ['*'], notActions: [], condition: 'x' },
          { actions: ['*'], notActions: [], condition: undefined },
        ],
      },
      'certain',
    ],
  ])('%s', (_what, more, expected) => {
    expect(certainty(more)).toBe(expected);
  });

  it('of somebody may be of a caller whose token hides who it is', () => {
    expect(denialOf(write, [denial({ principals: [other] })], undefined)?.certainty).toBe('maybe');
    expect(denialOf(write, [denial({ principals: [] })], undefined)).toBeUndefined();
    expect(denialOf(write, [denial()], undefined)?.certainty).toBe('certain');
  });

  it('that is certain is named before one that is not', () => {
    const unsure = denial({ denyAssignmentName: 'Unsure', condition: 'x' });

    expect(denialOf(write, [unsure, denial()], me.id)).toEqual({ name: 'Baseline', certainty: 'certain' });
    expect(denialOf(write, [unsure], me.id)?.name).toBe('Unsure');
    expect(denialOf(write, [denial({ denyAssignmentName: null })], me.id)?.name).toBe('without a name');
  });
});
