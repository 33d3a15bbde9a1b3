import type { Redis } from 'ioredis';
import type { AuditTrail } from '../../src/access/audit.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { keysOf } from './keys.ts';

/** Keeps the newest 100,000 entries of each workspace in a Redis stream. */
export function createRedisAuditTrail(redis: Redis, logger: Logger): AuditTrail {
  return {
    async record({ actor, action, outcome, connectionId = '', scheduleId = '', detail = '' }) {
      const done = ['user', actor.userId, 'action', action, 'outcome', outcome];
      const fields = [...done, 'connection', connectionId, 'schedule', scheduleId, 'detail', detail];
      try {
        await redis.xadd(keysOf(actor.workspaceId).audit, 'MAXLEN', '~', 100_000, '*', ...fields);
      } catch (err) {
        logger.error(
          { err, action, outcome, connectionId, scheduleId, detail, user: actor.userId },
          'could not write the audit trail',
        );
        if (isAppError(err, 'redis.unavailable')) throw err;
        throw new AppError('Cannot write the audit trail', { code: 'access.not-recorded', cause: err });
      }
    },
  };
}
