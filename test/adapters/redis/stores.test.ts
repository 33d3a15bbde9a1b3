import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { describeConnectionStore } from '../../contracts/connection-store.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.prompt.flushdb();
});

describeConnectionStore('Redis', async () => createRedisConnectionStore(redis.prompt));

describe('Redis as a history of verifications', () => {
  const connection = connectionOf();
  const key = { workspaceId: connection.workspaceId, connectionId: connection.id };
  const setUp = async () => {
    const store = createRedisConnectionStore(redis.prompt);
    await store.create({ connection, sealed: 'sealed', once: 'once' });
    return { store, history: createRedisHistory(redis.prompt) };
  };

  it('finds the newest run, and the one before the run that asks', async () => {
    const { history } = await setUp();
    const [older, newer] = [verificationOf({ 'ec2:CopyImage': 'missing' }), verificationOf()];
    await history.add(key, 'run-1', older);
    await history.add(key, 'run-2', newer);

    expect(await history.latest(key)).toEqual(newer);
    expect(await history.latest(key, 'run-2')).toEqual(older);
    expect(await history.find(key, 'run-1')).toEqual(older);
    expect(await history.find(key, 'run-3')).toBeUndefined();
  });

  it('adds a run once and keeps the newest thirty', async () => {
    const { history } = await setUp();
    for (let run = 1; run <= 35; run += 1) await history.add(key, `run-${run}`, verificationOf());
    await history.add(key, 'run-35', verificationOf());

    const [historyKey = ''] = await redis.prompt.keys('*history*');
    expect(await redis.prompt.llen(historyKey)).toBe(30);
  });

  it('tells the latest verdicts and forgets them with the connection', async () => {
    const { store, history } = await setUp();
    await history.add(key, 'run-1', verificationOf({ 'ec2:CopyImage': 'missing' }));

    const latest = await history.latestVerdicts(key.workspaceId, [key.connectionId, 'c-unknown']);
    expect([...latest]).toEqual([
      [
        key.connectionId,
        {
          verdict: 'missing',
          at: '2026-11-22T14:02:00.000Z',
          missing: 1,
          target: { account: '123456789012', region: 'eu-central-1' },
        },
      ],
    ]);

    await store.remove(key.workspaceId, key.connectionId);
    await history.add(key, 'run-2', verificationOf());
    expect(await history.latest(key)).toBeUndefined();
    expect((await redis.prompt.keys('*')).filter((name) => !name.includes(':once:'))).toEqual([]);
  });
});
