import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRedisSlots } from '../../../jobs/reports/slots.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';

describe('the slots of an account', () => {
  const leaseMs = 10_000;
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openTestRedis();
  });
  // The clock and the renewals of leases are moved by hand; Redis keeps its own time.
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] }));
  afterEach(() => vi.useRealTimers());
  afterAll(() => redis.close());

  /** Lets time pass, and what was due then reach Redis: a later command is answered after an earlier one. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      vi.advanceTimersByTime(1_000);
      await redis.patient.ping();
    }
  }

  it('are as many as there are, over all workers, and of one account only', async () => {
    const [ours, theirs] = [redis.patient, redis.prompt].map((each) =>
      createRedisSlots(each, { mostAtOnce: 2, leaseMs }),
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
    const slots = createRedisSlots(redis.patient, { mostAtOnce: 1, leaseMs });
    const giveBack = await slots.take('long');

    await pass(3 * leaseMs);
    expect(await slots.take('long')).toBeUndefined();

    await giveBack?.();
    const next = await slots.take('long');
    expect(next).toBeDefined();
    await next?.();
  });

  it('are free again after a lease, when whoever took one died', async () => {
    const slots = createRedisSlots(redis.patient, { mostAtOnce: 1, leaseMs });
    expect(await slots.take('dead')).toBeDefined();
    // A worker that died renews nothing.
    vi.clearAllTimers();

    await pass(leaseMs - 1_000);
    expect(await slots.take('dead')).toBeUndefined();
    await pass(2_000);
    const giveBack = await slots.take('dead');

    expect(giveBack).toBeDefined();
    await giveBack?.();
  });
});
