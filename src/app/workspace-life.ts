import { createRedisAuditTrail } from '../../adapters/redis/audit-trail.ts';
import { createRedisInstallations } from '../../adapters/redis/installations.ts';
import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import { createRedisWorkspaceEnds } from '../../adapters/redis/workspace-ends.ts';
import type { ReportQueue } from '../../jobs/reports/report-queue.ts';
import { platformOf } from '../chat/platform.ts';
import { createStopSchedules } from '../chat/reports/stop-schedules.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../logger.ts';
import type { ScheduleStore } from '../reports/schedule-store.ts';
import { createWorkspaceLife, type WorkspaceLife } from '../workspaces/life.ts';

export type LifeParts = {
  readonly redis: RedisAccess['patient'];
  readonly config: Pick<Config, 'XOAP_GRACE_DAYS'>;
  readonly schedules: ScheduleStore;
  readonly reports: Pick<ReportQueue, 'update' | 'sweep'>;
  readonly logger: Logger;
};

/** What tends the lives of workspaces, told in the audit. */
export function openLife({ redis, config, schedules, reports, logger }: LifeParts): WorkspaceLife {
  const audit = createRedisAuditTrail(redis, logger);
  return createWorkspaceLife({
    ends: createRedisWorkspaceEnds(redis),
    installations: createRedisInstallations(redis),
    stopSchedules: createStopSchedules({ schedules, reports }),
    tell: ({ workspaceId, action, by, detail }) => {
      // What comes about by itself is the platform's doing, and what is deleted the bot's.
      const userId = by ?? (action === 'workspace.erase' ? 'xoap' : platformOf(workspaceId));
      return audit.record({
        actor: { workspaceId, userId },
        action,
        outcome: 'done',
        ...(detail !== undefined && { detail }),
      });
    },
    sweepSoon: () => reports.sweep(),
    graceDays: config.XOAP_GRACE_DAYS,
    now: () => new Date(),
    logger,
  });
}
