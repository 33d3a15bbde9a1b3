import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedisAcceptanceStore } from '../../../adapters/redis/acceptance-store.ts';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { createRedisReplacements } from '../../../adapters/redis/replacements.ts';
import { describeConnectionStore } from '../../contracts/connection-store.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { unnoted } from '../../support/unnoted.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.prompt.flushdb();
});

describeConnectionStore('Redis', async () => createRedisConnectionStore(redis.prompt, unnoted));

describe('Redis as a store of what is accepted', () => {
  const connection = connectionOf();
  const key = { workspaceId: connection.workspaceId, connectionId: connection.id };
  const setUp = async () => {
    const store = createRedisConnectionStore(redis.prompt, unnoted);
    await store.create({ connection, sealed: 'sealed', once: 'once' });
    return { store, acceptances: createRedisAcceptanceStore(redis.prompt) };
  };
  const of = (requirement: string, more: object = {}) => ({
    requirement,
    group: 'policy',
    until: '2027-03-01',
    reason: 'It\'s "so" 🚀',
    by: 'U1',
    evidence: 'e1',
    ...more,
  });

  it('keeps one for each requirement of a group, the newest', async () => {
    const { acceptances } = await setUp();
    await acceptances.change(key, { add: [of('a'), of('b'), of('a', { group: 'other' })] });
    await acceptances.change(key, { add: [of('a', { until: '2027-05-01' })] });

    const all = await acceptances.all(key);
    expect(all).toHaveLength(3);
    expect(all).toContainEqual(of('a', { until: '2027-05-01' }));
  });

  it('keeps what two people accept at once', async () => {
    const { acceptances } = await setUp();
    await Promise.all([
      acceptances.change(key, { add: [of('a')] }),
      acceptances.change(key, { add: [of('b', { by: 'U2' })] }),
    ]);
    expect(await acceptances.all(key)).toHaveLength(2);
  });

  it('ends exactly what it was asked to end', async () => {
    const { acceptances } = await setUp();
    await acceptances.change(key, { add: [of('a'), of('b')] });
    // Somebody has accepted it anew while a run that had seen the old one was under way.
    await acceptances.change(key, { add: [of('b', { evidence: 'e2' })] });
    await acceptances.change(key, { end: [of('a'), of('b')] });

    expect(await acceptances.all(key)).toEqual([of('b', { evidence: 'e2' })]);
  });

  it('accepts nothing by a record that cannot be read', async () => {
    const { acceptances } = await setUp();
    await acceptances.change(key, { add: [of('a'), of('b')] });
    const [name = ''] = await redis.prompt.keys('*accepted*');
    await redis.prompt.hset(name, 'policy b', '{"until":');

    expect(await acceptances.all(key)).toEqual([of('a')]);
  });

  it('goes with the connection, shows nothing to another workspace, and keeps nothing of what is gone', async () => {
    const { store, acceptances } = await setUp();
    await acceptances.change(key, { add: [of('a')] });

    expect(await acceptances.all({ ...key, workspaceId: 'slack:T2' })).toEqual([]);
    await store.remove(key.workspaceId, key.connectionId);
    expect(await acceptances.all(key)).toEqual([]);
    expect(await acceptances.change(key, { add: [of('a')] })).toBe(false);
    expect(await acceptances.all(key)).toEqual([]);
  });
});

