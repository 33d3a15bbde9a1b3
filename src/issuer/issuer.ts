import { randomUUID } from 'node:crypto';
import { newConnectionId } from '../connections/connection.ts';
import type { Workload } from '../providers/workload.ts';
import type { IssuerKeys, PublicKey } from './issuer-keys.ts';

/** The connection that a token speaks for. */
export type Speaker = { readonly workspaceId: string; readonly connectionId: string };

/**
 * Who a token says it is, which a trust at a provider names: nothing of it can be changed later. Google takes 127 bytes at
 * most: https://cloud.google.com/iam/docs/workload-identity-federation
 */
export const subjectOf = ({ workspaceId, connectionId }: Speaker) => `xoap:${workspaceId}:${connectionId}`;

/** Who a verification speaks for, with the subject of a connection beside it that there is not. */
export const speaking = (speaker: Speaker) => ({
  subject: subjectOf(speaker),
  stranger: subjectOf({ ...speaker, connectionId: newConnectionId() }),
});

/** Who a token of the bot itself says it is; no workspace is called so, since each begins with its platform. */
export const botSubject = 'xoap:bot:teams';

/** Seconds that a token is good for. */
const tokenSeconds = 300;

export type Issuer = {
  readonly url: string;
  /** What proves to providers that it is this connection that is verified. */
  workloadOf(speaker: Speaker): Workload;
  /** A new token of the bot itself, in place of a secret of its own. */
  tokenOfBot(audience: string): Promise<string>;
};

export type IssuerDependencies = {
  readonly url: string;
  readonly keys: Pick<IssuerKeys, 'signing'>;
  readonly now: () => Date;
};

/** Creates what mints tokens; they are stored nowhere, and made anew each time. */
export function createIssuer({ url, keys, now }: IssuerDependencies): Issuer {
  async function mint(subject: string, audience: string): Promise<string> {
    const [{ SignJWT }, { kid, privateKey }] = await Promise.all([import('jose'), keys.signing()]);
    const issuedAt = Math.floor(now().getTime() / 1_000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(url)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + tokenSeconds)
      .setJti(randomUUID())
      .sign(privateKey);
  }

  return {
    url,
    workloadOf(speaker) {
      const { subject, stranger } = speaking(speaker);
      return {
        subject,
        stranger,
        token: (audience) => mint(subject, audience),
        decoy: (audience) => mint(stranger, audience),
      };
    },
    tokenOfBot: (audience) => mint(botSubject, audience),
  };
}

/** Where documents stand below the address of an issuer: https://openid.net/specs/openid-connect-discovery-1_0.html */
export const documentPaths = {
  configuration: '/.well-known/openid-configuration',
  keys: '/.well-known/jwks.json',
} as const;

/** What providers read at the address of an issuer, by its path. */
export function documentsOf(url: string, keys: readonly PublicKey[]): Record<string, object> {
  return {
    [documentPaths.configuration]: {
      issuer: url,
      jwks_uri: `${url}${documentPaths.keys}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti'],
    },
    [documentPaths.keys]: { keys },
  };
}
