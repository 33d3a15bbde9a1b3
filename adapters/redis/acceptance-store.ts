import type { Redis } from 'ioredis';
import type { AcceptanceStore } from '../../src/connections/acceptance-store.ts';
import { tryJson } from '../../src/json.ts';
import { Acceptance, acceptedSubject } from '../../src/verification/acceptance.ts';
import { keysOf } from './keys.ts';

/** Pairs of a subject and its acceptance: first those to end, of which ARGV[2] tells the number, then those to add. */
const changeScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
local ends = 2 + 2 * tonumber(ARGV[2])
for i = 3, #ARGV, 2 do
  if i > ends then redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  elseif redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[2], ARGV[i]) end
end
return 1`;

/** The text that an acceptance is kept as; always the same, since one is ended by it. */
const textOf = (acceptance: Acceptance) => JSON.stringify(Acceptance.parse(acceptance));
const pairOf = (acceptance: Acceptance) => [acceptedSubject(acceptance), textOf(acceptance)];

/** Keeps what is accepted in Redis: per connection one hash by what a finding is about. */
export function createRedisAcceptanceStore(redis: Redis): AcceptanceStore {
  return {
    async all({ workspaceId, connectionId }) {
      const texts = await redis.hvals(keysOf(workspaceId).acceptances(connectionId));
      // One that cannot be read accepts nothing, so that its finding counts.
      return texts.flatMap((text) => tryJson(text, Acceptance) ?? []);
    },
    async change({ workspaceId, connectionId }, { add = [], end = [] }) {
      const { connections, acceptances } = keysOf(workspaceId);
      const values = [connectionId, end.length, ...end.flatMap(pairOf), ...add.flatMap(pairOf)];
      return (await redis.eval(changeScript, 2, connections, acceptances(connectionId), ...values)) === 1;
    },
  };
}
