import { describe, expect, it } from 'vitest';
import { permits, type Standing } from '../../src/access/policy.ts';
import type { Role } from '../../src/access/roles.ts';
import { connectionOf } from '../support/findings.ts';

const connection = connectionOf({ addedBy: 'U-OWNER' });
const as = (role: Role, isGiven = false): Standing => ({ role, isGiven, givers: [], unsure: [] });
const by = (userId: string, standing: Standing | undefined, workspaceId = connection.workspaceId) => ({
  userId,
  workspaceId,
  ...(standing && { standing }),
});

describe('who may do what', () => {
  it.each([
    ['a viewer verifies', by('U-OTHER', as('viewer')), 'connection.verify', true],
    ['a viewer looks', by('U-OTHER', as('viewer')), 'connection.show', true],
    ['a viewer adds nothing', by('U-OTHER', as('viewer')), 'connection.add', false],
    [
      'a viewer changes nothing, not even what they added',
      by('U-OWNER', as('viewer')),
      'connection.change',
      false,
    ],
    ['the owner removes', by('U-OWNER', as('operator')), 'connection.remove', true],
    [
      'where everybody is an operator, others do not remove',
      by('U-OTHER', as('operator')),
      'connection.remove',
      false,
    ],
    ['whoever was made an operator removes', by('U-OTHER', as('operator', true)), 'connection.remove', true],
    ['an operator gives no roles', by('U-OTHER', as('operator', true)), 'access.change', false],
    ['an admin removes', by('U-ADMIN', as('admin', true)), 'connection.remove', true],
    ['whoever has no standing does nothing', by('U-OWNER', undefined), 'connection.verify', false],
    ['another workspace does nothing', by('U-OWNER', as('operator'), 'slack:T2'), 'connection.verify', false],
    [
      'an admin of another workspace does nothing',
      by('U-ADMIN', as('admin', true), 'slack:T2'),
      'connection.remove',
      false,
    ],
  ] as const)('%s', (_rule, actor, action, allowed) => {
    expect(
      permits(
        actor,
        action,
        action === 'access.change' || action === 'connection.add' ? undefined : connection,
      ),
    ).toBe(allowed);
  });
});
