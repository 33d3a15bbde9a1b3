import type { MessageRef } from '../delivery/chat-adapter.ts';

/** A verification that somebody asked for; ids only, so that it can wait in a queue. */
export type VerificationRequest = {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly askedBy: string;
  /** Where the answer goes. */
  readonly conversationId: string;
  readonly trigger: 'add' | 'command' | 'again';
  /** A new credential to verify, and to use if it signs in, by its id. */
  readonly replacement?: string | undefined;
  /** The message to edit instead of posting a new one. */
  readonly root?: MessageRef | undefined;
};

export type PlannedVerification = {
  readonly at: string;
  /** Whether it was planned before, perhaps for another conversation. */
  readonly isOld: boolean;
};

/** A connection that was removed, by whom, and the messages that still tell of it. */
export type RemovedConnection = {
  readonly workspaceId: string;
  readonly name: string;
  readonly by: string;
  readonly roots: readonly MessageRef[];
};

/** Too much waits already, of one person or of a workspace. */
export type TooMuchWaits = {
  readonly of: 'person' | 'workspace';
  /** How much may wait. */
  readonly most: number;
  /** When to try again, as a guess. */
  readonly minutes: number;
};

export type VerificationRequests = {
  /**
   * Queues a verification; at most one of a connection waits or runs, and no more of a person and of a workspace than the
   * operator set. People and workspaces take turns. Nothing is queued unless it resolves to `queued`.
   */
  request(request: VerificationRequest): Promise<'queued' | 'already-running' | TooMuchWaits>;
  /** Whether a verification of the connection waits or runs. */
  isUnderWay(request: Pick<VerificationRequest, 'connectionId'>): Promise<boolean>;
  /** Queues a verification for later; at most one of a connection waits so. Resolves to when, as ISO time. */
  requestLater(request: VerificationRequest, delayMs: number): Promise<PlannedVerification>;
  /** Takes back what was queued for later; false where nothing was. */
  cancelLater(request: Pick<VerificationRequest, 'connectionId'>): Promise<boolean>;
  /** Queues what takes the buttons from messages about a connection that is gone. */
  tellRemoved(removed: RemovedConnection): Promise<void>;
  /** Queues what draws the Homes of a workspace anew; what ends within moments draws them once. */
  drawHomes(workspaceId: string): Promise<void>;
};
