import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { TooMuchWaits } from '../../src/chat/connections/verification-requests.ts';

// Whose verification is next. BullMQ carries out tickets, which are all alike; what the holder of a ticket verifies is
// decided when its time has come: by turns over workspaces, and in each of them over people. The open-source BullMQ has no
// groups: https://docs.bullmq.io/bullmq-pro/groups

/** Something that waits for its turn. */
export type Waiting = {
  readonly id: string;
  readonly workspaceId: string;
  readonly person: string;
  /** What waits or runs once only. */
  readonly connectionId: string;
  /** Ids only, as JSON. */
  readonly data: string;
};

export type TurnLimits = {
  /** What may wait or run of one person, and of one workspace. */
  readonly person: number;
  readonly workspace: number;
};

/** The number of runs that one person, and one workspace, may hold at once. */
export type Caps = TurnLimits;

export type Turn =
  | { readonly kind: 'run'; readonly data: string }
  /** What waits is of people and workspaces that hold all they may. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'empty' };

export type Turns = {
  /** Puts a run in line; nothing of it is kept unless `queued`. */
  join(waiting: Waiting, limits: TurnLimits): Promise<'queued' | 'already-running' | TooMuchWaits>;
  /** What the holder of a ticket is to do: the same, however often it is asked for. */
  claim(ticket: string, caps: Caps): Promise<Turn>;
  /** What the holder of a ticket was told to do; undefined where it was told nothing. */
  held(ticket: string): Promise<string | undefined>;
  /** The run of a ticket has ended, or is over for good. */
  release(ticket: string): Promise<void>;
  /** Whether a run of the connection waits or has its turn. */
  isTaken(connectionId: string): Promise<boolean>;
  /** How many wait for their turn. */
  waiting(): Promise<number>;
  /** The tickets whose runs have not ended. */
  tickets(): Promise<string[]>;
};

// In one slot of a Redis cluster, since the scripts touch them together.
const keys = {
  /** Workspaces by the turn that they had last. */
  workspaces: 'xoap:{turns}:workspaces',
  /** How much waits or runs, and how much runs, of each person and workspace. */
  counts: 'xoap:{turns}:counts',
  active: 'xoap:{turns}:active',
  /** Runs by their ids. */
  runs: 'xoap:{turns}:runs',
  /** The runs of tickets, and of connections. */
  claims: 'xoap:{turns}:claims',
  connections: 'xoap:{turns}:connections',
  /** Counts turns. */
  clock: 'xoap:{turns}:clock',
  /** When the last runs ended. */
  ended: 'xoap:{turns}:ended',
};
const names = Object.values(keys);

/** Keys of a workspace and of a person are made in the scripts, behind this, in the same slot. */
const prelude = `
local workspaces, counts, active, runs, claims, connections, clock, ended = unpack(KEYS)
local function people(workspace) return 'xoap:{turns}:people:' .. workspace end
local function line(workspace, person) return 'xoap:{turns}:line:' .. cjson.encode({workspace, person}) end
local function ofPerson(workspace, person) return 'p' .. cjson.encode({workspace, person}) end
local function ofWorkspace(workspace) return 'w' .. workspace end
local function count(hash, key, by)
  if redis.call('HINCRBY', hash, key, by) <= 0 then redis.call('HDEL', hash, key) end
end
local function number(hash, key) return tonumber(redis.call('HGET', hash, key) or '0') end
`;

const joinScript = `${prelude}
local id, workspace, person, connection, data = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call('HEXISTS', connections, connection) == 1 then return 'already-running' end
local full = nil
if number(counts, ofWorkspace(workspace)) >= tonumber(ARGV[7]) then full = 'workspace' end
if number(counts, ofPerson(workspace, person)) >= tonumber(ARGV[6]) then full = 'person' end
if full then
  local times = redis.call('LRANGE', ended, 0, -1)
  return cjson.encode({of = full, times = times})
end
redis.call('HSET', connections, connection, id)
redis.call('HSET', runs, id, cjson.encode({workspace, person, connection, data}))
count(counts, ofWorkspace(workspace), 1)
count(counts, ofPerson(workspace, person), 1)
-- Whoever comes anew is served behind those who have waited since an earlier turn.
local now = redis.call('GET', clock) or '0'
redis.call('ZADD', workspaces, 'NX', now, workspace)
redis.call('ZADD', people(workspace), 'NX', now, person)
redis.call('RPUSH', line(workspace, person), id)
return 'queued'`;

