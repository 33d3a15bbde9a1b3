import { randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { z } from 'zod';
import { type Cipher, keyIdIn } from '../connections/cipher.ts';
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

/** What is sealed of a key. */
const Sealed = z.looseObject({ n: z.string(), e: z.string() });

type Opened = { readonly privateKey: CryptoKey; readonly publicKey: PublicKey };

/** Seals the keys anew that are sealed with another encryption key than the current one; how many, and how many do not open. */
export async function resealKeys(
  store: IssuerKeyStore,
  cipher: Pick<Cipher, 'open' | 'seal'>,
  currentKeyId: string,
): Promise<{ readonly sealed: number; readonly unreadable: number }> {
  const ring = await store.read();
  const old = ring.filter(({ sealed }) => keyIdIn(sealed) !== currentKeyId);
  const anew = new Map<string, string>();
  for (const { kid, sealed } of old) {
    const opened = await cipher.open(sealed, bindingOf(kid)).catch(() => undefined);
    if (opened !== undefined) anew.set(kid, await cipher.seal(opened, bindingOf(kid)));
  }
  const is = ring.map((key) => ({ ...key, sealed: anew.get(key.kid) ?? key.sealed }));
  // Somebody changed them meanwhile, such as by a rotation.
  if (anew.size > 0 && !(await store.replace(ring, is))) return resealKeys(store, cipher, currentKeyId);
  return { sealed: anew.size, unreadable: old.length - anew.size };
}

/** Keeps the keys of the bot's tokens. */
export function createIssuerKeys(dependencies: IssuerKeysDependencies): IssuerKeys {
  const { store, cipher, rotation, keyDays, idsAtAddress, now } = dependencies;
  const opened = new Map<string, Opened>();

  async function newKey(): Promise<Omit<IssuerKey, 'signsFrom' | 'createdAt'>> {
    const { generateKeyPair, exportJWK } = await import('jose');
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const kid = randomUUID();
    return { kid, sealed: await cipher.seal(await exportJWK(privateKey), bindingOf(kid)) };
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

  async function open({ kid, sealed }: IssuerKey): Promise<Opened> {
    const known = opened.get(sealed);
    if (known) return known;
    const [{ importJWK }, jwk] = await Promise.all([import('jose'), cipher.open(sealed, bindingOf(kid))]);
    const { n, e } = Sealed.parse(jwk);
    const privateKey = (await importJWK(jwk as JWK, 'RS256')) as CryptoKey;
    const publicKey = { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e };
    opened.set(sealed, { privateKey, publicKey });
    return { privateKey, publicKey };
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
    if (!(await store.replace(ring, is)))
      throw new AppError('The keys were changed meanwhile', { code: 'issuer.key-waits', retryable: true });
    return is.find(({ kid }) => kid === waiting.kid) ?? waiting;
  }

  return {
    async signing() {
      const key = signingKey(await ringWithKey(), now());
      if (!key) throw new AppError('There is no key to sign with', { code: 'issuer.no-key' });
      const { privateKey } = await open(key);
      return { kid: key.kid, privateKey };
    },
    async published() {
      const ring = publishedKeys(await ringWithKey(), now());
      // One that does not open was made by nobody who holds the encryption keys.
      const keys = await Promise.all(ring.map((key) => open(key).catch(() => undefined)));
      return keys.flatMap((key) => (key ? [key.publicKey] : []));
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
      // What waited under another setting is published by the bot itself now.
      if (rotation === 'age' && waiting) await confirm();
      const newest = ring.at(-1);
      const age = now().getTime() - Date.parse(newest?.createdAt ?? now().toISOString());
      if (rotation === 'age' && age > keyDays * dayMs && !nextKey(ring, now())) await rotate();
    },
  };
}
