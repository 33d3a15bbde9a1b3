import { z } from 'zod';

const kinds = ['string', 'hash', 'set', 'zset', 'list', 'stream'] as const;

/**
 * A part of what the store keeps under one key: a row for each value, with its field, score or id. Bytes stand as the
 * characters of their numbers, so that nothing of them is lost.
 */
export const StoredPart = z.strictObject({
  key: z.string(),
  kind: z.enum(kinds),
  rows: z.array(z.array(z.string())),
  /** When the store forgets it by itself. */
  expiresAt: z.iso.datetime().optional(),
});
export type StoredPart = z.infer<typeof StoredPart>;

/** What a store holds, as far as it counts. */
export const Contents = z.object({
  /** The workspaces by id, with how much each has. */
  workspaces: z.array(z.object({ id: z.string(), connections: z.int(), schedules: z.int() })),
  /** Whether there are keys that the bot signs its tokens with. */
  hasTokenKeys: z.boolean(),
  /** The ids of the encryption keys that credentials and keys of tokens are sealed with. */
  keyIds: z.array(z.string()),
});
export type Contents = z.infer<typeof Contents>;

/** A store as a whole, for a backup and for what is made of one. */
export type WholeStore = {
  contents(): Promise<Contents>;
  /**
   * All of these workspaces and of the bot itself that lasts, in parts of a bounded size: no request that was seen, no queue,
   * nothing that waits for an answer.
   */
  parts(of: Pick<Contents, 'workspaces'>): AsyncIterable<StoredPart>;
  /** Whose a part is: a workspace's, the bot's own, or nobody's, since it is none of the bot's. */
  ownerOf(part: Pick<StoredPart, 'key'>): string | 'bot' | undefined;
  /** Takes everything of these workspaces away. */
  clear(workspaceIds: readonly string[]): Promise<void>;
  /** Adds a part to what is there. */
  add(part: StoredPart): Promise<void>;
  /** Makes what is put back of these workspaces one whole: it may have been read while they were being changed. */
  mend(workspaceIds: readonly string[]): Promise<void>;
};
