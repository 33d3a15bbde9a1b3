import type { Chat } from './chat.ts';
import type { ChatAdapter } from './delivery/chat-adapter.ts';

/** One chat platform as the process sees it: what posts there, and how what people do comes in. */
export type ChatPlatform = {
  /** What the ids of its workspaces begin with. */
  readonly id: string;
  /** The word that people put before a command, such as `/xoap`. */
  readonly commandWord: string;
  /** What posts for the bot, for a person who waits. */
  readonly adapter: ChatAdapter;
  /** Starts to receive, over the process's HTTP server or by itself; resolves to how to stop. */
  receive(chat: Chat): Promise<{ close(): Promise<void> }>;
};

/** The platform that a workspace's id begins with. */
export function platformOf(workspaceId: string): string {
  return workspaceId.slice(0, workspaceId.indexOf(':'));
}
