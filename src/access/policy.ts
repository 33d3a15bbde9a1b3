import type { Connection } from '../connections/connection.ts';

/** Who asks; the workspace comes from the authenticated request, never from what a person typed. */
export type Actor = { readonly workspaceId: string; readonly userId: string };

export type Action =
  | 'connection.add'
  | 'connection.list'
  | 'connection.verify'
  | 'connection.show'
  | 'connection.change'
  | 'connection.remove';

export type AccessPolicy = {
  /** Whether this person may do this, to this connection if one is named; asked anew for every click. */
  permits(actor: Actor, action: Action, connection?: Connection): boolean;
};

const ofOwners: readonly Action[] = ['connection.change', 'connection.remove'];

/** Everybody in a workspace may add, list, verify and look; the rest takes whoever added it, or an administrator. */
export function createAccessPolicy({ admins }: { readonly admins: readonly string[] }): AccessPolicy {
  return {
    permits(actor, action, connection) {
      if (connection && connection.workspaceId !== actor.workspaceId) return false;
      if (!ofOwners.includes(action)) return true;
      return connection?.addedBy === actor.userId || admins.includes(actor.userId);
    },
  };
}
