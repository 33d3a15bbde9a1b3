import type { MessageRef } from './chat-adapter.ts';

/** Remembers what a run has sent, so that a repeated run edits and never posts twice. */
export type MessageLog = {
  /** Everything the run has sent, by the name of the message. */
  read(runId: string): Promise<Map<string, MessageRef>>;
  remember(runId: string, name: string, ref: MessageRef): Promise<void>;
};
