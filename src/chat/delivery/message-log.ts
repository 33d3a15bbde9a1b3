import type { MessageRef } from './chat-adapter.ts';

/** Remembers what a run has done outside, so that a repeated run goes on where it was and does nothing twice. */
export type MessageLog = {
  /** Everything the run has sent, by the name of the message. */
  read(runId: string): Promise<Map<string, MessageRef>>;
  remember(runId: string, name: string, ref: MessageRef): Promise<void>;
  /** Remembers that the run is about to sign in at a provider. */
  rememberSignIn(runId: string): Promise<void>;
  /** Whether the sign-in of the run may have begun. */
  hasSignedIn(runId: string): Promise<boolean>;
};
