import { z } from 'zod';
import type { HistoryKey } from './history.ts';

/** A new credential of a connection that is not in use yet: it is verified first. */
export const Replacement = z.object({
  id: z.string(),
  /** Sealed for the connection, as the one in use is. */
  sealed: z.string(),
  target: z.record(z.string(), z.string()),
  /** How it signs in without a secret, where it does. */
  keyless: z.string().optional(),
  /** What it is called where a worker holds it. */
  held: z.string().optional(),
  by: z.string(),
  /** When the connection had last been changed: what was changed since is not in it. */
  basedOn: z.iso.datetime().optional(),
  /** Somebody has said that it is meant, though it signs in to another account. */
  isConfirmed: z.boolean().optional(),
});
export type Replacement = z.infer<typeof Replacement>;

/** Where new credentials wait; one for each connection, for an hour at most. */
export type Replacements = {
  /** Keeps one in place of any before it; false where the connection is gone. */
  put(key: HistoryKey, replacement: Replacement): Promise<boolean>;
  /** The one that waits, if it is this one. */
  find(key: HistoryKey, id: string): Promise<Replacement | undefined>;
  drop(key: HistoryKey, id: string): Promise<void>;
};
