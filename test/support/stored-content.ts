import { isUtf8 } from 'node:buffer';
import type { Redis } from 'ioredis';

// All that a Redis holds, as JSON that can be kept and put back: what a version of the bot has stored and queued.

/** A text, or bytes that are none. */
type Value = string | { readonly base64: string };
type Pairs = readonly (readonly [string, Value])[];
export type StoredKey = { readonly key: string; readonly ttlMs?: number } & (
  | { readonly kind: 'string'; readonly value: Value }
  | { readonly kind: 'hash'; readonly value: Pairs }
  | { readonly kind: 'list' | 'set'; readonly value: readonly Value[] }
  | { readonly kind: 'zset'; readonly value: Pairs }
  | { readonly kind: 'stream'; readonly value: readonly (readonly [string, readonly string[]])[] }
);

const asValue = (bytes: Buffer): Value =>
  isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') };
const bytesOf = (value: Value): Buffer =>
  typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');

async function contentOf(redis: Redis, key: string): Promise<Pick<StoredKey, 'kind' | 'value'>> {
  const kind = await redis.type(key);
  switch (kind) {
    case 'string':
      return { kind, value: asValue((await redis.getBuffer(key)) ?? Buffer.alloc(0)) };
    case 'hash': {
      const all = Object.entries(await redis.hgetallBuffer(key));
      return { kind, value: all.map(([field, bytes]) => [field, asValue(bytes)]) };
    }
    case 'list':
      return { kind, value: (await redis.lrangeBuffer(key, 0, -1)).map(asValue) };
    case 'set':
      return { kind, value: (await redis.smembersBuffer(key)).map(asValue) };
    case 'zset': {
      const flat = await redis.zrangeBuffer(key, '0', '-1', 'WITHSCORES');
      return {
        kind,
        value: flat.flatMap((member, at) =>
          at % 2 === 0 ? [[String(flat[at + 1]), asValue(member)] as const] : [],
        ),
      };
    }
    case 'stream':
      return { kind, value: await redis.xrange(key, '-', '+') };
    default:
      throw new Error(`${key} is of a kind that cannot be kept: ${kind}`);
  }
}

/** Everything that is there, in the order of the keys. */
export async function readContent(redis: Redis): Promise<StoredKey[]> {
  const names = (await redis.keys('*')).sort();
  return Promise.all(
    names.map(async (key) => {
      const [content, ttlMs] = await Promise.all([contentOf(redis, key), redis.pttl(key)]);
      return { key, ...(ttlMs > 0 && { ttlMs }), ...content } as StoredKey;
    }),
  );
}

async function write(redis: Redis, { key, ...stored }: StoredKey): Promise<void> {
  switch (stored.kind) {
    case 'string':
      await redis.set(key, bytesOf(stored.value));
      return;
    case 'hash':
      await redis.hset(key, new Map(stored.value.map(([field, value]) => [field, bytesOf(value)])));
      return;
    case 'list':
      await redis.rpush(key, ...stored.value.map(bytesOf));
      return;
    case 'set':
      await redis.sadd(key, ...stored.value.map(bytesOf));
      return;
    case 'zset':
      await redis.zadd(key, ...stored.value.flatMap(([score, value]) => [score, bytesOf(value)]));
      return;
    case 'stream':
      for (const [id, fields] of stored.value) await redis.xadd(key, id, ...fields);
  }
}

/** Puts it back, with what is to be read in place of some texts. */
export async function writeContent(
  redis: Redis,
  content: readonly StoredKey[],
  instead: ReadonlyMap<string, string>,
): Promise<void> {
  const replaced = [...instead].reduce(
    (text, [was, is]) => text.replaceAll(was, is),
    JSON.stringify(content),
  );
  for (const stored of JSON.parse(replaced) as StoredKey[]) {
    await write(redis, stored);
    if (stored.ttlMs !== undefined) await redis.pexpire(stored.key, stored.ttlMs);
  }
}
