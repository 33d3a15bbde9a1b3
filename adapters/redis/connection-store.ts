import type { Redis } from 'ioredis';
import { Connection, comparableName } from '../../src/connections/connection.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { scanKeys } from './client.ts';
import { createConnectionIndex, indexKeys, memberOf, rankOf, withIndex } from './connection-index.ts';
import { keysOf, workspaceIn, workspacesWith } from './keys.ts';
import { onceSeconds } from './once.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';

export const connectionRecords: RecordKind<typeof Connection> = {
  name: 'connection',
  schema: Connection,
  // The first ones had no settings and no version.
  steps: [(older) => ({ settings: {}, ...older })],
};

/** Connections of a workspace that are read at once by whoever reads all. */
const readAtOnce = 500;

const createScript = `${withIndex}
if redis.call('SET', KEYS[4], '1', 'NX', 'EX', ${onceSeconds}) == false then return 'replayed' end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1 then return 'exists' end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 'name-taken' end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
enter(ARGV[2], ARGV[5], ARGV[6])
redis.call('SET', KEYS[4], 'stored', 'EX', ${onceSeconds})
return 'stored'`;

const updateScript = `${withIndex}
local stored = redis.call('HGET', KEYS[2], ARGV[1])
if not stored then return 'gone' end
if (cjson.decode(stored).changedAt or '') ~= ARGV[5] then return 'outdated' end
if ARGV[3] ~= ARGV[4] then
  if redis.call('HSETNX', KEYS[1], ARGV[4], ARGV[1]) == 0 then return 'name-taken' end
  redis.call('HDEL', KEYS[1], ARGV[3])
  local rank = leave(ARGV[1])
  if rank then enter(ARGV[1], ARGV[7], rank) end
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if ARGV[6] ~= '' then redis.call('HSET', KEYS[3], ARGV[1], ARGV[6]) end
return 'updated'`;

const removeScript = `${withIndex}
if redis.call('HDEL', KEYS[2], ARGV[2]) == 0 then return 0 end
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
redis.call('HDEL', KEYS[3], ARGV[2])
redis.call('DEL', KEYS[4])
redis.call('HDEL', KEYS[5], ARGV[2])
redis.call('HDEL', KEYS[6], ARGV[2])
redis.call('DEL', KEYS[7], KEYS[8], KEYS[9])
leave(ARGV[2])
return 1`;

/** One exchange: what was queued beside the creation would be begun between two. */
const takeBackScript = `
if redis.call('SET', KEYS[10], '1', 'NX', 'EX', ${onceSeconds}) then return 0 end
-- Another request of the same form may have stored it.
if redis.call('GET', KEYS[10]) ~= 'stored' then return 0 end
${removeScript}`;

/** Fields and values, which come one after the other. */
const pairsOf = (list: readonly string[]) =>
  list.flatMap((field, at) => (at % 2 === 0 ? [[field, list[at + 1] ?? ''] as const] : []));

