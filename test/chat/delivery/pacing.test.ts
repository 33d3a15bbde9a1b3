import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisPacing } from '../../../adapters/redis/pacing.ts';
import { limits } from '../../../adapters/teams/limits.ts';
import { openTestRedis } from '../../support/redis.ts';

let redis: Awaited<ReturnType<typeof openTestRedis>>;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());

describe('the pace of a conversation', () => {
  it('keeps every window of Teams, whoever asks', async () => {
    let now = 1_800_000_000_000;
    const ours = createRedisPacing(redis.patient, {
      platform: 'teams',
      windows: limits.pace,
      now: () => new Date(now),
    });
    const theirs = createRedisPacing(redis.prompt, {
      platform: 'teams',
      windows: limits.pace,
      now: () => new Date(now),
    });
    const sent: number[] = [];

    for (let index = 0; index < 2_000; index += 1) {
      const wait = await (index % 2 === 0 ? ours : theirs).reserve('19:busy', Number.MAX_SAFE_INTEGER);
      sent.push(now + wait);
      // The clock moves on less than the pace allows, so that moments are taken ahead.
      now += 100;
    }

    for (const { messages, ms } of limits.pace)
      for (let index = messages; index < sent.length; index += 1)
        expect((sent[index] ?? 0) - (sent[index - messages] ?? 0)).toBeGreaterThanOrEqual(ms);
    expect(sent[6]).toBeLessThan(1_800_000_001_000);
  });

  it('takes no moment beyond the patience of who asks, and knows nothing of other conversations', async () => {
    const pacing = createRedisPacing(redis.patient, {
      platform: 'teams',
      windows: limits.pace,
      now: () => new Date(1_800_000_000_000),
    });
    for (let index = 0; index < 7; index += 1) expect(await pacing.reserve('19:full', 0)).toBe(0);

    expect(await pacing.reserve('19:full', 500)).toBe(1_000);
    expect(await pacing.reserve('19:full', 500)).toBe(1_000);
    expect(await pacing.reserve('19:other', 0)).toBe(0);
  });
});
