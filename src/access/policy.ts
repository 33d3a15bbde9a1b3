import { z } from 'zod';
import { type Action, roleFor } from './actions.ts';
import { type Role, reaches } from './roles.ts';

export type { Action };

/** What a person may do in a conversation. */
export type Standing = {
  readonly role: Role;
  /** Whether somebody gave them the role, or it is that of everybody. */
  readonly isGiven: boolean;
  /** People who can give roles, some of them where they are many. */
  readonly givers: readonly string[];
  /** Groups whose members could not be looked up just now, so they count for nothing. */
  readonly unsure: readonly string[];
};

/** Who asks; the workspace comes from the authenticated request, never from what a person typed. */
export const Actor = z.object({ workspaceId: z.string(), userId: z.string() });
export type Actor = Readonly<z.infer<typeof Actor>> & {
  /** Looked up anew for every command, click and form. Whoever has none may do nothing. */
  readonly standing?: Standing;
};

/** What an action is about: a connection, or a schedule of reports. */
export type Owned = { readonly workspaceId: string; readonly addedBy: string };

/** What changes something that somebody made. */
const ofOwners: readonly Action[] = [
  'connection.change',
  'connection.accept',
  'connection.remove',
  'report.change',
  'report.remove',
];

/**
 * Whether this person may do this, to what is named if anything is. What somebody made is changed by them, or by whoever was
 * given a role that changes; where everybody is an operator, that makes nobody the owner of what others made.
 */
export function permits({ workspaceId, userId, standing }: Actor, action: Action, owned?: Owned): boolean {
  if (!standing || !reaches(standing.role, roleFor(action))) return false;
  if (!owned) return true;
  if (owned.workspaceId !== workspaceId) return false;
  return !ofOwners.includes(action) || owned.addedBy === userId || standing.isGiven;
}
