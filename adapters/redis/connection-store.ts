import type { Redis } from 'ioredis';
import { Connection, comparableName } from '../../src/connections/connection.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { scanKeys } from './client.ts';
import { keysOf, workspaceIn, workspacesWith } from './keys.ts';
import { onceSeconds } from './once.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';

export const connectionRecords: RecordKind<typeof Connection> = {
  name: 'connection',
  schema: Connection,
  // The first ones had no settings and no version.
  steps: [(older) => ({ settings: {}, ...older })],
};

const createScript = `
if redis.call('SET', KEYS[4], '1', 'NX', 'EX', ${onceSeconds}) == false then return 'replayed' end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 'name-taken' end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
return 'stored'`;

const updateScript = `
local stored = redis.call('HGET', KEYS[2], ARGV[1])
if not stored then return 'gone' end
if (cjson.decode(stored).changedAt or '') ~= ARGV[5] then return 'outdated' end
if ARGV[3] ~= ARGV[4] then
  if redis.call('HSETNX', KEYS[1], ARGV[4], ARGV[1]) == 0 then return 'name-taken' end
  redis.call('HDEL', KEYS[1], ARGV[3])
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
if ARGV[6] ~= '' then redis.call('HSET', KEYS[3], ARGV[1], ARGV[6]) end
return 'updated'`;

const removeScript = `
if redis.call('HDEL', KEYS[2], ARGV[2]) == 0 then return 0 end
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
redis.call('HDEL', KEYS[3], ARGV[2])
redis.call('DEL', KEYS[4])
redis.call('HDEL', KEYS[5], ARGV[2])
redis.call('HDEL', KEYS[6], ARGV[2])
redis.call('DEL', KEYS[7], KEYS[8], KEYS[9])
return 1`;

/** One exchange: what was queued beside the creation would be begun between two. */
const takeBackScript = `
if redis.call('SET', KEYS[10], '1', 'NX', 'EX', ${onceSeconds}) then return 0 end
${removeScript}`;

/** Keeps connections in Redis: per workspace one hash each for names, connections and sealed credentials. */
export function createRedisConnectionStore(redis: Redis, note: NoteUnreadable): ConnectionStore {
  const records = recordReader(connectionRecords, note);

  function readOne(text: string | null | undefined, workspaceId: string, id: string): Connection | undefined {
    const { connections: key } = keysOf(workspaceId);
    return text ? records.read(text, { workspaceId, key, field: id }) : undefined;
  }

  async function find(workspaceId: string, id: string): Promise<Connection | undefined> {
    return readOne(await redis.hget(keysOf(workspaceId).connections, id), workspaceId, id);
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
      const [keys, values] = [keysAbout(connection), [comparableName(connection.name), id]];
      return (await redis.eval(removeScript, keys.length, ...keys, ...values)) === 1;
    },
    async takeBack({ connection, once }) {
      const keys = [...keysAbout(connection), keysOf(connection.workspaceId).once(once)];
      const values = [comparableName(connection.name), connection.id];
      await redis.eval(takeBackScript, keys.length, ...keys, ...values);
    },
    async create({ connection, sealed, once }) {
      const { id, workspaceId, name } = connection;
      const keys = keysOf(workspaceId);
      const values = [comparableName(name), id, textOf(connectionRecords, connection), sealed];
      const result = await redis.eval(
        createScript,
        4,
        keys.connectionNames,
        keys.connections,
        keys.credentials,
        keys.once(once),
        ...values,
      );
      return result as 'stored' | 'name-taken' | 'replayed';
    },
    async findByName(workspaceId, name) {
      const id = await redis.hget(keysOf(workspaceId).connectionNames, comparableName(name));
      return id ? find(workspaceId, id) : undefined;
    },
    async list({ workspaceId, match = '', offset = 0, limit }) {
      const { connectionNames, connections } = keysOf(workspaceId);
      const wanted = comparableName(match);
      const found = Object.entries(await redis.hgetall(connectionNames))
        .filter(([name]) => name.includes(wanted))
        .sort(([one], [other]) => one.localeCompare(other));
      const ids = found.slice(offset, offset + limit).map(([, id]) => id);
      const texts = ids.length > 0 ? await redis.hmget(connections, ...ids) : [];
      const read = texts.map((text, index) => readOne(text, workspaceId, ids[index] ?? ''));
      return { total: found.length, connections: read.filter((entry) => entry !== undefined) };
    },
    async sealedCredential(workspaceId, id) {
      return (await redis.hget(keysOf(workspaceId).credentials, id)) ?? undefined;
    },
    async update({ was, is, sealed = '' }) {
      const { connectionNames, connections, credentials } = keysOf(is.workspaceId);
      const names = [comparableName(was.name), comparableName(is.name)];
      const values = [is.id, textOf(connectionRecords, is), ...names, was.changedAt ?? '', sealed];
      const keys = [connectionNames, connections, credentials];
      const result = await redis.eval(updateScript, keys.length, ...keys, ...values);
      return result as 'updated' | 'gone' | 'outdated' | 'name-taken';
    },
    async *workspaces() {
      for await (const key of scanKeys(redis, workspacesWith.connections)) yield workspaceIn(key);
    },
  };
}
