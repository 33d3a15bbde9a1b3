import { describe, expect, it } from 'vitest';
import { createAccessPolicy } from '../../src/access/policy.ts';
import { connectionOf } from '../support/findings.ts';

const { permits } = createAccessPolicy({ admins: ['U-ADMIN'] });
const connection = connectionOf({ addedBy: 'U-OWNER' });
const by = (userId: string, workspaceId = connection.workspaceId) => ({ userId, workspaceId });

describe('who may do what', () => {
  it.each([
    ['anybody verifies', by('U-OTHER'), 'connection.verify', true],
    ['anybody looks', by('U-OTHER'), 'connection.show', true],
    ['the owner removes', by('U-OWNER'), 'connection.remove', true],
    ['an administrator removes', by('U-ADMIN'), 'connection.remove', true],
    ['another person does not remove', by('U-OTHER'), 'connection.remove', false],
    ['another workspace does nothing', by('U-OWNER', 'slack:T2'), 'connection.verify', false],
    [
      'an administrator of another workspace does nothing',
      by('U-ADMIN', 'slack:T2'),
      'connection.remove',
      false,
    ],
  ] as const)('%s', (_rule, actor, action, allowed) => {
    expect(permits(actor, action, connection)).toBe(allowed);
  });
});
