import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';

/** Who a token is for; it is good for nobody else. */
export type TokenHolder = { readonly workspaceId: string; readonly userId: string };

export type FormTokens = {
  /** Makes a token that carries a value, which is no secret, out to a person's form and back. */
  sign(value: unknown, holder: TokenHolder): string;
  /** Reads a token that came back. Throws `access.unknown-form` when it is not ours or not this person's. */
  verify(token: string, holder: TokenHolder): unknown;
};

/**
 * Signs with HMAC-SHA256 under keys derived from the encryption keys; the first one signs, all verify. Unlike sealing
 * it takes no turn on a thread pool, which matters because a form must be open within three seconds.
 */
export function createFormTokens(encryptionKeys: readonly Uint8Array[]): FormTokens {
  const keys = encryptionKeys.map((key) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'xoap form token', 32))),
  );
  const [current] = keys;
  if (!current) {
    throw new AppError('Cannot sign forms without an encryption key', { code: 'connections.key-missing' });
  }

  function signature(key: KeyObject, payload: string, { workspaceId, userId }: TokenHolder): Buffer {
    return createHmac('sha256', key)
      .update(JSON.stringify([workspaceId, userId, payload]))
      .digest();
  }

  return {
    sign(value, holder) {
      const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${payload}.${signature(current, payload, holder).toString('base64url')}`;
    },
    verify(token, holder) {
      const [payload = '', given = ''] = token.split('.');
      const bytes = Buffer.from(given, 'base64url');
      const isOurs =
        bytes.length === 32 && keys.some((key) => timingSafeEqual(signature(key, payload, holder), bytes));
      if (!isOurs) throw new AppError('There is no such form', { code: 'access.unknown-form' });
      return JSON.parse(Buffer.from(payload, 'base64url').toString());
    },
  };
}
