import { createRedisAcceptanceStore } from '../../adapters/redis/acceptance-store.ts';
import { createRedisConnectionStore } from '../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../adapters/redis/history.ts';
import { createRedisHomeVisitors } from '../../adapters/redis/home-visitors.ts';
import { createRedisMessageLog } from '../../adapters/redis/message-log.ts';
import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import { createRedisPictureShelf } from '../../adapters/redis/picture-shelf.ts';
import { createRedisReminders } from '../../adapters/redis/reminders.ts';
import { createRedisReplacements } from '../../adapters/redis/replacements.ts';
import { createRedisReplayGuard } from '../../adapters/redis/replay-guard.ts';
import { createRedisReportRecords } from '../../adapters/redis/report-records.ts';
import { createRedisScheduleStore } from '../../adapters/redis/schedule-store.ts';
import { createRedisThreads } from '../../adapters/redis/threads.ts';
import { createRedisUnreadables } from '../../adapters/redis/unreadable.ts';
import type { Logger } from '../logger.ts';

/** Every store over one connection to Redis: a prompt one for who waits, a patient one for what must come at last. */
export function storesOn(redis: RedisAccess['prompt' | 'patient'], logger: Logger) {
  const unreadables = createRedisUnreadables(redis, logger);
  const { note } = unreadables;
  return {
    unreadables,
    store: createRedisConnectionStore(redis, note),
    acceptances: createRedisAcceptanceStore(redis),
    history: createRedisHistory(redis, note),
    homeVisitors: createRedisHomeVisitors(redis),
    messages: createRedisMessageLog(redis),
    pictureShelf: createRedisPictureShelf(redis),
    reminders: createRedisReminders(redis),
    replacements: createRedisReplacements(redis),
    replayGuard: createRedisReplayGuard(redis),
    records: createRedisReportRecords(redis, note),
    schedules: createRedisScheduleStore(redis, note),
    threads: createRedisThreads(redis, note),
  };
}
