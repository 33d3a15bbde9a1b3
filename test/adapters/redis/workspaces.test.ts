import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRedisInstallations } from '../../../adapters/redis/installations.ts';
import { createRedisLeases } from '../../../adapters/redis/leases.ts';
import { createRedisRefusals } from '../../../adapters/redis/refusals.ts';
import { createRedisWorkspaceEnds } from '../../../adapters/redis/workspace-ends.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.prompt.flushdb();
});

const workspaceId = 'slack:T1';
const end = { endedAt: '2026-11-30T12:00:00.000Z', reason: 'uninstalled' } as const;

it('an installation is replaced only where it is as it was read, and tells who made it', async () => {
  const store = createRedisInstallations(redis.prompt);
  const installedAt = new Date('2026-11-30T12:00:00Z');
  await store.put({ workspaceId, installedBy: 'U1', installedAt, sealed: 'one' });

  expect(await store.replace(workspaceId, 'other', 'two')).toBe(false);
  expect(await store.replace(workspaceId, 'one', 'two')).toBe(true);
  expect(await store.find(workspaceId)).toEqual({
    workspaceId,
    installedBy: 'U1',
    installedAt,
    sealed: 'two',
  });
  expect(await store.installerOf(workspaceId)).toBe('U1');
  expect(await store.installerOf('slack:T2')).toBeUndefined();
  expect(await Array.fromAsync(store.all())).toEqual([workspaceId]);
  expect([await store.remove(workspaceId), await store.remove(workspaceId)]).toEqual([true, false]);
  expect(await store.find(workspaceId)).toBeUndefined();
  // One that ended meanwhile is not brought back by a refresh.
  expect(await store.replace(workspaceId, 'two', 'three')).toBe(false);
});

it('a lease is held by one, and given back by nobody else', async () => {
  const leases = createRedisLeases(redis.prompt);
  const holder = (await leases.take('name', 60_000)) ?? '';
  expect(await leases.take('name', 60_000)).toBeUndefined();
  await leases.release('name', 'another');
  expect(await leases.take('name', 60_000)).toBeUndefined();
  await leases.release('name', holder);
  expect(await leases.take('name', 60_000)).toBeDefined();
});

it('an end is marked once, and an erased workspace keeps its audit and nothing else', async () => {
  const ends = createRedisWorkspaceEnds(redis.prompt);
  expect(await ends.mark(workspaceId, end)).toBe(true);
  expect(await ends.mark(workspaceId, { ...end, reason: 'refused' })).toBe(false);
  for (let index = 0; index < 450; index += 1)
    await redis.prompt.set(`xoap:{${workspaceId}}:sent:${index}`, '1');
  await redis.prompt.hset(`xoap:{${workspaceId}}:credentials`, 'c-1', 'sealed');
  await redis.prompt.xadd(`xoap:{${workspaceId}}:audit`, '*', 'user', 'U1');
  await redis.prompt.set('xoap:{slack:T11}:names', 'another workspace');
  // What stands beside workspaces is none.
  await redis.prompt.hset('xoap:{turns}:ended', 'slot', '1');

  expect(await Array.fromAsync(ends.all())).toEqual([{ workspaceId, ...end }]);
  expect(await ends.erase(workspaceId)).toBe(true);

  const left = [
    'xoap:access-version',
    `xoap:{${workspaceId}}:audit`,
    'xoap:{slack:T11}:names',
    'xoap:{turns}:ended',
  ];
  expect((await redis.prompt.keys('*')).sort()).toEqual(left.sort());
});

it('a workspace that goes on is not erased', async () => {
  const ends = createRedisWorkspaceEnds(redis.prompt);
  await ends.mark(workspaceId, end);
  await redis.prompt.set(`xoap:{${workspaceId}}:names`, '1');
  expect(await ends.revive(workspaceId)).toEqual(end);
  expect(await ends.revive(workspaceId)).toBeUndefined();

  expect(await ends.erase(workspaceId)).toBe(false);

  expect(await redis.prompt.exists(`xoap:{${workspaceId}}:names`)).toBe(1);
});

it('refusals count from the first since a message was taken', async () => {
  const refusals = createRedisRefusals(redis.prompt);
  const [first, second] = [new Date('2026-11-30T12:00:00Z'), new Date('2026-12-01T12:00:00Z')];
  expect(await refusals.refused(workspaceId, first)).toEqual(first);
  expect(await refusals.refused(workspaceId, second)).toEqual(first);
  await refusals.taken(workspaceId);
  expect(await refusals.refused(workspaceId, second)).toEqual(second);
});
