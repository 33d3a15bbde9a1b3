import { createHash, type webcrypto } from 'node:crypto';
import { AppError } from '../errors.ts';

/** What a sealed credential belongs to; it opens for nothing else. */
export type Binding = { readonly workspaceId: string; readonly connectionId: string };

export type Cipher = {
  /** Seals a value with the current key, for this binding only. */
  seal(value: unknown, binding: Binding): Promise<string>;
  /**
   * Opens what was sealed for this binding. Throws `connections.key-missing` when its key is not among ours, and
   * `connections.sealed-value-invalid` when it was altered or belongs elsewhere.
   */
  open(sealed: string, binding: Binding): Promise<unknown>;
};

/** The id of a key, which is told with what it seals. */
export function keyId(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

/** The id of the key that something is sealed with; empty where it is none of ours. */
export function keyIdIn(sealed: string): string {
  const header = Buffer.from(sealed.split('.', 1)[0] ?? '', 'base64url').toString();
  return /"kid":"([0-9a-f]{12})"/.exec(header)?.[1] ?? '';
}

/** Imports a key when it is first needed, and once: jose would import it again for every value. */
function importedOnce(key: Uint8Array): () => Promise<webcrypto.CryptoKey> {
  let imported: Promise<webcrypto.CryptoKey> | undefined;
  return () => {
    imported ??= crypto.subtle.importKey('raw', Uint8Array.from(key), 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ]);
    return imported;
  };
}

function contextOf({ workspaceId, connectionId }: Binding): string {
  return JSON.stringify([workspaceId, connectionId]);
}

/**
 * Seals with JWE (direct encryption, A256GCM). The protected header carries the key's id and the binding, and is
 * authenticated with the content. The first key seals, every key opens, so keys are changed by putting a new one first.
 */
export function createCipher(keys: readonly Uint8Array[]): Cipher {
  const [current] = keys;
  if (!current)
    throw new AppError('Cannot seal credentials without an encryption key', {
      code: 'connections.key-missing',
    });
  const currentId = keyId(current);
  const currentKey = importedOnce(current);
  const keysById = new Map([
    ...keys.map((key) => [keyId(key), importedOnce(key)] as const),
    [currentId, currentKey] as const,
  ]);
  // Web Crypto and jose take time to load, which no start has to wait for.
  const loadJose = () => import('jose');

  return {
    async seal(value, binding) {
      const [{ CompactEncrypt }, key] = await Promise.all([loadJose(), currentKey()]);
      return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: currentId, ctx: contextOf(binding) })
        .encrypt(key);
    },
    async open(sealed, binding) {
      const invalid = (cause?: unknown) =>
        new AppError('Cannot open the sealed value', { code: 'connections.sealed-value-invalid', cause });
      const { compactDecrypt, decodeProtectedHeader } = await loadJose();
      let header: ReturnType<typeof decodeProtectedHeader>;
      try {
        header = decodeProtectedHeader(sealed);
      } catch (cause) {
        throw invalid(cause);
      }
      if (header.ctx !== contextOf(binding)) throw invalid();
      const key = await keysById.get(String(header.kid))?.();
      if (!key) {
        throw new AppError('Cannot open the sealed value: its key is not configured', {
          code: 'connections.key-missing',
          hint: 'Keep every key that was ever used in XOAP_ENCRYPTION_KEYS, the current one first.',
        });
      }
      try {
        const { plaintext } = await compactDecrypt(sealed, key, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return JSON.parse(new TextDecoder().decode(plaintext));
      } catch (cause) {
        throw invalid(cause);
      }
    },
  };
}
