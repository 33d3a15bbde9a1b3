import type { Redis } from 'ioredis';
import { Replacement, type Replacements } from '../../src/connections/replacements.ts';
import { tryJson } from '../../src/json.ts';
import { keysOf } from './keys.ts';

/** Seconds for which a new credential waits: long enough for a person to answer whether it is meant. */
const waitSeconds = 3_600;

const putScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ${waitSeconds})
return 1`;

/** Keeps new credentials in Redis, sealed as the others, until they are in use or their time is over. */
export function createRedisReplacements(redis: Redis): Replacements {
  async function find({ workspaceId, connectionId }: Parameters<Replacements['find']>[0], id: string) {
    const waiting = tryJson(await redis.get(keysOf(workspaceId).replacement(connectionId)), Replacement);
    return waiting?.id === id ? waiting : undefined;
  }

  return {
    find,
    async put({ workspaceId, connectionId }, replacement) {
      const { connections, replacement: own } = keysOf(workspaceId);
      const values = [connectionId, JSON.stringify(replacement)];
      return (await redis.eval(putScript, 2, connections, own(connectionId), ...values)) === 1;
    },
    async drop(key, id) {
      if (await find(key, id)) await redis.del(keysOf(key.workspaceId).replacement(key.connectionId));
    },
  };
}
