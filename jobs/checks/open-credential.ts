import type { Cipher } from '../../src/connections/cipher.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { Replacements } from '../../src/connections/replacements.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import { AppError } from '../../src/errors.ts';
import type { HeldFolder } from '../../src/held/held-folder.ts';
import { type WholeCredential, wholeCredential } from '../../src/held/whole-credential.ts';
import type { Provider } from '../../src/providers/provider.ts';

export type OpenCredentialDependencies = {
  readonly store: Pick<ConnectionStore, 'sealedCredential'>;
  readonly replacements: Pick<Replacements, 'find'>;
  readonly cipher: Cipher;
  /** The credentials that this process holds by itself, if it holds any. */
  readonly held?: Pick<HeldFolder, 'fieldsOf'> | undefined;
};

/** Whose credential is opened. */
export type Opening = {
  readonly connection: Connection;
  readonly provider: Provider;
  /** The new credential in place of the one in use, by its id; where it is gone, none is opened. */
  readonly replacement?: string | undefined;
};

/** Creates what opens credentials, in workers alone; resolves to undefined once the connection is gone. */
export function createOpenCredential({ store, replacements, cipher, held }: OpenCredentialDependencies) {
  return async function open({
    connection,
    provider,
    replacement,
  }: Opening): Promise<WholeCredential | AppError | undefined> {
    const { workspaceId, id: connectionId } = connection;
    const key = { workspaceId, connectionId };
    const [stored, waiting] = await Promise.all([
      store.sealedCredential(workspaceId, connectionId),
      replacement === undefined ? undefined : replacements.find(key, replacement),
    ]);
    if (!stored) return undefined;
    // What was found of the one in use would be taken for an answer about the new one.
    if (replacement !== undefined && !waiting) return replacementGone();
    const sealed = (await cipher.open(waiting?.sealed ?? stored, key)) as Record<string, string>;
    return wholeCredential(sealed, { connection, provider, held });
  };
}

function replacementGone(): AppError {
  return new AppError('The new credential is not waiting any more', { code: 'connections.replacement-gone' });
}
