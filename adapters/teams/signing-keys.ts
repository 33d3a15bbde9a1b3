import { createRemoteJWKSet, decodeProtectedHeader, errors } from 'jose';

/** Milliseconds between two looks for a key that is not known, and that one may take. */
const lookEveryMs = 60_000;
const lookMs = 5_000;
/** Milliseconds after which keys are read anew in any case. */
const freshMs = 24 * 3_600_000;

/** What knows the ids of the keys that Microsoft signs with. */
export type SigningKeys = {
  /** Whether a token says that it is signed with one of them; whether that is true is checked by the SDK. */
  knows(token: string): Promise<boolean>;
};

/**
 * Creates what keeps tokens with made-up key ids from the SDK, which would ask Microsoft for its keys once for each: its
 * client for keys has no limit, and takes no options. A key that is new is found within a minute.
 * https://github.com/auth0/node-jwks-rsa#rate-limiting
 */
export function createSigningKeys(openIdMetadataUrl: string): SigningKeys {
  // Beside the metadata, as the SDK has it.
  const url = new URL(openIdMetadataUrl.replace(/\/openidconfiguration$/, '/keys'));
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: lookEveryMs,
    cacheMaxAge: freshMs,
    timeoutDuration: lookMs,
  });
  const known = new Set<string>();

  return {
    async knows(token) {
      let kid = '';
      try {
        const header = decodeProtectedHeader(token);
        kid = header.kid ?? '';
        if (!kid || !header.alg) return false;
        await keys({ ...header, alg: header.alg });
        known.add(kid);
        return true;
      } catch (error) {
        // Where Microsoft does not answer, the keys that it had before still count.
        return !(error instanceof errors.JWKSNoMatchingKey) && known.has(kid);
      }
    },
  };
}
