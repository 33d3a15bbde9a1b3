import type { HomePlace } from './chat-adapter.ts';

/** Who has opened the bot's Home lately, so that it is drawn anew for them when something changes. */
export type HomeVisitors = {
  remember(workspaceId: string, place: HomePlace): Promise<void>;
  /** Forgets that somebody was there. */
  forget(workspaceId: string, userId: string): Promise<void>;
  /** Those of the last hour. */
  lately(workspaceId: string): Promise<HomePlace[]>;
};
