import type { IsMember } from '../../access/access.ts';
import type { Download } from '../../access/downloads.ts';
import type { Message } from '../model/message.ts';

/** Where a message goes: a conversation of a workspace, or one thread of it. */
export type Destination = {
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly threadId?: string;
};

/** A message that was sent; enough to find it again. */
export type MessageRef = { readonly conversationId: string; readonly messageId: string };

/** A run, of one workspace. */
export type RunKey = { readonly workspaceId: string; readonly runId: string };

/** Which message of which run it is. */
export type MessageName = { readonly runId: string; readonly name: string };

/** What a message carries that was posted, so that it can be told whose it is and which time it was tried. */
export type MessageMark = MessageName & { readonly attempt: number };

export type PostOptions = {
  /** One of many that nobody waits for, so it keeps the platform's pace and leaves bursts to answers. */
  readonly inBulk?: boolean;
  /** What the message carries where the platform can, so that its clicks, and where possible itself, tell whose it is. */
  readonly mark?: MessageMark;
};

/** Whose Home it is, and the conversation between them and the bot. */
export type HomePlace = { readonly userId: string; readonly conversationId: string };

/** The groups of people that a platform knows, for roles. */
export type Groups = {
  /** user groups by their ids, or whoever is a member of a conversation. */
  readonly kind: 'group' | 'members';
  /** Whether somebody is in one; rejects where that cannot be looked up in time. */
  readonly isMember: IsMember;
  /** Those of a workspace by name; rejects where they cannot be listed, with what to do in the hint of an `AppError`. */
  list?(workspaceId: string): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** Whether more than one person and the bot can be in a conversation. */
  isShared(conversationId: string): boolean;
};

/** One chat platform, for messages that nobody waits for. What people do there comes in through `Chat`. */
export type ChatAdapter = {
  /** Splits a message that would pass a limit of the platform; nothing of it is lost. */
  paginate(message: Message): readonly Message[];
  /**
   * Sends one page, once. Throws `chat.bot-not-in-conversation` when it may not write there, `chat.rate-limited` with how
   * long to wait, `chat.unavailable` when the platform cannot be reached or its answer was lost: the message may be there then.
   * Where it may be heard of (`Chat.posted`), that comes with how long to wait for it.
   */
  post(to: Destination, message: Message, options?: PostOptions): Promise<MessageRef>;
  /**
   * Replaces what was sent. Throws `chat.message-gone` when it is not there any more. A passing change, such as of
   * progress, is not worth waiting for: it throws `chat.rate-limited` rather than hold up what comes after it.
   */
  update(
    workspaceId: string,
    ref: MessageRef,
    message: Message,
    options?: { readonly isPassing?: boolean },
  ): Promise<void>;
  /** The conversation between the bot and one person. Throws `chat.person-unreachable` where there can be none. */
  directConversation(workspaceId: string, userId: string): Promise<string>;
  /** Draws somebody's Home; absent where the platform has none. */
  showHome?(workspaceId: string, home: HomePlace, message: Message): Promise<void>;
  /** The address at which the platform's clients open a message; undefined where there is none. */
  linkTo(workspaceId: string, ref: MessageRef): Promise<string | undefined>;
  /** Brings a file to one person; false where the workspace lets the bot send none. Absent where the platform has no way. */
  sendFile?(workspaceId: string, userId: string, file: Download): Promise<boolean>;
  /** Forgets what is kept of a person on behalf of the platform; absent where nothing is. */
  forgetPerson?(workspaceId: string, userId: string): Promise<void>;
  /** Groups that roles can be given to. */
  readonly groups?: Groups;
  /** The word that people put before a command. */
  readonly commandWord: string;
  /** How a person brings the bot into a conversation. */
  readonly inviteHint: string;
};

/** Finds what posts to a workspace. Throws `chat.no-platform` where this process has none for it. */
export type AdapterOf = (workspaceId: string) => ChatAdapter;
