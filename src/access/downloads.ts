import { createHash, randomBytes } from 'node:crypto';

/** Minutes for which a file can be fetched. */
export const downloadMinutes = 10;

export type Download = { readonly name: string; readonly content: Buffer };

/** Keeps files for `downloadMinutes`, by the hash of their ids, each to be taken once. */
export type DownloadStore = {
  put(idHash: string, file: Download): Promise<void>;
  /** The name of a file that is there. */
  nameOf(idHash: string): Promise<string | undefined>;
  /** Takes a file away: of two who ask at once, one gets it. */
  take(idHash: string): Promise<Download | undefined>;
};

const hash = (id: string) => createHash('sha256').update(id).digest('base64url');
const isId = (id: string) => /^[\w-]{43}$/.test(id);

export type Downloads = {
  /** Keeps a file; resolves to the id that its address ends with. */
  put(file: Download): Promise<string>;
  nameOf(id: string): Promise<string | undefined>;
  take(id: string): Promise<Download | undefined>;
};

/** Files that one person fetches once, where their platform takes none from the bot. */
export function createDownloads(store: DownloadStore): Downloads {
  return {
    async put(file) {
      const id = randomBytes(32).toString('base64url');
      await store.put(hash(id), file);
      return id;
    },
    nameOf: async (id) => (isId(id) ? store.nameOf(hash(id)) : undefined),
    take: async (id) => (isId(id) ? store.take(hash(id)) : undefined),
  };
}
