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
  /** The ids of the keys that its credentials are sealed with. */
  keyIds: z.array(z.string()),
});
export type Contents = z.infer<typeof Contents>;

/** A store as a whole, for a backup and for what is made of one. */
export type WholeStore = {
  contents(): Promise<Contents>;
  /** All of it that lasts, in parts of a bounded size: no request that was seen, no queue, nothing that waits for an answer. */
  parts(): AsyncIterable<StoredPart>;
  /** Takes everything of these workspaces away. */
  clear(workspaceIds: readonly string[]): Promise<void>;
  /** Whether a part is one of the bot's, by its key. */
  takes(part: Pick<StoredPart, 'key'>): boolean;
  /** Adds a part to what is there. */
  add(part: StoredPart): Promise<void>;
};
