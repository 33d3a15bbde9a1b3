import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisScheduleStore } from '../../../adapters/redis/schedule-store.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { scheduleOf } from '../../support/schedules.ts';
import { unnoted } from '../../support/unnoted.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());

it('takes the creation of a schedule back, also one that arrives only after that', async () => {
  const schedules = createRedisScheduleStore(redis.patient, unnoted);
  const [stored, late] = [scheduleOf(), scheduleOf()];
  const [first, second] = [randomUUID(), randomUUID()];
  await schedules.create(stored, first);

  await Promise.all([schedules.takeBack(stored, first), schedules.takeBack(late, second)]);

  expect(await schedules.create(late, second)).toBe('replayed');
  expect(await schedules.list(stored.workspaceId)).toEqual([]);
});