/** Keeps connections in Redis: per workspace one hash each for names, connections and sealed credentials. */
export function createRedisConnectionStore(redis: Redis, note: NoteUnreadable): ConnectionStore {
  const records = recordReader(connectionRecords, note);
  const index = createConnectionIndex(redis);

  function readOne(text: string | null | undefined, workspaceId: string, id: string): Connection | undefined {
    const { connections: key } = keysOf(workspaceId);
    return text ? records.read(text, { workspaceId, key, field: id }) : undefined;
  }

  async function find(workspaceId: string, id: string): Promise<Connection | undefined> {
    return readOne(await redis.hget(keysOf(workspaceId).connections, id), workspaceId, id);
  }

  /** Those of some connections that can be read. */
  async function readThese(workspaceId: string, ids: readonly string[]): Promise<Connection[]> {
    const texts = ids.length > 0 ? await redis.hmget(keysOf(workspaceId).connections, ...ids) : [];
    const read = texts.map((text, place) => readOne(text, workspaceId, ids[place] ?? ''));
    return read.filter((entry) => entry !== undefined);
  }

  /** Every key that tells of a connection. */
  function keysAbout({ workspaceId, id }: Pick<Connection, 'workspaceId' | 'id'>): string[] {
    const { connectionNames, connections, credentials, latestVerdicts, choices, ...own } =
      keysOf(workspaceId);
    const first = [connectionNames, connections, credentials, own.history(id), latestVerdicts, choices];
    return [...first, own.acceptances(id), own.replacement(id), own.threads(id)];
  }

  return {
    find,
    async remove(workspaceId, id) {
      const connection = await find(workspaceId, id);
      if (!connection) return false;
      const keys = [...keysAbout(connection), ...indexKeys(workspaceId)];
      const values = [comparableName(connection.name), id];
      return (await redis.eval(removeScript, keys.length, ...keys, ...values)) === 1;
    },
    async takeBack({ connection, once }) {
      const { workspaceId } = connection;
      const keys = [...keysAbout(connection), keysOf(workspaceId).once(once), ...indexKeys(workspaceId)];
      const values = [comparableName(connection.name), connection.id];
      await redis.eval(takeBackScript, keys.length, ...keys, ...values);
    },
    async create({ connection, sealed, once }) {
      const { id, workspaceId, name } = connection;
      const { connectionNames, connections, credentials, once: used } = keysOf(workspaceId);
      const keys = [connectionNames, connections, credentials, used(once), ...indexKeys(workspaceId)];
      const entry = [memberOf(connection), rankOf('unverified')];
      const values = [comparableName(name), id, textOf(connectionRecords, connection), sealed, ...entry];
      const result = await redis.eval(createScript, keys.length, ...keys, ...values);
      return result as Awaited<ReturnType<ConnectionStore['create']>>;
    },
    async findByName(workspaceId, name) {
      const id = await redis.hget(keysOf(workspaceId).connectionNames, comparableName(name));
      return id ? find(workspaceId, id) : undefined;
    },
    async list({ workspaceId, match = '', offset = 0, limit }) {
      const page = { offset, limit };
      const { total, ids } = await (match
        ? index.search(workspaceId, match, page)
        : index.page(workspaceId, page));
      return { total, connections: await readThese(workspaceId, ids) };
    },
    async *all(workspaceId) {
      const seen = new Set<string>();
      const stream = redis.hscanStream(keysOf(workspaceId).connections, { count: readAtOnce });
      for await (const found of stream as AsyncIterable<string[]>)
        for (const [id, text] of pairsOf(found)) {
          // A scan may tell of one twice.
          if (seen.has(id)) continue;
          seen.add(id);
          yield { id, connection: readOne(text, workspaceId, id) };
        }
    },
    mendOrder: (workspaceId) => index.mend(workspaceId),
    async overview({ workspaceId, offset = 0, limit }) {
      const { ids, ...found } = await index.overview(workspaceId, { offset, limit });
      return { ...found, connections: await readThese(workspaceId, ids) };
    },
    async sealedCredential(workspaceId, id) {
      return (await redis.hget(keysOf(workspaceId).credentials, id)) ?? undefined;
    },
    async update({ was, is, sealed = '' }) {
      const { connectionNames, connections, credentials } = keysOf(is.workspaceId);
      const names = [comparableName(was.name), comparableName(is.name)];
      const text = textOf(connectionRecords, is);
      const values = [is.id, text, ...names, was.changedAt ?? '', sealed, memberOf(is)];
      const keys = [connectionNames, connections, credentials, ...indexKeys(is.workspaceId)];
      const result = await redis.eval(updateScript, keys.length, ...keys, ...values);
      return result as 'updated' | 'gone' | 'outdated' | 'name-taken';
    },
    async *workspaces() {
      for await (const key of scanKeys(redis, workspacesWith.connections)) yield workspaceIn(key);
    },
  };
}
