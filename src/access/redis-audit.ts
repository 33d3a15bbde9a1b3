import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import type { AuditTrail } from './audit.ts';

/** Keeps the newest 100,000 entries of each workspace in a Redis stream. */
export function createRedisAuditTrail(redis: Redis, logger: Logger): AuditTrail {
  return {
    async record({ actor, action, outcome, connectionId = '' }) {
      const fields = ['user', actor.userId, 'action', action, 'outcome', outcome, 'connection', connectionId];
      try {
        await redis.xadd(`xoap:{${actor.workspaceId}}:audit`, 'MAXLEN', '~', 100_000, '*', ...fields);
      } catch (err) {
        logger.error(
          { err, action, outcome, connectionId, user: actor.userId },
          'could not write the audit trail',
        );
      }
    },
  };
}
