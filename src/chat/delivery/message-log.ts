import type { MessageName, MessageRef } from './chat-adapter.ts';

/** Remembers what a run has done outside, so that a repeated run goes on where it was and does nothing twice. */
export type MessageLog = {
  /** Everything the run has sent, by the name of the message. */
  read(runId: string): Promise<Map<string, MessageRef>>;
  /**
   * Remembers that a message is about to be posted; resolves to which attempt this is, or to the message where it turns out to
   * be there. `gone` is one that was there and is no more.
   */
  begin(name: MessageName, gone?: MessageRef): Promise<{ attempt: number } | { known: MessageRef }>;
  /** Remembers where a message is; resolves to where it was found first, which is elsewhere for its twin. */
  settle(name: MessageName, ref: MessageRef): Promise<MessageRef>;
  /** Remembers that the run is about to sign in at a provider. */
  rememberSignIn(runId: string): Promise<void>;
  /** Whether the sign-in of the run may have begun. */
  hasSignedIn(runId: string): Promise<boolean>;
};
