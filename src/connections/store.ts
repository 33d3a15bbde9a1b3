import type { Concern } from './concern.ts';
import type { Connection } from './connection.ts';

export type NewConnection = {
  readonly connection: Connection;
  /** The credential, sealed for this connection. */
  readonly sealed: string;
  /** Something that the request carried and no other request will; the same one is stored once only. */
  readonly once: string;
};

export type ConnectionUpdate = {
  /** The connection as it was read. */
  readonly was: Connection;
  readonly is: Connection;
  /** The new credential, sealed for this connection; the stored one stays where absent. */
  readonly sealed?: string | undefined;
};

export type ListRequest = {
  readonly workspaceId: string;
  /** Only names that contain this, in any case. */
  readonly match?: string;
  readonly offset?: number;
  readonly limit: number;
};

export type Overview = {
  readonly total: number;
  readonly counts: Readonly<Record<Concern, number>>;
  readonly connections: Connection[];
};

/** Where connections are kept. Every read and write names a workspace and sees nothing of another. */
export type ConnectionStore = {
  /** Stores all of it or nothing, in one exchange. Resolves to what happened; only `stored` changed anything. */
  create(request: NewConnection): Promise<'stored' | 'name-taken' | 'exists' | 'replayed'>;
  find(workspaceId: string, id: string): Promise<Connection | undefined>;
  /** Finds by name, however it is spelt in upper and lower case. */
  findByName(workspaceId: string, name: string): Promise<Connection | undefined>;
  /** One page in the order of names, and how many there are in all, those that cannot be read among them. */
  list(request: ListRequest): Promise<{ total: number; connections: Connection[] }>;
  /**
   * All of a workspace in no order, those that cannot be read without what they are. None that is there all the time is left
   * out, whatever is added and removed meanwhile.
   */
  all(
    workspaceId: string,
  ): AsyncIterable<{ readonly id: string; readonly connection: Connection | undefined }>;
  /** Makes the order of lists anew where it is not that of what is stored, as an older version may leave it. */
  mendOrder(workspaceId: string): Promise<void>;
  /** One page of all, what needs somebody first, and how many there are of each concern. */
  overview(request: Omit<ListRequest, 'match'>): Promise<Overview>;
  /** The sealed credential of a connection. */
  sealedCredential(workspaceId: string, id: string): Promise<string | undefined>;
  /**
   * Replaces a connection, and its credential where one is given: all of it or nothing, and only while it is as it was
   * read. Resolves to what happened; only `updated` changed anything.
   */
  update(change: ConnectionUpdate): Promise<'updated' | 'gone' | 'outdated' | 'name-taken'>;
  /** The workspaces that have connections, for what looks after all of them. */
  workspaces(): AsyncIterable<string>;
  /**
   * Takes back a creation that nobody knows the end of: what was stored is removed, and what is still on its way is not
   * stored when it arrives, whichever of the two Redis sees first.
   */
  takeBack(request: Pick<NewConnection, 'connection' | 'once'>): Promise<void>;
  /** Removes a connection, its credential and its history; false when there was none. */
  remove(workspaceId: string, id: string): Promise<boolean>;
};
