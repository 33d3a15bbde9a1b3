import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { connectionOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { unnoted } from '../../support/unnoted.ts';

// All requests that come of one form are about one id, which its trust at a provider names.

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.prompt.flushdb();
});

const of = (name: string, id = 'c-form') => ({ ...connectionOf(), id, name });
const { workspaceId } = of('any');

it('a form that is sent again stores nothing more, and what it tried is taken back without the first', async () => {
  const store = createRedisConnectionStore(redis.prompt, unnoted);
  expect(await store.create({ connection: of('first'), sealed: 'one', once: 'sent-1' })).toBe('stored');
  expect(await store.create({ connection: of('second'), sealed: 'two', once: 'sent-2' })).toBe('exists');

  await store.takeBack({ connection: of('second'), once: 'sent-2' });
  expect(await store.find(workspaceId, 'c-form')).toMatchObject({ name: 'first' });
  expect(await store.sealedCredential(workspaceId, 'c-form')).toBe('one');

  await store.takeBack({ connection: of('first'), once: 'sent-1' });
  expect(await store.find(workspaceId, 'c-form')).toBeUndefined();
});

it('a name that was taken and is taken back late leaves alone what the same form stored since', async () => {
  const store = createRedisConnectionStore(redis.prompt, unnoted);
  await store.create({ connection: of('taken', 'c-other'), sealed: 'other', once: 'sent-0' });
  expect(await store.create({ connection: of('taken'), sealed: 'one', once: 'sent-1' })).toBe('name-taken');
  expect(await store.create({ connection: of('free'), sealed: 'two', once: 'sent-2' })).toBe('stored');

  await store.takeBack({ connection: of('taken'), once: 'sent-1' });
  expect(await store.find(workspaceId, 'c-form')).toMatchObject({ name: 'free' });
  expect(await store.findByName(workspaceId, 'taken')).toMatchObject({ id: 'c-other' });
});

it('what is taken back ahead is not stored when it arrives', async () => {
  const store = createRedisConnectionStore(redis.prompt, unnoted);
  await store.takeBack({ connection: of('late'), once: 'sent-1' });
  expect(await store.create({ connection: of('late'), sealed: 'one', once: 'sent-1' })).toBe('replayed');
});
