import { describe, expect, it } from 'vitest';
import { inTime } from '../../../adapters/teams/in-time.ts';
import { originOf } from '../../../adapters/teams/workspace.ts';
import { createTeamsPerson } from '../../../simulations/teams/person.ts';

describe('the answer to an invoke', () => {
  it('is given when it is there', async () => {
    expect(await inTime(Promise.resolve('answer'), performance.now() + 1_000)).toBe('answer');
  });

  it('is late when it is due, and goes on', async () => {
    const work = Promise.withResolvers<string>();

    expect(await inTime(work.promise, performance.now() + 20)).toBe('late');

    work.resolve('answer');
    expect(await work.promise).toBe('answer');
  });

  it('is due within three seconds of the request, whatever was waited for before', () => {
    const tenant = {
      tenantId: '00000000-0000-4000-8000-0000000007e4',
      serviceUrl: 'http://127.0.0.1/',
    } as never;
    const activity = createTeamsPerson(tenant, '').activity({ type: 'invoke' }) as never;

    const origin = originOf(activity);

    expect((origin?.dueAt ?? 0) - performance.now()).toBeLessThan(3_000);
  });
});
