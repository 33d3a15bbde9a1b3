/** What a platform gave the bot when it was installed in a workspace. */
export type StoredInstallation = {
  readonly workspaceId: string;
  /** The person who installed it. */
  readonly installedBy: string;
  readonly installedAt: Date;
  /** The rest, with the tokens in it, sealed for this workspace: only the platform's own adapter opens it. */
  readonly sealed: string;
};

/** What an installation is sealed for, in place of the id of a connection; no connection has this id. */
export const installationBinding = (workspaceId: string) => ({ workspaceId, connectionId: 'installation' });

/** Where installations are kept, one for each workspace. Every read and write but `all` names a workspace. */
export type InstallationStore = {
  find(workspaceId: string): Promise<StoredInstallation | undefined>;
  /** Keeps one in place of any before it. */
  put(installation: StoredInstallation): Promise<void>;
  /** Puts something else in place of what was sealed; false where that is not what is there any more. */
  replace(workspaceId: string, was: string, is: string): Promise<boolean>;
  /** Removes an installation; false when there was none. */
  remove(workspaceId: string): Promise<boolean>;
  /**
   * The person who first installed the bot in a workspace, as long as anything of it is kept; undefined where nobody did, as with
   * a token in the settings. Whoever installs it anew does not take their place.
   */
  installerOf(workspaceId: string): Promise<string | undefined>;
  /** The workspaces that have one, for what looks after all of them. */
  all(): AsyncIterable<string>;
};
