import { createHash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { AppError } from '../errors.ts';

/** What a sealed value belongs to; it opens for nothing else. */
export type Binding = {
  readonly purpose: 'credential' | 'form';
  readonly owner: string;
  readonly subject: string;
};

export type Cipher = {
  /** Seals a value with the current key, for this binding only. */
  seal(value: unknown, binding: Binding): Promise<string>;
  /**
   * Opens what was sealed for this binding. Throws `connections.key-missing` when its key is not among ours, and
   * `connections.sealed-value-invalid` when it was altered or belongs elsewhere.
   */
  open(sealed: string, binding: Binding): Promise<unknown>;
};

function keyId(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

function contextOf({ purpose, owner, subject }: Binding): string {
  return JSON.stringify([purpose, owner, subject]);
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
  const keysById = new Map(keys.map((key) => [keyId(key), key]));
  const currentId = keyId(current);

  return {
    seal(value, binding) {
      return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: currentId, ctx: contextOf(binding) })
        .encrypt(current);
    },
    async open(sealed, binding) {
      const invalid = (cause?: unknown) =>
        new AppError('Cannot open the sealed value', { code: 'connections.sealed-value-invalid', cause });
      let header: ReturnType<typeof decodeProtectedHeader>;
      try {
        header = decodeProtectedHeader(sealed);
      } catch (cause) {
        throw invalid(cause);
      }
      if (header.ctx !== contextOf(binding)) throw invalid();
      const key = keysById.get(String(header.kid));
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
