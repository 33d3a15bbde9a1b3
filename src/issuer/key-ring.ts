import { z } from 'zod';

// The keys that tokens are signed with, and when each of them signs and is published. Nobody documents how long a provider
// keeps a key set, so a key is published for more than a day before it signs, and for more than a day after its last token.

export const IssuerKey = z.object({
  kid: z.string(),
  /** Both halves, sealed: what stands beside them could be anybody's. */
  sealed: z.string(),
  createdAt: z.iso.datetime(),
  /** From when it signs; absent while it is not known to be published. */
  signsFrom: z.iso.datetime().optional(),
});
export type IssuerKey = z.infer<typeof IssuerKey>;

/** In the order in which they were made. */
export const KeyRing = z.array(IssuerKey);
export type KeyRing = z.infer<typeof KeyRing>;

const hourMs = 3_600_000;
/** Milliseconds between the publication of a key and its first token, and its last token and its end: a day, and what caches between add. */
export const settledMs = 25 * hourMs;

const startOf = ({ signsFrom }: IssuerKey) => (signsFrom ? Date.parse(signsFrom) : Number.POSITIVE_INFINITY);

/** The key that signs at a moment; undefined only before there is any. */
export function signingKey(ring: KeyRing, now: Date): IssuerKey | undefined {
  return ring
    .filter((key) => startOf(key) <= now.getTime())
    .sort((one, other) => startOf(one) - startOf(other))
    .at(-1);
}

/** The keys that are published at a moment: what signs, what will, and what signed a day ago. */
export function publishedKeys(ring: KeyRing, now: Date): KeyRing {
  return ring.filter((key) => {
    const later = ring.map(startOf).filter((start) => start > startOf(key));
    return Math.min(...later) + settledMs > now.getTime();
  });
}

/** The key that comes next: it waits to be seen, or for its time. */
export function nextKey(ring: KeyRing, now: Date): IssuerKey | undefined {
  return ring.find((key) => startOf(key) > now.getTime());
}

/** The ring with a new key; the first one signs at once, every other one in a day or, until it is seen, not at all. */
export function withKey(
  ring: KeyRing,
  key: Omit<IssuerKey, 'signsFrom' | 'createdAt'>,
  { now, isPublished }: { readonly now: Date; readonly isPublished: boolean },
): KeyRing {
  const waits = ring.length === 0 ? 0 : settledMs;
  const signsFrom = new Date(now.getTime() + waits).toISOString();
  const made = { ...key, createdAt: now.toISOString() };
  const isKnown = isPublished || ring.length === 0;
  return [...publishedKeys(ring, now), isKnown ? { ...made, signsFrom } : made];
}

/** The ring once its waiting key is known to be published. */
export function withSeen(ring: KeyRing, now: Date): KeyRing {
  const signsFrom = new Date(now.getTime() + settledMs).toISOString();
  return ring.map((key) => (key.signsFrom ? key : { ...key, signsFrom }));
}
