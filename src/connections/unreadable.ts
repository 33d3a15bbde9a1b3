/** A stored record that this version cannot read: it is skipped, and stays as it is. */
export type Unreadable = {
  readonly workspaceId: string;
  /** What it is, in words that follow "a": `connection`, `scheduled report`. */
  readonly kind: string;
  /** Where it stands, for the log and for whoever mends it. */
  readonly key: string;
  /** newer: a later version stored it, and reads it; damaged: it is not what any version stores. */
  readonly problem: 'newer' | 'damaged';
  /** Whose it is and what it is called, as far as that can still be read. */
  readonly owner?: string | undefined;
  readonly name?: string | undefined;
};

/** Takes note of a record that cannot be read, however often it is met; never fails, and keeps nobody waiting. */
export type NoteUnreadable = (found: Unreadable) => void;

/** Which stored records cannot be read. One that is not met for two days counts as gone or mended. */
export type UnreadableRecords = {
  readonly note: NoteUnreadable;
  /** How many there are of a workspace. */
  count(workspaceId: string): Promise<number>;
  /** Those of all workspaces whose owners are known and have not been told. */
  untold(): AsyncIterable<Unreadable & { readonly owner: string }>;
  /** Remembers that the owner knows. */
  remember(told: Unreadable): Promise<void>;
};
