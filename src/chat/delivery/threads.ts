import type { HistoryKey } from '../../connections/history.ts';
import type { MessageTells } from '../model/message.ts';
import type { MessageRef } from './chat-adapter.ts';

/** What was said of a connection in a conversation: the message with its verdict, and the replies that tell how it stands. */
export type Thread = {
  /** Where it was asked for. */
  readonly conversationId: string;
  readonly root: MessageRef;
  /** When its first verification was told. */
  readonly at: string;
  /** When its latest verification started. */
  readonly toldAt: string;
  /** The latest run that told something there; a further verification is compared with it. */
  readonly toldRun?: string | undefined;
  /** Whether something was left to do by its last verification. */
  readonly isOpen: boolean;
  /** The subjects of findings that its replies tell to be missing: found so, and not told to be otherwise since. */
  readonly missing: readonly string[];
  readonly replies: readonly { readonly tells: MessageTells; readonly ref: MessageRef }[];
};

/** The threads about connections, so that what they say can be kept true. */
export type Threads = {
  /** Those of a connection that are remembered, the newest first. */
  all(key: HistoryKey): Promise<Thread[]>;
  /** Remembers a thread, in place of what was remembered of the same; nothing for a connection that is gone. */
  put(key: HistoryKey, thread: Thread): Promise<void>;
};

/** Milliseconds for which an open thread goes on, so that a problem has one place. */
const goesOnMs = 24 * 3_600_000;

/** The thread in a conversation that a further verification goes on with, if there is one. */
export function openThread(
  threads: readonly Thread[],
  { conversationId, now }: { conversationId: string; now: Date },
): Thread | undefined {
  return threads.find(
    (thread) =>
      thread.isOpen &&
      thread.conversationId === conversationId &&
      now.getTime() - Date.parse(thread.at) < goesOnMs,
  );
}

/** The thread below a message. */
export const threadBelow = (threads: readonly Thread[], { conversationId, messageId }: MessageRef) =>
  threads.find(({ root }) => root.conversationId === conversationId && root.messageId === messageId);
