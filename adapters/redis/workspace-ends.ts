import type { Redis } from 'ioredis';
import { tryJson } from '../../src/json.ts';
import { WorkspaceEnd, type WorkspaceEnds } from '../../src/workspaces/workspace-end.ts';
import { scanKeys } from './client.ts';
import { keys, keysOf, workspaceIn, workspacesWith } from './keys.ts';

/** Keys that are deleted in one exchange. */
const atOnce = 200;

/** Deletes only while the mark stands: whoever is installed again meanwhile keeps what is left. */
const eraseScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for at = 2, #KEYS do redis.call('DEL', KEYS[at]) end
return 1`;

/** Keeps in Redis which workspaces have ended, and deletes what is kept of one. */
export function createRedisWorkspaceEnds(redis: Redis): WorkspaceEnds {
  return {
    async mark(workspaceId, end) {
      return (await redis.set(keysOf(workspaceId).ended, JSON.stringify(end), 'NX')) === 'OK';
    },
    find: async (workspaceId) => tryJson(await redis.get(keysOf(workspaceId).ended), WorkspaceEnd),
    revive: async (workspaceId) => tryJson(await redis.getdel(keysOf(workspaceId).ended), WorkspaceEnd),
    async *all() {
      for await (const key of scanKeys(redis, workspacesWith.ended)) {
        const end = tryJson(await redis.get(key), WorkspaceEnd);
        if (end) yield { workspaceId: workspaceIn(key), ...end };
      }
    },
    async erase(workspaceId) {
      const { audit, ended, anything } = keysOf(workspaceId);
      let batch: string[] = [];
      const erased = async () => (await redis.eval(eraseScript, batch.length + 1, ended, ...batch)) === 1;
      for await (const key of scanKeys(redis, { match: anything })) {
        if (key === audit || key === ended) continue;
        batch.push(key);
        if (batch.length < atOnce) continue;
        if (!(await erased())) return false;
        batch = [];
      }
      // The mark goes last, so that a process that dies before leaves all of this to another.
      batch.push(ended);
      const isDone = await erased();
      // Roles are gone too, which processes have at hand.
      if (isDone) await redis.incr(keys.accessVersion);
      return isDone;
    },
  };
}
