import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { InstallationStore } from '../../src/workspaces/installations.ts';
import { scanKeys } from './client.ts';
import { keys, keysOf, workspaceIn, workspacesWith } from './keys.ts';

const Stored = z.object({ by: z.string(), at: z.coerce.date(), sealed: z.string() });

const replaceScript = `
if redis.call('HGET', KEYS[1], 'sealed') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'sealed', ARGV[2])
return 1`;

/** Keeps installations in Redis, a hash for each workspace, with everything but who and when sealed. */
export function createRedisInstallations(redis: Redis): InstallationStore {
  return {
    async find(workspaceId) {
      const { data } = Stored.safeParse(await redis.hgetall(keysOf(workspaceId).installation));
      return data && { workspaceId, installedBy: data.by, installedAt: data.at, sealed: data.sealed };
    },
    async put({ workspaceId, installedBy: by, installedAt, sealed }) {
      const key = keysOf(workspaceId).installation;
      await redis.hset(key, { by, at: installedAt.toISOString(), sealed });
      // They are an admin. Whoever installs it once more is not: in Slack any member may.
      const { installer, connections, access } = keysOf(workspaceId);
      // Nor whoever installs it where a token of the settings served until now.
      if ((await redis.exists(connections, access)) === 0) await redis.set(installer, by, 'NX');
      await redis.incr(keys.accessVersion);
    },
    async replace(workspaceId, was, is) {
      return (await redis.eval(replaceScript, 1, keysOf(workspaceId).installation, was, is)) === 1;
    },
    remove: async (workspaceId) => (await redis.del(keysOf(workspaceId).installation)) === 1,
    installerOf: async (workspaceId) => (await redis.get(keysOf(workspaceId).installer)) ?? undefined,
    async *all() {
      for await (const key of scanKeys(redis, workspacesWith.installation)) yield workspaceIn(key);
    },
  };
}
