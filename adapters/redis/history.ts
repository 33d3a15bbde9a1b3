import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { HistoryKey, VerificationHistory } from '../../src/connections/history.ts';
import { countStates } from '../../src/verification/verdict.ts';
import { CredentialDates, Verdict, Verification } from '../../src/verification/verification.ts';

const kept = 30;

const RunId = z.object({ runId: z.string() });
const Run = z.object({ runId: z.string(), verification: Verification });
const Choices = z.record(z.string(), z.array(z.string()));
const Latest = z.object({
  verdict: Verdict,
  at: z.string(),
  missing: z.number(),
  target: z.record(z.string(), z.string()).optional(),
  credential: CredentialDates.optional(),
});

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
  /** The newest run that is wanted. What is asked for is nearly always the newest, so few are read first. */
  async function newest(
    { workspaceId, connectionId }: HistoryKey,
    isWanted: (runId: string) => boolean,
  ): Promise<z.infer<typeof Run> | undefined> {
    const key = historyKey(workspaceId, connectionId);
    for (const [first, last] of [
      [0, 1],
      [2, kept - 1],
    ] as const) {
      for (const text of await redis.lrange(key, first, last)) {
        const run: unknown = JSON.parse(text);
        if (isWanted(RunId.parse(run).runId)) return Run.parse(run);
      }
    }
    return undefined;
  }

  /** The dates of a credential as they were told last: a run that could not sign in tells none. */
  async function knownDates(workspaceId: string, connectionId: string): Promise<CredentialDates | undefined> {
    const text = await redis.hget(latestKey(workspaceId), connectionId);
    return text ? Latest.parse(JSON.parse(text)).credential : undefined;
  }

  return {
    async add({ workspaceId, connectionId }, runId, verification) {
      if (await newest({ workspaceId, connectionId }, (id) => id === runId)) return;
      const { verdict, startedAt: at, findings, target } = verification;
      const credential = verification.credential ?? (await knownDates(workspaceId, connectionId));
      const latest = JSON.stringify({
        verdict,
        at,
        missing: countStates(findings).missing,
        target,
        credential,
      });
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
      return (await newest(key, (id) => id !== exceptRunId))?.verification;
    },
    async find(key, runId) {
      return (await newest(key, (id) => id === runId))?.verification;
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
