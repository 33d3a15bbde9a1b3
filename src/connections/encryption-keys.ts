import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type EncryptionKeySource = {
  /** Keys in base64, the current one first; empty to use the generated one. */
  readonly configured: readonly string[];
  readonly dataDirectory: string;
};

/** The configured keys, or for local use one that is generated once and kept in the data directory with mode 0600. */
export async function loadEncryptionKeys({
  configured,
  dataDirectory,
}: EncryptionKeySource): Promise<Uint8Array[]> {
  if (configured.length > 0) return configured.map((key) => Buffer.from(key, 'base64'));
  const path = join(dataDirectory, 'key');
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  try {
    // `wx` fails where a key exists: two processes that start at once end up with the same one.
    await writeFile(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return [Buffer.from((await readFile(path, 'utf8')).trim(), 'base64')];
}
