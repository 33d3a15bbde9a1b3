import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';

/** Where the documents of issuers are on this machine, by their addresses: what DNS and TLS are out there. */
export type Issuers = Map<string, string>;

export type Judged =
  | { readonly subject: string; readonly audience: string; readonly issuer: string }
  | {
      readonly fault: 'malformed' | 'unreachable' | 'unknown-key' | 'expired' | 'signature';
      readonly issuer: string;
    };

/** What AWS documents; none is about a secret that is shared, and none about no signature at all. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

/** A key set with members that Google refuses, or more than that. */
const members = new Set(['kty', 'alg', 'use', 'kid', 'n', 'e', 'x', 'y', 'crv']);

async function read(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Reads the documents of an issuer over HTTP, as every provider does: where its keys are, and that they are an issuer's. */
async function keySetOf(issuer: string, base: string): Promise<URL> {
  const document = await read(`${base}/.well-known/openid-configuration`);
  if (document.issuer !== issuer) throw new Error(`The document is one of ${String(document.issuer)}`);
  const url = String(document.jwks_uri).replace(issuer, base);
  const { keys } = (await read(url)) as { keys: Record<string, unknown>[] };
  const stray = keys.flatMap((key) => Object.keys(key)).filter((member) => !members.has(member));
  if (stray.length > 0) throw new Error(`The key set holds ${stray.join(', ')}`);
  return new URL(url);
}

/** Looks at a token as providers do: who made it, whether its key is published, its signature and its age; never who it is for. */
export async function judgeToken(token: string, issuers: Issuers, now = new Date()): Promise<Judged> {
  let issuer = '';
  try {
    ({ iss: issuer = '' } = decodeJwt(token));
    if (!algorithms.includes(String(decodeProtectedHeader(token).alg))) return { fault: 'signature', issuer };
  } catch {
    return { fault: 'malformed', issuer };
  }
  const base = issuers.get(issuer);
  if (base === undefined) return { fault: 'unreachable', issuer };
  try {
    const keySet = createRemoteJWKSet(await keySetOf(issuer, base));
    const { payload } = await jwtVerify(token, keySet, { issuer, algorithms, currentDate: now });
    return { subject: String(payload.sub), audience: String(payload.aud), issuer };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { fault: 'expired', issuer };
    if (error instanceof errors.JWKSNoMatchingKey) return { fault: 'unknown-key', issuer };
    if (error instanceof errors.JOSEError) return { fault: 'signature', issuer };
    return { fault: 'unreachable', issuer };
  }
}
