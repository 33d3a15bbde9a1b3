import type { Job } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { waitOutOutage } from '../../jobs/job-faults.ts';
import { AppError } from '../../src/errors.ts';

const away = new AppError('away', { code: 'chat.unavailable', retryable: true });

/** The milliseconds for which a job of some age is put aside; undefined when it is not. */
async function waitOf(ageMs: number, fault: unknown): Promise<number | undefined> {
  let until: number | undefined;
  const job = {
    timestamp: Date.now() - ageMs,
    async moveToDelayed(at: number) {
      until = at;
    },
  };
  await waitOutOutage(job as unknown as Job, 'token', fault).catch((error: Error) => {
    if (error.name !== 'DelayedError') throw error;
  });
  return until === undefined ? undefined : Math.round((until - Date.now()) / 1_000);
}

describe('a platform that is away', () => {
  it.each([
    [0, 15],
    [60, 15],
    [600, 150],
    [7_200, 300],
    [80_000, 300],
  ])('for %i s is tried again after %i s, which is no failed attempt', async (seconds, wait) => {
    expect(await waitOf(seconds * 1_000, away)).toBe(wait);
  });

  it('is given up after a day', async () => {
    expect(await waitOf(90_000_000, away)).toBeUndefined();
  });

  it('is not what other faults are', async () => {
    for (const fault of [
      new Error('x'),
      new AppError('x', { code: 'chat.unavailable' }),
      new AppError('x', { code: 'chat.no-platform' }),
    ])
      expect(await waitOf(0, fault)).toBeUndefined();
  });
});
