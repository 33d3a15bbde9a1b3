import { randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import type { Cipher } from '../connections/cipher.ts';
import { AppError } from '../errors.ts';
import {
  type IssuerKey,
  type KeyRing,
  nextKey,
  publishedKeys,
  signingKey,
  withKey,
  withSeen,
} from './key-ring.ts';
import type { Rotation } from './settings.ts';

/** Where the keys are kept. */
export type IssuerKeyStore = {
  read(): Promise<KeyRing>;
  /** Replaces what was read; false where somebody else has replaced it meanwhile. */
  replace(was: KeyRing, is: KeyRing): Promise<boolean>;
};

/** A key as a key set holds it; Google refuses every other member. */
export type PublicKey = Readonly<Record<'kty' | 'use' | 'alg' | 'kid' | 'n' | 'e', string>>;

export type IssuerKeys = {
  /** What signs now; the first key is made when it is first asked for. */
  signing(): Promise<{ kid: string; privateKey: CryptoKey }>;
  published(): Promise<PublicKey[]>;
  /** Every key that is published, with when it began or begins to sign, or ceased to. */
  all(): Promise<
    { kid: string; state: 'signs since' | 'will sign at' | 'waits' | 'signed until'; at?: string }[]
  >;
  /** Makes the next key. Throws `issuer.key-waits` where one waits already. */
  rotate(): Promise<IssuerKey>;
  /** Takes somebody's word that the key that waits is published. Throws `issuer.no-key-waits` where none does. */
  confirm(): Promise<IssuerKey>;
  /** Does what is due: makes a key in place of an old one, or looks whether the one that waits is published. */
  tend(): Promise<void>;
};

export type IssuerKeysDependencies = {
  readonly store: IssuerKeyStore;
  readonly cipher: Cipher;
  readonly rotation: Rotation;
  readonly keyDays: number;
  /** The ids of the keys that stand where providers look. */
  readonly idsAtAddress: () => Promise<readonly string[]>;
  readonly now: () => Date;
};

const dayMs = 24 * 3_600_000;

/** No workspace has this id, since each begins with its platform. */
const bindingOf = (kid: string) => ({ workspaceId: 'issuer', connectionId: kid });
const publicOf = ({ kid, n, e }: IssuerKey): PublicKey => ({
  kty: 'RSA',
  use: 'sig',
  alg: 'RS256',
  kid,
  n,
  e,
});

/** Keeps the keys of the bot's tokens. */
export function createIssuerKeys(dependencies: IssuerKeysDependencies): IssuerKeys {
  const { store, cipher, rotation, keyDays, idsAtAddress, now } = dependencies;
  const opened = new Map<string, CryptoKey>();

  async function newKey(): Promise<Omit<IssuerKey, 'signsFrom' | 'createdAt'>> {
    const { generateKeyPair, exportJWK } = await import('jose');
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const { n = '', e = '', ...others } = await exportJWK(privateKey);
    const kid = randomUUID();
    return { kid, n, e, sealed: await cipher.seal({ ...others, n, e }, bindingOf(kid)) };
  }

  async function add(ring: KeyRing): Promise<KeyRing> {
    const isPublished = rotation === 'age';
    const is = withKey(ring, await newKey(), { now: now(), isPublished });
    // Where somebody else was first, theirs counts.
    return (await store.replace(ring, is)) ? is : store.read();
  }

  async function ringWithKey(): Promise<KeyRing> {
    const ring = await store.read();
    return ring.length > 0 ? ring : add(ring);
  }

  async function open({ kid, sealed }: IssuerKey): Promise<CryptoKey> {
    const known = opened.get(kid);
    if (known) return known;
    const { importJWK } = await import('jose');
    const jwk = (await cipher.open(sealed, bindingOf(kid))) as JWK;
    const key = (await importJWK(jwk, 'RS256')) as CryptoKey;
    opened.set(kid, key);
    return key;
  }

  async function rotate(): Promise<IssuerKey> {
    const ring = await ringWithKey();
    if (nextKey(ring, now()))
      throw new AppError('The next key is there already and does not sign yet', { code: 'issuer.key-waits' });
    const next = nextKey(await add(ring), now());
    if (!next)
      throw new AppError('The keys were changed meanwhile', { code: 'issuer.key-waits', retryable: true });
    return next;
  }

  async function confirm(): Promise<IssuerKey> {
    const ring = await ringWithKey();
    const waiting = ring.find(({ signsFrom }) => !signsFrom);
    if (!waiting) throw new AppError('No key waits to be published', { code: 'issuer.no-key-waits' });
    const is = withSeen(ring, now());
    await store.replace(ring, is);
    return is.find(({ kid }) => kid === waiting.kid) ?? waiting;
  }

  return {
    async signing() {
      const key = signingKey(await ringWithKey(), now());
      if (!key) throw new AppError('There is no key to sign with', { code: 'issuer.no-key' });
      return { kid: key.kid, privateKey: await open(key) };
    },
    async published() {
      return publishedKeys(await ringWithKey(), now()).map(publicOf);
    },
    async all() {
      const published = publishedKeys(await ringWithKey(), now());
      const signing = signingKey(published, now());
      return published.map(({ kid, signsFrom }) => {
        if (!signsFrom) return { kid, state: 'waits' };
        if (kid === signing?.kid) return { kid, state: 'signs since', at: signsFrom };
        const isOver = Date.parse(signsFrom) <= now().getTime();
        return isOver
          ? { kid, state: 'signed until', at: signing?.signsFrom ?? signsFrom }
          : { kid, state: 'will sign at', at: signsFrom };
      });
    },
    rotate,
    confirm,
    async tend() {
      const ring = await ringWithKey();
      const waiting = ring.find(({ signsFrom }) => !signsFrom);
      if (rotation === 'seen' && waiting && (await idsAtAddress()).includes(waiting.kid)) await confirm();
      const newest = ring.at(-1);
      const age = now().getTime() - Date.parse(newest?.createdAt ?? now().toISOString());
      if (rotation === 'age' && age > keyDays * dayMs && !nextKey(ring, now())) await rotate();
    },
  };
}
