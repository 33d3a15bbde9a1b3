/** A text file that is fetched once it is wanted. */
export type AttachedText = {
  readonly name: string;
  /** Its end, as much of it as an explanation reads. Throws `chat.file-unread` with what was wrong and what to do. */
  read(): Promise<string>;
};

/** What somebody hands to the bot to be read: a message with its files, and the thread that it is in. */
export type HandedMessage = {
  readonly text: string;
  readonly files: readonly AttachedText[];
  readonly threadId?: string | undefined;
};
