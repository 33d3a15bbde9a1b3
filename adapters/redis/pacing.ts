import type { Redis } from 'ioredis';
import type { PaceWindow, Pacing } from '../../src/chat/delivery/pacing.ts';
import { keys } from './keys.ts';

/**
 * A list of the moments that were taken, newest last. The next one is the earliest that keeps every window: so many
 * messages ago must be longer ago than the window is long. One script, so that two workers never take the same.
 */
const reserveScript = `
local now, patience = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = now
for i = 3, #ARGV, 2 do
  local earlier = redis.call('LINDEX', KEYS[1], -tonumber(ARGV[i]))
  if earlier then at = math.max(at, tonumber(earlier) + tonumber(ARGV[i + 1])) end
end
if at - now <= patience then
  redis.call('RPUSH', KEYS[1], at)
  redis.call('LTRIM', KEYS[1], -tonumber(ARGV[#ARGV - 1]), -1)
  redis.call('PEXPIRE', KEYS[1], at - now + tonumber(ARGV[#ARGV]))
end
return at - now
`;

export type RedisPacingDependencies = {
  /** The platform whose conversations these are. */
  readonly platform: string;
  readonly windows: readonly PaceWindow[];
  readonly now: () => Date;
};

/** Paces conversations with the moments kept in Redis. */
export function createRedisPacing(redis: Redis, { platform, windows, now }: RedisPacingDependencies): Pacing {
  const pairs = windows.flatMap(({ messages, ms }) => [messages, ms]);
  return {
    async reserve(conversation, patienceMs) {
      const key = keys.pace(platform, conversation);
      const wait = await redis.eval(reserveScript, 1, key, now().getTime(), patienceMs, ...pairs);
      return Number(wait);
    },
  };
}