const claimScript = `${prelude}
local ticket, mostOfPerson, mostOfWorkspace = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HGET', claims, ticket)
if known then return {'run', cjson.decode(redis.call('HGET', runs, known))[4]} end
local isBusy = false
for _, workspace in ipairs(redis.call('ZRANGE', workspaces, 0, -1)) do
  local isFree = number(active, ofWorkspace(workspace)) < mostOfWorkspace
  for _, person in ipairs(redis.call('ZRANGE', people(workspace), 0, -1)) do
    if isFree and number(active, ofPerson(workspace, person)) < mostOfPerson then
      local id = redis.call('LPOP', line(workspace, person))
      local now = redis.call('INCR', clock)
      if redis.call('LLEN', line(workspace, person)) > 0 then
        redis.call('ZADD', people(workspace), now, person)
      else
        redis.call('ZREM', people(workspace), person)
      end
      if redis.call('ZCARD', people(workspace)) > 0 then
        redis.call('ZADD', workspaces, now, workspace)
      else
        redis.call('ZREM', workspaces, workspace)
      end
      count(active, ofWorkspace(workspace), 1)
      count(active, ofPerson(workspace, person), 1)
      redis.call('HSET', claims, ticket, id)
      return {'run', cjson.decode(redis.call('HGET', runs, id))[4]}
    end
    isBusy = true
  end
end
return {isBusy and 'busy' or 'empty'}`;

const releaseScript = `${prelude}
local id = redis.call('HGET', claims, ARGV[1])
if not id then return 0 end
redis.call('HDEL', claims, ARGV[1])
local run = redis.call('HGET', runs, id)
if not run then return 0 end
local workspace, person, connection = unpack(cjson.decode(run))
redis.call('HDEL', runs, id)
if redis.call('HGET', connections, connection) == id then redis.call('HDEL', connections, connection) end
for _, hash in ipairs({counts, active}) do
  count(hash, ofWorkspace(workspace), -1)
  count(hash, ofPerson(workspace, person), -1)
end
redis.call('LPUSH', ended, ARGV[2])
redis.call('LTRIM', ended, 0, 99)
return 1`;

/** A run as the scripts keep it: its workspace, person, connection, and data. */
const Run = z.tuple([z.string(), z.string(), z.string(), z.string()]);

const minuteMs = 60_000;

/** Minutes until half of so many have ended, at the pace of the last ones; a guess of one where nobody knows. */
function minutesFor(most: number, times: readonly string[]): number {
  const [newest, oldest] = [Number(times[0]), Number(times.at(-1))];
  const each = times.length > 1 ? (newest - oldest) / (times.length - 1) : 0;
  return Math.max(1, Math.ceil((each * most) / 2 / minuteMs));
}

/** Keeps in Redis whose turn it is. */
export function createTurns(redis: Redis): Turns {
  const run = (script: string, ...values: (string | number)[]) =>
    redis.eval(script, names.length, ...names, ...values);

  return {
    async join({ id, workspaceId, person, connectionId, data }, limits) {
      const values = [id, workspaceId, person, connectionId, data, limits.person, limits.workspace];
      const result = String(await run(joinScript, ...values));
      if (result === 'queued' || result === 'already-running') return result;
      const { of, times } = JSON.parse(result) as { of: keyof TurnLimits; times: string[] | object };
      const most = limits[of];
      // An empty list of Lua's is an object in JSON.
      return { of, most, minutes: minutesFor(most, Array.isArray(times) ? times : []) };
    },
    async claim(ticket, caps) {
      const [kind, data = ''] = (await run(claimScript, ticket, caps.person, caps.workspace)) as string[];
      return kind === 'run' ? { kind, data } : { kind: kind === 'busy' ? 'busy' : 'empty' };
    },
    async held(ticket) {
      const id = await redis.hget(keys.claims, ticket);
      const text = id && (await redis.hget(keys.runs, id));
      return text ? Run.parse(JSON.parse(text))[3] : undefined;
    },
    async release(ticket) {
      await run(releaseScript, ticket, Date.now());
    },
    isTaken: async (connectionId) => (await redis.hexists(keys.connections, connectionId)) === 1,
    async waiting() {
      const [runs, claims] = await Promise.all([redis.hlen(keys.runs), redis.hlen(keys.claims)]);
      return Math.max(0, runs - claims);
    },
    tickets: () => redis.hkeys(keys.claims),
  };
}
