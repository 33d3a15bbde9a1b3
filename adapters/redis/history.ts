import type { Redis } from 'ioredis';
import { z } from 'zod';
import { defaultProfile } from '../../src/catalog/profile.ts';
import { concernOf } from '../../src/connections/concern.ts';
import type { HistoryKey, LatestVerdict, VerificationHistory } from '../../src/connections/history.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { acceptedIn, countStates, isSignInRefused } from '../../src/verification/verdict.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { indexKeys, rankOf, withIndex } from './connection-index.ts';
import { keysOf } from './keys.ts';
import { latestVerdictRecords } from './latest-verdicts.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';
import { changeText, type Head, type KeptRun, type ReadRun, readRun, wholeText } from './run-texts.ts';

const kept = 30;

const Choices = z.record(z.string(), z.array(z.string()));

/** Choices are lists by field, among which a version would be one. */
const choiceLists: RecordKind<typeof Choices> = { name: 'list of choices', schema: Choices, steps: [] };

/** The run before becomes what differs from the new one, unless another was added meanwhile. */
const addScript = `${withIndex}
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then return 'gone' end
if (redis.call('LINDEX', KEYS[1], 0) or '') ~= ARGV[6] then return 'again' end
if ARGV[7] ~= '' then redis.call('LSET', KEYS[1], 0, ARGV[7]) end
redis.call('LPUSH', KEYS[1], ARGV[2])
redis.call('LTRIM', KEYS[1], 0, ARGV[4] - 1)
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
stand(ARGV[1], ARGV[8])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[4], ARGV[1], ARGV[5]) end
return 'added'`;

/** A verification as it is kept: which fields could be chosen, without the lists, which are long. */
function withoutLists({ choices, ...verification }: Verification): Verification {
  if (!choices) return verification;
  return { ...verification, choices: Object.fromEntries(Object.keys(choices).map((field) => [field, []])) };
}

/** What lists tell of a run; who signed in, and the dates of the credential, where it told none itself. */
function latestOf(verification: Verification, before: Pick<LatestVerdict, 'credential' | 'identity'> = {}) {
  const { verdict, startedAt: at, findings, target, profiles = [] } = verification;
  const { identity: signedIn, credential = before.credential } = verification;
  const identity = signedIn ? { id: signedIn.id, principal: signedIn.principal } : before.identity;
  const [first, ...others] = acceptedIn(findings);
  const accepted = first && { count: 1 + others.length, until: first.accepted.until };
  const isRefused = isSignInRefused(verification) && { isRefused: true };
  const { missing } = countStates(findings);
  const purposes = profiles.map(({ id, verdict: own }) => ({ id, verdict: own }));
  const isUsual = purposes.length === 0 || purposes.every(({ id }) => id === defaultProfile);
  const forEach = !isUsual && { profiles: purposes };
  return { verdict, at, missing, ...forEach, ...isRefused, accepted, identity, target, credential };
}

/**
 * Keeps verifications in Redis: a list per connection, newest first, and one hash of latest verdicts. The newest run is kept
 * whole, each other as what differs from the one after it.
 */
export function createRedisHistory(redis: Redis, note: NoteUnreadable): VerificationHistory {
  const [verdict, choice] = [recordReader(latestVerdictRecords, note), recordReader(choiceLists, note)];

  /** The stored runs of a connection, the newest first; those that cannot be read are left out. */
  async function* runsOf({ workspaceId, connectionId }: HistoryKey): AsyncGenerator<ReadRun> {
    const key = keysOf(workspaceId).history(connectionId);
    // What is asked for is nearly always the newest, so few are read first.
    for (const [first, last] of [
      [0, 1],
      [2, kept - 1],
    ] as const)
      for (const text of await redis.lrange(key, first, last)) {
        const run = readRun(text);
        if (run) yield run;
        else note({ workspaceId, kind: 'verification', key, problem: 'damaged' });
      }
  }

  /** The newest runs that are wanted, one for each wish, put together from those after them. */
  async function newest(
    key: HistoryKey,
    ...wishes: ((head: Head) => boolean)[]
  ): Promise<(Verification | undefined)[]> {
    const found = new Map<number, Verification | undefined>();
    const skipped: ReadRun[] = [];
    let after: KeptRun | undefined;
    for await (const run of runsOf(key)) {
      skipped.push(run);
      const granted = wishes.flatMap((isWanted, place) =>
        !found.has(place) && isWanted(run.head) ? [place] : [],
      );
      if (granted.length === 0) continue;
      for (const each of skipped.splice(0)) after = each.whole(after);
      for (const place of granted) found.set(place, after?.verification);
      if (found.size === wishes.length) break;
    }
    return wishes.map((_isWanted, place) => found.get(place));
  }

  const newestOne = async (key: HistoryKey, isWanted: (head: Head) => boolean) =>
    (await newest(key, isWanted))[0];

  /** What was told last: a run that could not sign in tells neither who nor of which age. */
  async function latestBefore(workspaceId: string, connectionId: string) {
    const key = keysOf(workspaceId).latestVerdicts;
    const text = await redis.hget(key, connectionId);
    return text ? verdict.read(text, { workspaceId, key, field: connectionId }) : undefined;
  }

  async function isKept(key: HistoryKey, runId: string): Promise<boolean> {
    for await (const { head } of runsOf(key)) if (head.runId === runId) return true;
    return false;
  }

  return {
    async add(key, runId, verification) {
      const { workspaceId, connectionId } = key;
      if (await isKept(key, runId)) return;
      const isWhole = verification.credential && verification.identity;
      const earlierTold = isWhole ? undefined : await latestBefore(workspaceId, connectionId);
      const { history, latestVerdicts, connections, choices: lists } = keysOf(workspaceId);
      const keys = [history(connectionId), latestVerdicts, connections, lists, ...indexKeys(workspaceId)];
      const run = { runId, verification: withoutLists(verification) };
      const found = verification.choices ? JSON.stringify(verification.choices) : '';
      for (let result: unknown = 'again'; result === 'again'; ) {
        const before = (await redis.lindex(history(connectionId), 0)) ?? '';
        const earlier = readRun(before);
        const whole = earlier?.whole(undefined);
        const change = whole ? changeText(whole, run) : '';
        const latest = latestOf(verification, earlierTold);
        const texts = [wholeText(run), textOf(latestVerdictRecords, latest)];
        const values = [connectionId, ...texts, kept, found, before, change, rankOf(concernOf(latest))];
        result = await redis.eval(addScript, keys.length, ...keys, ...values);
      }
    },
    async choices({ workspaceId, connectionId }) {
      const key = keysOf(workspaceId).choices;
      const text = await redis.hget(key, connectionId);
      return (text && choice.read(text, { workspaceId, key, field: connectionId })) || {};
    },
    async recent(key) {
      const runs = await Array.fromAsync(runsOf(key));
      return runs.map(({ head: { verification } }) => ({
        verdict: verification.verdict,
        at: verification.startedAt,
      }));
    },
    latest: (key, exceptRunId) => newestOne(key, ({ runId }) => runId !== exceptRunId),
    latestSignedIn: (key, exceptRunId) =>
      newestOne(key, ({ runId, verification }) => runId !== exceptRunId && verification.verdict !== 'failed'),
    find: (key, runId) => newestOne(key, (head) => head.runId === runId),
    async around(key, runId) {
      const isIt = (head: Head) => head.runId === runId;
      const [run, other] = await newest(key, isIt, (head) => !isIt(head));
      return { run, other };
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
