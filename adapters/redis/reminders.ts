import type { Redis } from 'ioredis';
import type { Reminder, Reminders } from '../../src/reports/reminders.ts';
import { keysOf } from './keys.ts';

/** Longer than the time from the first reminder to the end. */
const keptSeconds = 60 * 24 * 3_600;

/** Keeps reminders in Redis until they can come no more. */
export function createRedisReminders(redis: Redis): Reminders {
  const keyOf = (reminder: Reminder) => keysOf(reminder.workspaceId).reminder(reminder);
  return {
    isSent: async (reminder) => (await redis.exists(keyOf(reminder))) === 1,
    async remember(reminder) {
      await redis.set(keyOf(reminder), '1', 'EX', keptSeconds);
    },
  };
}
