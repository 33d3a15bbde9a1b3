import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Bounds how much is done at once for one account, over all workers. */
export type Slots = {
  /** Takes a slot and resolves to how to give it back; undefined where none is free. */
  take(account: string): Promise<(() => Promise<void>) | undefined>;
};

const takeScript = `
local now = tonumber(ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const keepScript = `
redis.call('ZADD', KEYS[1], 'XX', ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

export type SlotDependencies = {
  readonly mostAtOnce: number;
  /** Milliseconds after which the slot of a worker that died is free; one that lives keeps its slot until it gives it back. */
  readonly leaseMs: number;
};

/** Keeps the slots that are taken in Redis. */
export function createRedisSlots(redis: Redis, { mostAtOnce, leaseMs }: SlotDependencies): Slots {
  return {
    async take(account) {
      const key = `xoap:slots:${account}`;
      const holder = randomUUID();
      const isTaken = await redis.eval(takeScript, 1, key, Date.now(), mostAtOnce, leaseMs, holder);
      if (isTaken !== 1) return undefined;
      const keep = () => redis.eval(keepScript, 1, key, Date.now() + leaseMs, holder, leaseMs);
      // One that cannot be kept runs out, and the bound is a courtesy.
      const timer = setInterval(() => void keep().catch(() => undefined), leaseMs / 3);
      return async () => {
        clearInterval(timer);
        await redis.zrem(key, holder);
      };
    },
  };
}
