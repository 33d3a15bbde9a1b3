import type { Redis } from 'ioredis';
import { type Concern, concernOf, concerns } from '../../src/connections/concern.ts';
import { type Connection, comparableName } from '../../src/connections/connection.ts';
import { keysOf } from './keys.ts';
import { latestIn } from './latest-verdicts.ts';

// The order of a workspace's connections, so that a page of many thousands is read without the others: two sorted sets of the
// same members, by name alone and by concern and name, and the member of each connection. The scripts that store, change and
// remove connections keep it; where it does not hold as many as there are, it is made anew, and so it is where `mend` finds that
// it holds others. What must not leave one out, as a report, does not read it.

const between = '\0';

/** A name as it is ordered and looked for: accents do not move a letter away from its own. */
const orderOf = (name: string) =>
  comparableName(name)
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '');

export const memberOf = ({ name, id }: Pick<Connection, 'name' | 'id'>): string =>
  `${orderOf(name)}${between}${id}`;
const idIn = (member: string) => member.slice(member.lastIndexOf(between) + 1);

/** What the index counts a concern as. */
export const rankOf = (concern: Concern): number => concerns.indexOf(concern);

/** The keys of the index, for scripts that begin with `withIndex`. */
export function indexKeys(workspaceId: string): string[] {
  const { byName, byConcern, members } = keysOf(workspaceId);
  return [byName, byConcern, members];
}

/** Begins a script whose last keys are those of the index: what it does to the index is a function here. */
export const withIndex = `
local byName, byConcern, members = KEYS[#KEYS - 2], KEYS[#KEYS - 1], KEYS[#KEYS]
local function leave(id)
  local member = redis.call('HGET', members, id)
  if not member then return nil end
  local rank = redis.call('ZSCORE', byConcern, member)
  redis.call('ZREM', byName, member)
  redis.call('ZREM', byConcern, member)
  redis.call('HDEL', members, id)
  return rank
end
local function enter(id, member, rank)
  redis.call('ZADD', byName, 0, member)
  redis.call('ZADD', byConcern, rank, member)
  redis.call('HSET', members, id, member)
end
local function stand(id, rank)
  local member = redis.call('HGET', members, id)
  if member then redis.call('ZADD', byConcern, 'XX', rank, member) end
end
`;

/** Members that are looked through in one go, in which Redis serves nobody else: about a millisecond. */
const lookedThrough = 2_000;
const searchScript = `
local found, count = {}, 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2])) do
  local name = string.match(member, '^(.*)%z') or member
  if string.find(name, ARGV[3], 1, true) then
    count = count + 1
    if count <= tonumber(ARGV[4]) then found[count] = member end
  end
end
return {count, found}`;

/** Members that are written at once when an index is made anew. */
const writtenAtOnce = 2_000;

/** A connection as the index knows it. */
type Entry = { readonly id: string; readonly member: string; readonly rank: number };
export type IndexPage = { readonly offset: number; readonly limit: number };
type Found = { readonly total: number; readonly ids: string[] };

/** Reads the order of connections. */
export function createConnectionIndex(redis: Redis) {
  /** What the index of a workspace has to hold, by what is stored. */
  async function entriesOf(workspaceId: string): Promise<Entry[]> {
    const { connectionNames, latestVerdicts } = keysOf(workspaceId);
    const [names, latest] = await Promise.all([
      redis.hgetall(connectionNames),
      redis.hgetall(latestVerdicts),
    ]);
    return Object.entries(names).map(([name, id]) => {
      const rank = rankOf(concernOf(latestIn(latest[id])));
      return { id, rank, member: memberOf({ name, id }) };
    });
  }

  /** Makes the index of a workspace anew. */
  async function rebuild(workspaceId: string, entries: readonly Entry[]): Promise<void> {
    const { byName, byConcern, members } = keysOf(workspaceId);
    const writing = redis.multi().del(byName, byConcern, members);
    for (let start = 0; start < entries.length; start += writtenAtOnce) {
      const some = entries.slice(start, start + writtenAtOnce);
      writing.zadd(byName, ...some.flatMap(({ member }) => ['0', member]));
      writing.zadd(byConcern, ...some.flatMap(({ rank, member }) => [String(rank), member]));
      writing.hset(members, ...some.flatMap(({ id, member }) => [id, member]));
    }
    await writing.exec();
  }

  /** How many there are, and how many are in the index. */
  async function sizes(workspaceId: string): Promise<[number, number]> {
    const { connectionNames, byName } = keysOf(workspaceId);
    return Promise.all([redis.hlen(connectionNames), redis.zcard(byName)]);
  }

  /** Reads what an index tells, from one that is whole. */
  async function whole<Result>(
    workspaceId: string,
    read: (total: number) => Promise<Result>,
  ): Promise<Result> {
    const [total, held] = await sizes(workspaceId);
    if (total !== held) await rebuild(workspaceId, await entriesOf(workspaceId));
    return read(total);
  }

  function ranged(key: string, { offset, limit }: IndexPage): Promise<string[]> {
    return redis.zrange(key, String(offset), String(offset + limit - 1));
  }

  return {
    /** A page in the order of names. */
    page: (workspaceId: string, page: IndexPage): Promise<Found> =>
      whole(workspaceId, async (total) => {
        const found = await ranged(keysOf(workspaceId).byName, page);
        return { total, ids: found.map(idIn) };
      }),

    /** Makes it anew where it holds something else than is stored, though as much: an older version keeps none. */
    async mend(workspaceId: string): Promise<void> {
      const { byConcern } = keysOf(workspaceId);
      const [entries, held] = await Promise.all([
        entriesOf(workspaceId),
        redis.zrange(byConcern, '0', '-1', 'WITHSCORES'),
      ]);
      const is = (pairs: readonly string[]) => pairs.toSorted().join();
      const found = held.flatMap((member, at) => (at % 2 === 0 ? [`${member} ${held[at + 1]}`] : []));
      if (is(found) !== is(entries.map(({ member, rank }) => `${member} ${rank}`)))
        await rebuild(workspaceId, entries);
    },

    /** The same of those whose names contain something. */
    search: (workspaceId: string, match: string, { offset, limit }: IndexPage): Promise<Found> =>
      whole(workspaceId, async (all) => {
        const starts = Array.from(
          { length: Math.ceil(all / lookedThrough) },
          (_none, at) => at * lookedThrough,
        );
        const answers = await Promise.all(
          starts.map((start) => {
            const values = [start, start + lookedThrough - 1, orderOf(match), offset + limit];
            return redis.eval(searchScript, 1, keysOf(workspaceId).byName, ...values);
          }),
        );
        const found = answers as [number, string[]][];
        const members = found.flatMap(([, some]) => some).slice(offset, offset + limit);
        return { total: found.reduce((sum, [count]) => sum + count, 0), ids: members.map(idIn) };
      }),

    /** A page with what needs somebody first, and how many there are of each concern. */
    overview: (
      workspaceId: string,
      page: IndexPage,
    ): Promise<Found & { counts: Readonly<Record<Concern, number>> }> =>
      whole(workspaceId, async (total) => {
        const { byConcern } = keysOf(workspaceId);
        const counting = concerns.map((concern) => redis.zcount(byConcern, rankOf(concern), rankOf(concern)));
        const [found, ...counts] = await Promise.all([ranged(byConcern, page), ...counting]);
        const byName = concerns.map((concern, index) => [concern, counts[index] ?? 0]);
        return {
          total,
          ids: found.map(idIn),
          counts: Object.fromEntries(byName) as Record<Concern, number>,
        };
      }),
  };
}
