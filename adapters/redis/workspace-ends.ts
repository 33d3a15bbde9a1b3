import type { Redis } from 'ioredis';
import { tryJson } from '../../src/json.ts';
import { WorkspaceEnd, type WorkspaceEnds } from '../../src/workspaces/workspace-end.ts';
import { scanKeys } from './client.ts';
import { keys, keysOf, workspaceIn, workspacesWith } from './keys.ts';

/** How often all keys are looked through for what was stored meanwhile. */
const mostRounds = 5;
/** Keys that are deleted in one exchange. */
const atOnce = 200;

/** Deletes only while the mark stands: whoever is installed again meanwhile keeps what is left. */
const eraseScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for at = 2, #KEYS do redis.call('DEL', KEYS[at]) end
return 1`;

/** Requests that were seen are stored all the time, and go by themselves. */
const isLasting = (key: string) => !key.includes('}:once:');

/** The keys of a pattern but those that stay, some at a time. */
async function* batchesOf(
  redis: Redis,
  { match, stays }: { readonly match: string; readonly stays: readonly string[] },
): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const key of scanKeys(redis, { match })) {
    if (!stays.includes(key)) batch.push(key);
    if (batch.length < atOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const reviveScript = `
local mark = redis.call('GET', KEYS[1])
if not mark or string.find(mark, '"reason":"deleted"', 1, true) then return false end
redis.call('DEL', KEYS[1])
return mark`;

/** Keeps in Redis which workspaces have ended, and deletes what is kept of one. */
export function createRedisWorkspaceEnds(redis: Redis): WorkspaceEnds {
  return {
    async mark(workspaceId, end) {
      return (await redis.set(keysOf(workspaceId).ended, JSON.stringify(end), 'NX')) === 'OK';
    },
    find: async (workspaceId) => tryJson(await redis.get(keysOf(workspaceId).ended), WorkspaceEnd),
    async markDeleted(workspaceId, end) {
      await redis.set(keysOf(workspaceId).ended, JSON.stringify(end));
    },
    async revive(workspaceId) {
      const text = (await redis.eval(reviveScript, 1, keysOf(workspaceId).ended)) as string | null;
      return tryJson(text, WorkspaceEnd);
    },
    async *all() {
      for await (const key of scanKeys(redis, workspacesWith.ended)) {
        const end = tryJson(await redis.get(key), WorkspaceEnd);
        if (end) yield { workspaceId: workspaceIn(key), ...end };
      }
    },
    async erase(workspaceId, { keepsInstallation = false } = {}) {
      const { audit, ended, anything, installation, installer } = keysOf(workspaceId);
      const stays = [audit, ended, ...(keepsInstallation ? [installation, installer] : [])];
      const erased = async (batch: readonly string[]) =>
        (await redis.eval(eraseScript, batch.length + 1, ended, ...batch)) === 1;
      // What was stored behind the scan is found by another.
      for (let round = 1, isNew = true; isNew && round <= mostRounds; round += 1) {
        isNew = false;
        for await (const batch of batchesOf(redis, { match: anything, stays })) {
          isNew ||= batch.some(isLasting);
          if (!(await erased(batch))) return false;
        }
      }
      // The mark goes last, so that a process that dies before leaves all of this to another.
      const isDone = await erased([ended]);
      // Roles are gone too, which processes have at hand.
      if (isDone) await redis.incr(keys.accessVersion);
      return isDone;
    },
  };
}
