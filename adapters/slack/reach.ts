import type { Authorize } from '@slack/bolt';
import type { ClientsOf } from './clients.ts';

/** Which workspaces the bot speaks in, and with what. */
export type SlackReach = {
  readonly clientsOf: ClientsOf;
  /** Lets in what comes from these workspaces, and nothing else. */
  readonly authorize: Authorize<boolean>;
  /** Since when the app is installed in a workspace; undefined where it is not. */
  installedSince(workspaceId: string): Promise<Date | undefined>;
  /** Forgets the token of a workspace. */
  forget(workspaceId: string): void;
  /** All of them, for what looks after each. */
  workspaces(): AsyncIterable<string>;
};
