/** Who asks; the workspace comes from the authenticated request, never from what a person typed. */
export type Actor = { readonly workspaceId: string; readonly userId: string };

export type Action =
  | 'connection.add'
  | 'connection.list'
  | 'connection.verify'
  | 'connection.show'
  | 'connection.change'
  | 'connection.accept'
  | 'connection.remove'
  | 'report.ask'
  | 'report.list'
  | 'report.schedule'
  | 'report.change'
  | 'report.remove'
  // Of the workspace itself; nobody asks for these in chat.
  | 'workspace.install'
  | 'workspace.end'
  | 'workspace.revive'
  | 'workspace.erase';

/** What an action is about: a connection, or a schedule of reports. */
export type Owned = { readonly workspaceId: string; readonly addedBy: string };

export type AccessPolicy = {
  /** Whether this person may do this, to what is named if anything is; asked anew for every click. */
  permits(actor: Actor, action: Action, owned?: Owned): boolean;
};

const ofOwners: readonly Action[] = [
  'connection.change',
  'connection.accept',
  'connection.remove',
  'report.change',
  'report.remove',
];

/** Everybody in a workspace may add, list, verify, report and look; the rest takes whoever added it, or an administrator. */
export function createAccessPolicy({ admins }: { readonly admins: readonly string[] }): AccessPolicy {
  return {
    permits(actor, action, owned) {
      if (owned && owned.workspaceId !== actor.workspaceId) return false;
      if (!ofOwners.includes(action)) return true;
      return owned?.addedBy === actor.userId || admins.includes(actor.userId);
    },
  };
}