describe('Redis as a place for new credentials', () => {
  const connection = connectionOf();
  const key = { workspaceId: connection.workspaceId, connectionId: connection.id };
  const of = (id: string) => ({ id, sealed: `sealed-${id}`, target: { region: 'eu-central-1' }, by: 'U1' });
  const setUp = async () => {
    const store = createRedisConnectionStore(redis.prompt, unnoted);
    await store.create({ connection, sealed: 'sealed', once: 'once' });
    return { store, replacements: createRedisReplacements(redis.prompt) };
  };

  it('keeps the newest of a connection, for an hour at most', async () => {
    const { replacements } = await setUp();
    await replacements.put(key, of('one'));
    await replacements.put(key, of('two'));

    expect(await replacements.find(key, 'one')).toBeUndefined();
    expect(await replacements.find(key, 'two')).toEqual(of('two'));
    const [name = ''] = await redis.prompt.keys('*replacement*');
    expect(await redis.prompt.ttl(name)).toBeGreaterThan(3_500);
    expect(await redis.prompt.ttl(name)).toBeLessThanOrEqual(3_600);
  });

  it('drops one by its id, and not the one that came after it', async () => {
    const { replacements } = await setUp();
    await replacements.put(key, of('two'));
    await replacements.drop(key, 'one');
    expect(await replacements.find(key, 'two')).toEqual(of('two'));
    await replacements.drop(key, 'two');
    expect(await replacements.find(key, 'two')).toBeUndefined();
  });

  it('goes with the connection, is of one workspace, and takes none for what is gone', async () => {
    const { store, replacements } = await setUp();
    await replacements.put(key, of('one'));
    expect(await replacements.find({ ...key, workspaceId: 'slack:T2' }, 'one')).toBeUndefined();

    await store.remove(key.workspaceId, key.connectionId);
    expect(await replacements.find(key, 'one')).toBeUndefined();
    expect(await replacements.put(key, of('two'))).toBe(false);
    expect(await replacements.find(key, 'two')).toBeUndefined();
  });
});

describe('Redis as a history of verifications', () => {
  const connection = connectionOf();
  const key = { workspaceId: connection.workspaceId, connectionId: connection.id };
  const setUp = async () => {
    const store = createRedisConnectionStore(redis.prompt, unnoted);
    await store.create({ connection, sealed: 'sealed', once: 'once' });
    return { store, history: createRedisHistory(redis.prompt, unnoted) };
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
    expect(await history.around(key, 'run-2')).toEqual({ run: newer, other: older });
    expect(await history.around(key, 'run-1')).toEqual({ run: older, other: newer });
    expect(await history.around(key, 'run-3')).toEqual({ run: undefined, other: newer });
  });

  it('tells how the runs came out, the newest first', async () => {
    const { history } = await setUp();
    expect(await history.recent(key)).toEqual([]);
    await history.add(key, 'run-1', verificationOf({ 'ec2:CopyImage': 'missing' }));
    await history.add(key, 'run-2', verificationOf({}, { startedAt: '2026-11-23T00:00:00.000Z' }));

    expect(await history.recent(key)).toEqual([
      { verdict: 'ready', at: '2026-11-23T00:00:00.000Z' },
      { verdict: 'missing', at: '2026-11-22T14:02:00.000Z' },
    ]);
  });

  it('finds the newest run that signed in', async () => {
    const { history } = await setUp();
    expect(await history.latestSignedIn(key)).toBeUndefined();
    await history.add(key, 'run-1', verificationOf());
    const failed = { ...verificationOf(), verdict: 'failed' as const };
    for (const run of ['2', '3', '4']) await history.add(key, `run-${run}`, failed);

    expect(await history.latestSignedIn(key)).toEqual(verificationOf());
  });

  it('forgets the dates of a credential that was replaced by one without any', async () => {
    const { history } = await setUp();
    const credentialOf = async () =>
      (await history.latestVerdicts(key.workspaceId, [key.connectionId])).get(key.connectionId)?.credential;
    await history.add(key, 'run-1', verificationOf({}, { credential: { expiresOn: '2027-01-01' } }));
    await history.add(key, 'run-2', verificationOf());
    expect(await credentialOf()).toEqual({ expiresOn: '2027-01-01' });
    await history.add(key, 'run-3', verificationOf({}, { credential: {} }));
    expect(await credentialOf()).toEqual({});
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
          identity: { id: 'arn:aws:iam::123456789012:user/xoap-packer' },
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
