import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisSlots } from '../../../jobs/reports/slots.ts';
import { until } from '../../../simulations/until.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';

describe('the slots of an account', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openTestRedis();
  });
  afterAll(() => redis.close());

  it('are as many as there are, over all workers, and of one account only', async () => {
    const [ours, theirs] = [redis.patient, redis.prompt].map((each) =>
      createRedisSlots(each, { mostAtOnce: 2, leaseMs: 10_000 }),
    );
    const first = await ours?.take('a');
    const second = await theirs?.take('a');

    expect(first && second).toBeDefined();
    expect(await ours?.take('a')).toBeUndefined();
    const other = await ours?.take('b');
    expect(other).toBeDefined();

    await first?.();
    const third = await theirs?.take('a');
    expect(third).toBeDefined();
    await Promise.all([second?.(), third?.(), other?.()]);
  });

  it('stay taken as long as somebody works, longer than a lease', async () => {
    const slots = createRedisSlots(redis.patient, { mostAtOnce: 1, leaseMs: 60 });
    const giveBack = await slots.take('long');
    const began = Date.now();
    await until('three leases', async () => {
      expect(await slots.take('long')).toBeUndefined();
      return Date.now() - began > 180;
    });
    await giveBack?.();
    const next = await slots.take('long');
    expect(next).toBeDefined();
    await next?.();
  });

  it('are free again after a lease, when whoever took one died', async () => {
    await redis.patient.zadd('xoap:slots:dead', Date.now() + 50, 'a worker that died');
    const slots = createRedisSlots(redis.patient, { mostAtOnce: 1, leaseMs: 60 });

    expect(await slots.take('dead')).toBeUndefined();
    const giveBack = await until('a free slot', () => slots.take('dead'));
    await giveBack();
  });
});
