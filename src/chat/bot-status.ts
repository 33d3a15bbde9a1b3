import type { ProviderId } from '../catalog/profile.ts';

/** Jobs of a kind, over all workspaces. */
export type QueueCounts = {
  readonly running: number;
  /** As soon as a worker is free. */
  readonly waiting: number;
  /** For a time that is to come. */
  readonly planned: number;
};

/** Something that a workspace asked for and that failed by a fault of the bot or of what it stands on. */
export type Fault = {
  readonly at: string;
  readonly what: 'verification' | 'report';
  /** What went wrong, as a code; never a text of a library. */
  readonly code: string;
  /** What the operator finds it under in the log. */
  readonly runId: string;
  readonly connectionId?: string | undefined;
};

/** How the bot itself is. */
export type BotStatus = {
  readonly verifications: QueueCounts;
  readonly reports: QueueCounts;
  /** Workers that answer in chat. */
  readonly answering: number;
  /** Workers that verify connections of each provider. */
  readonly verifying: ReadonlyMap<ProviderId, number>;
  /** The newest of the workspace, the newest first. */
  readonly faults: readonly Fault[];
};

export type ReadBotStatus = (workspaceId: string) => Promise<BotStatus>;
