import { UnrecoverableError } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { publicFailure, waitAfter } from '../../jobs/job-faults.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';

const passing = (code: ErrorCode, retryAfterMs?: number) =>
  new AppError('a fault', { code, retryable: true, retryAfterMs });

describe('how long a job waits after a fault, which is no failed attempt then', () => {
  it.each([
    [0, 2],
    [10, 5],
    [60, 30],
    [600, 300],
    [7_200, 300],
    [80_000, 300],
  ])('of a platform that is away for %i s: %i s', (seconds, wait) => {
    expect(waitAfter(passing('chat.unavailable'), { ageMs: seconds * 1_000 })).toBe(wait * 1_000);
  });

  it('of a platform that is away for more than a day: not at all', () => {
    expect(waitAfter(passing('chat.unavailable'), { ageMs: 90_000_000 })).toBeUndefined();
  });

  it('of one that may tell what it did meanwhile: so long at least', () => {
    expect(waitAfter(passing('chat.unavailable', 5_000), { ageMs: 0 })).toBe(5_000);
    expect(waitAfter(passing('chat.unavailable', 5_000), { ageMs: 60_000 })).toBe(30_000);
  });

  it.each(['chat.rate-limited', 'jobs.account-busy'] as const)(
    '%s: as long as is asked for, however old the job is',
    (code) => {
      expect(waitAfter(passing(code, 4_000), { ageMs: 90_000_000 })).toBe(4_000);
      expect(waitAfter(passing(code), { ageMs: 0 })).toBeUndefined();
    },
  );

  it.each([
    ['a fault of our own', new Error('x')],
    ['a platform that will stay away', new AppError('x', { code: 'chat.unavailable' })],
    ['a platform that is not set up', new AppError('x', { code: 'chat.no-platform' })],
    ['Redis', passing('redis.unavailable')],
  ])('of %s: not at all', (_name, fault) => {
    expect(waitAfter(fault, { ageMs: 0 })).toBeUndefined();
  });
});

describe('what of a failure reaches Redis', () => {
  it('is a code, or nothing that tells anything', () => {
    const cause = new Error('with a secret');
    expect(publicFailure(new AppError('with a secret', { code: 'redis.unavailable', cause })).message).toBe(
      'redis.unavailable',
    );
    expect(publicFailure(cause).message).toBe('internal fault');
  });

  it('says that it is over where trying again cannot help', () => {
    expect(publicFailure(new AppError('x', { code: 'connections.key-missing' }))).toBeInstanceOf(
      UnrecoverableError,
    );
    expect(publicFailure(passing('chat.unavailable'))).not.toBeInstanceOf(UnrecoverableError);
  });
});
