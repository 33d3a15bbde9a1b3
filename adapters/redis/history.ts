import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { HistoryKey, VerificationHistory } from '../../src/connections/history.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { acceptedIn, countStates, isSignInRefused } from '../../src/verification/verdict.ts';
import { CredentialDates, Verdict, Verification } from '../../src/verification/verification.ts';
import { keysOf } from './keys.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';

const kept = 30;

/** What a run is chosen by, without reading all of it. */
const Head = z.object({
  runId: z.string(),
  verification: z.object({ verdict: Verdict, startedAt: z.string() }),
});
type Head = z.infer<typeof Head>;
const Run = z.object({ runId: z.string(), verification: Verification });
const name = 'verification';
const heads: RecordKind<typeof Head> = { name, schema: Head, steps: [] };
const runs: RecordKind<typeof Run> = { name, schema: Run, steps: [] };
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

const verdicts: RecordKind<typeof Latest> = { name: 'latest verdict', schema: Latest, steps: [] };
/** Choices are lists by field, among which a version would be one. */
const choiceLists: RecordKind<typeof Choices> = { name: 'list of choices', schema: Choices, steps: [] };

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
export function createRedisHistory(redis: Redis, note: NoteUnreadable): VerificationHistory {
  const [head, run] = [recordReader(heads, note), recordReader(runs, note)];
  const [verdict, choice] = [recordReader(verdicts, note), recordReader(choiceLists, note)];

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
        const place = { workspaceId, key };
        const found = head.read(text, place);
        const whole = found && isWanted(found) ? run.read(text, place) : undefined;
        if (whole) return whole;
      }
    }
    return undefined;
  }

  /** The dates of a credential as they were told last: a run that could not sign in tells none. */
  async function knownDates(workspaceId: string, connectionId: string): Promise<CredentialDates | undefined> {
    const key = keysOf(workspaceId).latestVerdicts;
    const text = await redis.hget(key, connectionId);
    return text ? verdict.read(text, { workspaceId, key, field: connectionId })?.credential : undefined;
  }

  return {
    async add({ workspaceId, connectionId }, runId, verification) {
      if (await newest({ workspaceId, connectionId }, (head) => head.runId === runId)) return;
      const { verdict: outcome, startedAt: at, findings, target } = verification;
      const credential = verification.credential ?? (await knownDates(workspaceId, connectionId));
      const [first, ...others] = acceptedIn(findings);
      const accepted = first && { count: 1 + others.length, until: first.accepted.until };
      const latest = textOf(verdicts, {
        verdict: outcome,
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
      const stored = textOf(runs, { runId, verification: withoutLists(verification) });
      const found = choices ? JSON.stringify(choices) : '';
      await redis.eval(addScript, keys.length, ...keys, connectionId, stored, latest, kept, found);
    },
    async choices({ workspaceId, connectionId }) {
      const key = keysOf(workspaceId).choices;
      const text = await redis.hget(key, connectionId);
      return (text && choice.read(text, { workspaceId, key, field: connectionId })) || {};
    },
    async recent({ workspaceId, connectionId }) {
      const key = keysOf(workspaceId).history(connectionId);
      const texts = await redis.lrange(key, 0, kept - 1);
      return head
        .readAll(texts, { workspaceId, key })
        .map(({ verification }) => ({ verdict: verification.verdict, at: verification.startedAt }));
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
      const key = keysOf(workspaceId).latestVerdicts;
      const texts = ids.length > 0 ? await redis.hmget(key, ...ids) : [];
      const entries = texts.flatMap((text, index) => {
        const id = ids[index] ?? '';
        const latest = text ? verdict.read(text, { workspaceId, key, field: id }) : undefined;
        return latest ? [[id, latest] as const] : [];
      });
      return new Map(entries);
    },
  };
}
