import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { HistoryKey, VerificationHistory } from '../../src/connections/history.ts';
import { readJson } from '../../src/json.ts';
import { acceptedIn, countStates, isSignInRefused } from '../../src/verification/verdict.ts';
import { CredentialDates, Verdict, Verification } from '../../src/verification/verification.ts';
import { keysOf } from './keys.ts';

const kept = 30;

/** What a run is chosen by, without reading all of it. */
const Head = z.object({
  runId: z.string(),
  verification: z.object({ verdict: Verdict, startedAt: z.string() }),
});
type Head = z.infer<typeof Head>;
const Run = z.object({ runId: z.string(), verification: Verification });
const Choices = z.record(z.string(), z.array(z.string()));
const Latest = z.object({
  verdict: Verdict,
  at: z.string(),
  missing: z.number(),
  isRefused: z.boolean().optional(),
  accepted: z.object({ count: z.int(), until: z.iso.date() }).optional(),
  target: z.record(z.string(), z.string()).optional(),
  credential: CredentialDates.optional(),
});

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
    isWanted: (head: Head) => boolean,
  ): Promise<z.infer<typeof Run> | undefined> {
    const key = keysOf(workspaceId).history(connectionId);
    for (const [first, last] of [
      [0, 1],
      [2, kept - 1],
    ] as const) {
      for (const text of await redis.lrange(key, first, last)) {
        const run: unknown = JSON.parse(text);
        if (isWanted(Head.parse(run))) return Run.parse(run);
      }
    }
    return undefined;
  }

  /** The dates of a credential as they were told last: a run that could not sign in tells none. */
  async function knownDates(workspaceId: string, connectionId: string): Promise<CredentialDates | undefined> {
    const text = await redis.hget(keysOf(workspaceId).latestVerdicts, connectionId);
    return text ? readJson(text, Latest).credential : undefined;
  }

  return {
    async add({ workspaceId, connectionId }, runId, verification) {
      if (await newest({ workspaceId, connectionId }, (head) => head.runId === runId)) return;
      const { verdict, startedAt: at, findings, target } = verification;
      const credential = verification.credential ?? (await knownDates(workspaceId, connectionId));
      const [first, ...others] = acceptedIn(findings);
      const accepted = first && { count: 1 + others.length, until: first.accepted.until };
      const latest = JSON.stringify({
        verdict,
        at,
        missing: countStates(findings).missing,
        ...(isSignInRefused(verification) && { isRefused: true }),
        accepted,
        target,
        credential,
      });
      const { history, latestVerdicts, connections, choices: lists } = keysOf(workspaceId);
      const keys = [history(connectionId), latestVerdicts, connections, lists];
      const { choices } = verification;
      const run = JSON.stringify({ runId, verification: withoutLists(verification) });
      const found = choices ? JSON.stringify(choices) : '';
      await redis.eval(addScript, keys.length, ...keys, connectionId, run, latest, kept, found);
    },
    async choices({ workspaceId, connectionId }) {
      const text = await redis.hget(keysOf(workspaceId).choices, connectionId);
      return text ? readJson(text, Choices) : {};
    },
    async recent({ workspaceId, connectionId }) {
      const texts = await redis.lrange(keysOf(workspaceId).history(connectionId), 0, kept - 1);
      return texts.map((text) => {
        const { verdict, startedAt: at } = readJson(text, Head).verification;
        return { verdict, at };
      });
    },
    async latest(key, exceptRunId) {
      return (await newest(key, ({ runId }) => runId !== exceptRunId))?.verification;
    },
    async latestSignedIn(key, exceptRunId) {
      const isWanted = ({ runId, verification }: Head) =>
        runId !== exceptRunId && verification.verdict !== 'failed';
      return (await newest(key, isWanted))?.verification;
    },
    async find(key, runId) {
      return (await newest(key, (head) => head.runId === runId))?.verification;
    },
    async latestVerdicts(workspaceId, ids) {
      const texts = ids.length > 0 ? await redis.hmget(keysOf(workspaceId).latestVerdicts, ...ids) : [];
      const entries = texts.flatMap((text, index) => {
        const id = ids[index];
        return text && id ? [[id, readJson(text, Latest)] as const] : [];
      });
      return new Map(entries);
    },
  };
}
