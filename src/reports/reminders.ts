/** A reminder of a credential's end, so many days ahead. */
export type Reminder = {
  readonly workspaceId: string;
  readonly connectionId: string;
  /** The last good day, as an ISO date: another credential is another reminder. */
  readonly on: string;
  readonly days: number;
};

/** Which reminders were sent. */
export type Reminders = {
  isSent(reminder: Reminder): Promise<boolean>;
  remember(reminder: Reminder): Promise<void>;
};
