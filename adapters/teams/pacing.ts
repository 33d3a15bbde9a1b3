/** Spaces out what is sent to one conversation, over all processes of the bot. */
export type Pacing = {
  /**
   * Takes the next free moment of a conversation and resolves to the milliseconds until then; takes none when that is
   * more than the patience given, so that whoever asks can come back later.
   */
  reserve(conversation: string, patienceMs: number): Promise<number>;
};
