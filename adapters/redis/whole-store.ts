import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Contents, StoredPart, WholeStore } from '../../src/backup/stored-part.ts';
import { keyIdIn } from '../../src/connections/cipher.ts';
import { comparableName } from '../../src/connections/connection.ts';
import { KeyRing } from '../../src/issuer/key-ring.ts';
import { tryJson } from '../../src/json.ts';
import { scanKeys } from './client.ts';
import { indexKeys } from './connection-index.ts';
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

/** What a record is called, whatever else is in it. */
const Named = z.object({ name: z.string() });

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
    found.add(keyIdIn((await redis.hget(keysOf(workspaceId).installation, 'sealed')) ?? ''));
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

  /** Makes names lead to records that are there, and each record have its name. */
  async function mendNames(records: string, names: string): Promise<void> {
    const known = new Set(await redis.hkeys(records));
    const ids = Object.entries(await redis.hgetall(names));
    const strays = ids.filter(([, id]) => !known.has(id)).map(([name]) => name);
    if (strays.length > 0) await redis.hdel(names, ...strays);
    const named = new Set(ids.map(([, id]) => id));
    for (const id of known) {
      const record = named.has(id) ? undefined : tryJson((await redis.hget(records, id)) ?? '', Named);
      if (record) await redis.hsetnx(names, comparableName(record.name), id);
    }
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
      const ring = (await redis.get(keys.issuerKeys)) ?? '[]';
      for (const { sealed } of tryJson(ring, KeyRing) ?? []) keyIds.add(keyIdIn(sealed));
      const hasTokenKeys = ring !== '[]';
      return { workspaces, hasTokenKeys, keyIds: [...keyIds].filter(Boolean).sort() };
    },
    async *parts({ workspaces }) {
      const ids = workspaces.map(({ id }) => id);
      // One that came after they were counted is in the next backup.
      for await (const key of lastingKeys())
        if (key === keys.issuerKeys || ids.includes(workspaceIn(key))) yield* partsOf(key);
    },
    async clear(workspaceIds) {
      for await (const key of scanKeys(redis, { match: 'xoap:{*}:*' }))
        if (workspaceIds.includes(workspaceIn(key))) await redis.del(key);
    },
    ownerOf: ({ key }) => {
      if (key === keys.issuerKeys) return 'bot';
      return lasting.test(key) ? workspaceIn(key) : undefined;
    },
    async add({ key, kind, rows, expiresAt }) {
      await Promise.all(rows.map((row) => kinds[kind].add(redis, key, row.map(bytes))));
      if (expiresAt) await redis.pexpireat(key, Date.parse(expiresAt));
    },
    async mend(workspaceIds) {
      for (const id of workspaceIds) {
        const { connections, connectionNames, schedules, scheduleNames, credentials } = keysOf(id);
        await mendNames(connections, connectionNames);
        await mendNames(schedules, scheduleNames);
        const known = new Set(await redis.hkeys(connections));
        const strays = (await redis.hkeys(credentials)).filter((field) => !known.has(field));
        if (strays.length > 0) await redis.hdel(credentials, ...strays);
        // Whoever reads first makes the index anew.
        await redis.del(...indexKeys(id));
      }
      // So the next start looks whether records are in an older form.
      await redis.del(keys.recordForms);
    },
  };
}
