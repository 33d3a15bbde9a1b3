import type { MessageRef, RunKey } from './chat-adapter.ts';

/** A message of a run. */
export type RunMessage = RunKey & { readonly name: string };

/** Remembers what a run has done outside, so that a repeated run goes on where it was and does nothing twice. */
export type MessageLog = {
  /** Everything the run has sent, by the name of the message. */
  read(run: RunKey): Promise<Map<string, MessageRef>>;
  /**
   * Remembers that a message is about to be posted; resolves to which attempt this is, or to the message where it turns out to
   * be there. `gone` is one that was there and is no more.
   */
  begin(message: RunMessage, gone?: MessageRef): Promise<{ attempt: number } | { known: MessageRef }>;
  /** Remembers where a message is; resolves to where it was found first, which is elsewhere for its twin. */
  settle(message: RunMessage, ref: MessageRef): Promise<MessageRef>;
  /** Remembers that the run is about to sign in at a provider. */
  rememberSignIn(run: RunKey): Promise<void>;
  /** Whether the sign-in of the run may have begun. */
  hasSignedIn(run: RunKey): Promise<boolean>;
};
