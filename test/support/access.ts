import type { Access } from '../../src/access/access.ts';
import type { Role } from '../../src/access/roles.ts';

/** A workspace where everybody has a role that nobody gave them. */
export function everybodyIs(role: Role): Access {
  const standing = { role, isGiven: false, givers: [], unsure: [] };
  return {
    standingOf: async () => standing,
    knownStanding: () => standing,
    rolesOf: async () => ({
      grants: [],
      everyone: role,
      fixedAdmins: new Map(),
      isFiled: false,
    }),
    change: async () => 'filed',
    close: async () => undefined,
  };
}
