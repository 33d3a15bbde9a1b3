import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Message } from '../../src/chat/model/message.ts';
import { packStandings, ReportRecord, StoredReportRecord } from '../../src/reports/report-records.ts';

/** Older versions kept the lists of each connection. */
const StoredRecord = z.union([StoredReportRecord, ReportRecord]);

/** A report as it will be sent, page by page; and what it leaves for the next one. */
export type PreparedReport = {
  /** The root message first; none where there is nothing to say. */
  readonly pages: readonly Message[];
  readonly record: ReportRecord | undefined;
};

/** What is to be sent is kept before anything of it is, so that a report that was interrupted goes on as it began. */
export type Outbox = {
  /** Keeps a report, unless one is kept for this run already; resolves to the one that is kept. */
  keep(runId: string, prepared: PreparedReport): Promise<PreparedReport>;
  find(runId: string): Promise<PreparedReport | undefined>;
  /** Lets go of a report that was sent: a large one takes megabytes. */
  letGo(runId: string): Promise<void>;
  /** How many are kept that were not sent. */
  waiting(): Promise<number>;
};

/** Which reports are kept and not sent, by when they were. */
const waitingKey = 'xoap:outbox-waiting';

const keptSeconds = 7 * 24 * 3_600;
/** A worker may die before its job is known as done, and another begin it again. */
const lettingGoSeconds = 600;

/** Keeps reports in Redis for a week. */
export function createRedisOutbox(redis: Redis): Outbox {
  const keyOf = (runId: string) => `xoap:outbox:${runId}`;

  async function find(runId: string): Promise<PreparedReport | undefined> {
    const text = await redis.get(keyOf(runId));
    if (!text) return undefined;
    // Pages are ours and as they were written; the record is held against its form as anything that is stored.
    const { pages, record } = JSON.parse(text) as PreparedReport;
    return { pages, record: record && StoredRecord.parse(record) };
  }

  return {
    find,
    async letGo(runId) {
      await redis.expire(keyOf(runId), lettingGoSeconds);
      await redis.zrem(waitingKey, runId);
    },
    async waiting() {
      await redis.zremrangebyscore(waitingKey, '-inf', Date.now() - keptSeconds * 1_000);
      return redis.zcard(waitingKey);
    },
    async keep(runId, prepared) {
      const { pages, record } = prepared;
      const stored = { pages, record: record && { ...record, ...packStandings(record.standings) } };
      await redis.zadd(waitingKey, 'NX', Date.now(), runId);
      await redis.set(keyOf(runId), JSON.stringify(stored), 'EX', keptSeconds, 'NX');
      return (await find(runId)) ?? prepared;
    },
  };
}
