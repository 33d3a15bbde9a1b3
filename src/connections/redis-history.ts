import type { Redis } from 'ioredis';
import { z } from 'zod';
import { countStates } from '../verification/verdict.ts';
import { Verdict, Verification } from '../verification/verification.ts';
import type { VerificationHistory } from './history.ts';

const kept = 30;

const Run = z.object({ runId: z.string(), verification: Verification });
const Choices = z.record(z.string(), z.array(z.string()));
const Latest = z.object({ verdict: Verdict, at: z.string(), missing: z.number() });

export const historyKey = (workspaceId: string, connectionId: string) =>
  `xoap:{${workspaceId}}:history:${connectionId}`;
export const choicesKey = (workspaceId: string) => `xoap:{${workspaceId}}:choices`;
export const latestKey = (workspaceId: string) => `xoap:{${workspaceId}}:latest`;

const addScript = `
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then return 0 end
redis.call('LPUSH', KEYS[1], ARGV[2])
redis.call('LTRIM', KEYS[1], 0, ARGV[4] - 1)
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[4], ARGV[1], ARGV[5]) end
return 1`;

/** A verification as it is kept: which fields could be chosen, without the lists, which are long. */
function withoutLists({ choices, ...verification }: Verification): Verification {
  if (!choices) return verification;
  return { ...verification, choices: Object.fromEntries(Object.keys(choices).map((field) => [field, []])) };
}

/** Keeps verifications in Redis: a list per connection, newest first, and one hash of latest verdicts. */
export function createRedisHistory(redis: Redis): VerificationHistory {
  async function runs({ workspaceId, connectionId }: { workspaceId: string; connectionId: string }) {
    const texts = await redis.lrange(historyKey(workspaceId, connectionId), 0, kept - 1);
    return texts.map((text) => Run.parse(JSON.parse(text)));
  }

  return {
    async add({ workspaceId, connectionId }, runId, verification) {
      const earlier = await runs({ workspaceId, connectionId });
      if (earlier.some((run) => run.runId === runId)) return;
      const { verdict, startedAt: at, findings } = verification;
      const latest = JSON.stringify({ verdict, at, missing: countStates(findings).missing });
      const keys = [
        historyKey(workspaceId, connectionId),
        latestKey(workspaceId),
        `xoap:{${workspaceId}}:connections`,
        choicesKey(workspaceId),
      ];
      const { choices } = verification;
      const run = JSON.stringify({ runId, verification: withoutLists(verification) });
      const lists = choices ? JSON.stringify(choices) : '';
      await redis.eval(addScript, keys.length, ...keys, connectionId, run, latest, kept, lists);
    },
    async choices({ workspaceId, connectionId }) {
      const text = await redis.hget(choicesKey(workspaceId), connectionId);
      return text ? Choices.parse(JSON.parse(text)) : {};
    },
    async latest(key, exceptRunId) {
      return (await runs(key)).find((run) => run.runId !== exceptRunId)?.verification;
    },
    async find(key, runId) {
      return (await runs(key)).find((run) => run.runId === runId)?.verification;
    },
    async latestVerdicts(workspaceId, ids) {
      const texts = ids.length > 0 ? await redis.hmget(latestKey(workspaceId), ...ids) : [];
      const entries = texts.flatMap((text, index) => {
        const id = ids[index];
        return text && id ? [[id, Latest.parse(JSON.parse(text))] as const] : [];
      });
      return new Map(entries);
    },
  };
}
