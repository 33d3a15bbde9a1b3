import { describe, expect, it } from 'vitest';
import {
  type KeyRing,
  nextKey,
  publishedKeys,
  signingKey,
  withKey,
  withSeen,
} from '../../src/issuer/key-ring.ts';

const start = Date.parse('2026-11-01T00:00:00Z');
const at = (hours: number) => new Date(start + hours * 3_600_000);
const key = (kid: string) => ({ kid, sealed: 'sealed' });
const kids = (ring: KeyRing) => ring.map(({ kid }) => kid);

const first = withKey([], key('one'), { now: at(0), isPublished: false });
const second = withKey(first, key('two'), { now: at(100), isPublished: true });

describe('a ring of keys', () => {
  it('signs with the first key at once, since nobody has seen another', () => {
    expect(signingKey(first, at(0))?.kid).toBe('one');
    expect(nextKey(first, at(0))).toBeUndefined();
  });

  it.each([
    [100, 'one', ['one', 'two']],
    [124, 'one', ['one', 'two']],
    [125, 'two', ['one', 'two']],
    [149, 'two', ['one', 'two']],
    [150, 'two', ['two']],
  ])('after %i hours signs with %s and publishes %j', (hours, signing, published) => {
    expect(signingKey(second, at(hours))?.kid).toBe(signing);
    expect(kids(publishedKeys(second, at(hours)))).toEqual(published);
  });

  it('lets a key that nobody has seen wait for ever, and be seen', () => {
    const waiting = withKey(first, key('two'), { now: at(100), isPublished: false });
    expect(signingKey(waiting, at(10_000))?.kid).toBe('one');
    expect(kids(publishedKeys(waiting, at(10_000)))).toEqual(['one', 'two']);
    expect(nextKey(waiting, at(10_000))?.kid).toBe('two');

    const seen = withSeen(waiting, at(10_000));
    expect(signingKey(seen, at(10_024))?.kid).toBe('one');
    expect(signingKey(seen, at(10_025))?.kid).toBe('two');
  });

  it('drops what is long over when a key is added', () => {
    expect(kids(withKey(second, key('three'), { now: at(149), isPublished: true }))).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect(kids(withKey(second, key('three'), { now: at(150), isPublished: true }))).toEqual([
      'two',
      'three',
    ]);
  });
});
