import type { Redis } from 'ioredis';

/** Which connections reports are about, beside their jobs: they may be many thousands, and jobs are kept for a week. */
export type ReportPlans = {
  /** Keeps the plan of a run, unless it has one. */
  keep(runId: string, connectionIds: readonly string[]): Promise<void>;
  /** How many connections a run is about. */
  size(runId: string): Promise<number>;
  /** Some of them, in their order; none behind the last. */
  slice(runId: string, from: number, count: number): Promise<string[]>;
  /** Lets go of the plan of a report that was sent. */
  letGo(runId: string): Promise<void>;
};

/** A report about a part of its connections could call all of them ready. */
export const planLost = (runId: string): Error => new Error(`The plan of ${runId} is not whole any more`);

const keptSeconds = 7 * 24 * 3_600;
/** A worker may die before its job is known as done, and another begin it again. */
const lettingGoSeconds = 600;

const keepScript = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
for start = 2, #ARGV, 5000 do redis.call('RPUSH', KEYS[1], unpack(ARGV, start, math.min(start + 4999, #ARGV))) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1`;

/** Keeps plans in Redis, a list each, for a week. */
export function createRedisPlans(redis: Redis): ReportPlans {
  const keyOf = (runId: string) => `xoap:report-plan:${runId}`;

  return {
    async keep(runId, connectionIds) {
      if (connectionIds.length > 0)
        await redis.eval(keepScript, 1, keyOf(runId), keptSeconds, ...connectionIds);
    },
    size: (runId) => redis.llen(keyOf(runId)),
    slice: (runId, from, count) => redis.lrange(keyOf(runId), from, from + count - 1),
    async letGo(runId) {
      await redis.expire(keyOf(runId), lettingGoSeconds);
    },
  };
}
