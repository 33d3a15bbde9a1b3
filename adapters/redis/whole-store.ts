import type { Redis } from 'ioredis';
import type { Contents, StoredPart, WholeStore } from '../../src/backup/stored-part.ts';
import { keyIdIn } from '../../src/connections/cipher.ts';
import { scanKeys } from './client.ts';
import { keys, keysOf, workspaceIn } from './keys.ts';

/** Rows of one part, which is held in memory. */
const rowsInPart = 200;

/** What lasts of a workspace, whose id has its platform before a colon: neither requests that were seen nor what waits. */
const lasting = /^xoap:\{[a-z]+:[^}]+\}:(?!once:|sent:|replacement:)/;

const text = (bytes: Buffer | string) => (typeof bytes === 'string' ? bytes : bytes.toString('latin1'));
const bytes = (characters: string) => Buffer.from(characters, 'latin1');

type Rows = AsyncIterable<string[][]>;

function inPairs(flat: readonly (Buffer | string)[]): string[][] {
  return Array.from({ length: flat.length / 2 }, (_none, at) => [
    text(flat[2 * at] ?? ''),
    text(flat[2 * at + 1] ?? ''),
  ]);
}

/** Goes through a large value as Redis lets one: some of it at a time. */
async function* scanned(
  next: (cursor: string) => Promise<[Buffer, Buffer[]]>,
  rowsOf: (flat: readonly Buffer[]) => string[][],
): AsyncGenerator<string[][]> {
  let cursor = '0';
  do {
    const [after, found] = await next(cursor);
    yield rowsOf(found);
    cursor = text(after);
  } while (cursor !== '0');
}

/** How values of each kind are read in parts, and put back. */
const kinds: Record<
  StoredPart['kind'],
  { rows(redis: Redis, key: string): Rows; add(redis: Redis, key: string, row: Buffer[]): unknown }
> = {
  string: {
    async *rows(redis, key) {
      const value = await redis.getBuffer(key);
      yield value === null ? [] : [[text(value)]];
    },
    add: (redis, key, [value = Buffer.alloc(0)]) => redis.set(key, value),
  },
  hash: {
    rows: (redis, key) => scanned((cursor) => redis.hscanBuffer(key, cursor, 'COUNT', rowsInPart), inPairs),
    add: (redis, key, row) => redis.hset(key, ...row),
  },
  set: {
    rows: (redis, key) =>
      scanned(
        (cursor) => redis.sscanBuffer(key, cursor, 'COUNT', rowsInPart),
        (members) => members.map((member) => [text(member)]),
      ),
    add: (redis, key, row) => redis.sadd(key, ...row),
  },
  zset: {
    rows: (redis, key) => scanned((cursor) => redis.zscanBuffer(key, cursor, 'COUNT', rowsInPart), inPairs),
    add: (redis, key, [member = Buffer.alloc(0), score = '0']) => redis.zadd(key, String(score), member),
  },
  list: {
    async *rows(redis, key) {
      for (let at = 0; ; at += rowsInPart) {
        const found = await redis.lrangeBuffer(key, at, at + rowsInPart - 1);
        if (found.length === 0) return;
        yield found.map((value) => [text(value)]);
      }
    },
    add: (redis, key, row) => redis.rpush(key, ...row),
  },
  stream: {
    async *rows(redis, key) {
      let from = '-';
      for (;;) {
        const found = await redis.xrangeBuffer(key, from, '+', 'COUNT', rowsInPart);
        const last = found.at(-1);
        if (!last) return;
        yield found.map(([id, fields]) => [text(id), ...fields.map(text)]);
        from = `(${text(last[0])}`;
      }
    },
    add: (redis, key, [id = '*', ...fields]) => redis.xadd(key, String(id), ...fields),
  },
};

/** The store of the bot as a whole; of a bot that runs, each value as it is when it is read. */
export function createWholeStore(redis: Redis): WholeStore {
  async function* lastingKeys(): AsyncGenerator<string> {
    yield keys.issuerKeys;
    // A cluster may tell a key twice that moves meanwhile.
    const seen = new Set<string>();
    for await (const key of scanKeys(redis, { match: 'xoap:{*}:*' })) {
      if (!lasting.test(key) || seen.has(key)) continue;
      seen.add(key);
      yield key;
    }
  }

  async function keyIdsOf(workspaceId: string): Promise<string[]> {
    const found = new Set<string>();
    for await (const rows of kinds.hash.rows(redis, keysOf(workspaceId).credentials))
      for (const [, sealed = ''] of rows) found.add(keyIdIn(sealed));
    return [...found];
  }

  async function* partsOf(key: string): AsyncGenerator<StoredPart> {
    const [type, left] = await Promise.all([redis.type(key), redis.pttl(key)]);
    const kind = type as StoredPart['kind'];
    // One that has gone meanwhile is of no kind.
    if (!(kind in kinds)) return;
    const expiry = left > 0 ? { expiresAt: new Date(Date.now() + left).toISOString() } : {};
    for await (const rows of kinds[kind].rows(redis, key))
      if (rows.length > 0) yield { key, kind, rows, ...expiry };
  }

  return {
    async contents() {
      const ids = new Set<string>();
      for await (const key of lastingKeys()) if (key !== keys.issuerKeys) ids.add(workspaceIn(key));
      const keyIds = new Set<string>();
      const workspaces: Contents['workspaces'] = [];
      for (const id of [...ids].sort()) {
        const { connections, schedules } = keysOf(id);
        workspaces.push({
          id,
          connections: await redis.hlen(connections),
          schedules: await redis.hlen(schedules),
        });
        for (const keyId of await keyIdsOf(id)) keyIds.add(keyId);
      }
      return { workspaces, keyIds: [...keyIds].sort() };
    },
    async *parts() {
      for await (const key of lastingKeys()) yield* partsOf(key);
    },
    async clear(workspaceIds) {
      for await (const key of scanKeys(redis, { match: 'xoap:{*}:*' }))
        if (workspaceIds.includes(workspaceIn(key))) await redis.del(key);
    },
    takes: ({ key }) => key === keys.issuerKeys || lasting.test(key),
    async add({ key, kind, rows, expiresAt }) {
      await Promise.all(rows.map((row) => kinds[kind].add(redis, key, row.map(bytes))));
      if (expiresAt) await redis.pexpireat(key, Date.parse(expiresAt));
    },
  };
}
