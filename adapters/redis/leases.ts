import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Leases } from '../../src/workspaces/leases.ts';
import { keys } from './keys.ts';

const releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** Keeps in Redis who holds which lease, until its time is over. */
export function createRedisLeases(redis: Redis): Leases {
  return {
    async take(name, ms) {
      const holder = randomUUID();
      return (await redis.set(keys.lease(name), holder, 'PX', ms, 'NX')) === 'OK' ? holder : undefined;
    },
    async release(name, holder) {
      await redis.eval(releaseScript, 1, keys.lease(name), holder);
    },
  };
}
