import type { Redis } from 'ioredis';
import { type Announcements, Holder } from '../../src/held/announcements.ts';
import { tryJson } from '../../src/json.ts';
import { keys } from './keys.ts';

/** Milliseconds for which an announcement counts, by the clock of Redis. */
const countsMs = 15_000;

const nowMs = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Each holder has a field, with the moment until which it counts before what it holds. */
const announceScript = `${nowMs}
local gone = {}
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  if (tonumber(string.match(all[at + 1], '^%d+')) or 0) < now then
    redis.call('HDEL', KEYS[1], all[at])
    if all[at] ~= ARGV[1] then gone[#gone + 1] = all[at] end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + ARGV[3]) .. ' ' .. ARGV[2])
return gone`;

const aliveScript = `${nowMs}
local alive = {}
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  local till, holder = string.match(value, '^(%d+) (.*)$')
  if (tonumber(till) or 0) >= now then alive[#alive + 1] = holder end
end
return alive`;

/** Keeps what workers say that they hold in Redis. */
export function createRedisAnnouncements(redis: Redis): Announcements {
  return {
    async announce(holder) {
      const values = [holder.id, JSON.stringify(holder), countsMs];
      return (await redis.eval(announceScript, 1, keys.heldNames, ...values)) as string[];
    },
    async withdraw(id) {
      await redis.hdel(keys.heldNames, id);
    },
    async alive() {
      const holders = (await redis.eval(aliveScript, 1, keys.heldNames)) as string[];
      return holders.flatMap((text) => tryJson(text, Holder) ?? []);
    },
  };
}
