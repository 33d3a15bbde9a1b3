import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type Action, isAction } from '../../src/access/actions.ts';
import type { AuditLog, AuditRecord, AuditTrail } from '../../src/access/audit.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { scanKeys } from './client.ts';
import { keysOf, workspacesWith } from './keys.ts';

/** Entries that are read at once. */
const readAtOnce = 500;

/** Keeps the newest 100,000 entries of each workspace in a Redis stream. */
export function createRedisAuditTrail(redis: Redis, logger: Logger): AuditTrail {
  return {
    async record({ actor, action, outcome, connectionId = '', scheduleId = '', detail = '' }) {
      const done = ['user', actor.userId, 'action', action, 'outcome', outcome];
      const fields = [...done, 'connection', connectionId, 'schedule', scheduleId, 'detail', detail];
      try {
        await redis.xadd(keysOf(actor.workspaceId).audit, 'MAXLEN', '~', 100_000, '*', ...fields);
      } catch (err) {
        // Whoever asked is told, and the log too.
        if (isAppError(err, 'redis.unavailable')) throw err;
        logger.error(
          { err, action, outcome, connectionId, scheduleId, detail, user: actor.userId },
          'could not write the audit trail',
        );
        throw new AppError('Cannot write the audit trail', { code: 'access.not-recorded', cause: err });
      }
    },
  };
}

const Stored = z.object({
  user: z.string(),
  // One that only a newer version knows is not told of.
  action: z.custom<Action>((text) => typeof text === 'string' && isAction(text)),
  outcome: z.enum(['done', 'refused', 'failed']),
  connection: z.string().default(''),
  schedule: z.string().default(''),
  detail: z.string().default(''),
});

function readEntry([id, fields]: [string, string[]]): AuditRecord[] {
  const pairs = fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? '']] : []));
  const { data } = Stored.safeParse(Object.fromEntries(pairs));
  if (!data) return [];
  const { user: userId, action, outcome, connection, schedule, detail } = data;
  return [
    {
      id,
      at: new Date(Number(id.split('-')[0])),
      userId,
      action,
      outcome,
      ...(connection && { connectionId: connection }),
      ...(schedule && { scheduleId: schedule }),
      ...(detail && { detail }),
    },
  ];
}

/** Reads what the trail holds, some hundreds at a time. */
export function createRedisAuditLog(redis: Redis): AuditLog {
  return {
    async *newest({ workspaceId, since, before }) {
      const from = since ? String(since.getTime()) : '-';
      let to = before ? `(${before}` : '+';
      for (;;) {
        const found = await redis.xrevrange(keysOf(workspaceId).audit, to, from, 'COUNT', readAtOnce);
        yield* found.flatMap(readEntry);
        const last = found.at(-1);
        if (!last || found.length < readAtOnce) return;
        to = `(${last[0]}`;
      }
    },
    async trim(before) {
      let count = 0;
      for await (const key of scanKeys(redis, workspacesWith.audit))
        count += await redis.xtrim(key, 'MINID', String(before.getTime()));
      return count;
    },
  };
}
