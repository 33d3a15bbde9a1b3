import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedisAuditLog } from '../../../adapters/redis/audit-trail.ts';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { keysOf } from '../../../adapters/redis/keys.ts';
import { connectionList } from '../../../src/chat/connections/connection-list.ts';
import { exported } from '../../../src/chat/exports/records.ts';
import { writeExport } from '../../../src/chat/exports/write-export.ts';
import { homeMessage } from '../../../src/chat/home.ts';
import type { Connection } from '../../../src/connections/connection.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { processorTimeOf } from '../../support/processor-time.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { unnoted } from '../../support/unnoted.ts';

const workspaceId = 'slack:T1';
const keys = keysOf(workspaceId);
const named = (name: string): Connection => connectionOf({ id: `c-${name}`, workspaceId, name });

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());
beforeEach(() => redis.prompt.flushdb());

function open() {
  const store = createRedisConnectionStore(redis.prompt, unnoted);
  const history = createRedisHistory(redis.prompt, unnoted);
  return {
    store,
    history,
    add: async (...names: string[]) => {
      for (const name of names)
        await store.create({ connection: named(name), sealed: 's', once: `once-${name}` });
    },
    names: async (match = '', offset = 0, limit = 10) => {
      const { connections } = await store.list({ workspaceId, match, offset, limit });
      return connections.map(({ name }) => name);
    },
    byConcern: async () => {
      const { connections, counts, total } = await store.overview({ workspaceId, limit: 10 });
      return { names: connections.map(({ name }) => name), counts, total };
    },
  };
}

describe('the order of names', () => {
  it('is that of people: in any case, with an accented letter beside its own', async () => {
    const { add, names } = open();
    await add('zebra', 'Über-prod', 'ufo', 'Alpha', '10-last', 'ייצור', 'école', 'echo');
    expect(await names()).toEqual([
      '10-last',
      'Alpha',
      'echo',
      'école',
      'Über-prod',
      'ufo',
      'zebra',
      'ייצור',
    ]);
    expect(await names('', 2, 3)).toEqual(['echo', 'école', 'Über-prod']);
    expect(await names('', 8)).toEqual([]);
  });

  it('finds any part of a name, as it is written and without its accents, and nothing of an id', async () => {
    const { add, store, names } = open();
    await add('prod-eu', 'Prod [*?] %', 'nonprod', 'über', 'test');
    expect(await names('PROD')).toEqual(['nonprod', 'Prod [*?] %', 'prod-eu']);
    expect(await names('[*?] %')).toEqual(['Prod [*?] %']);
    expect(await names('uber')).toEqual(['über']);
    expect(await names('ÜBER')).toEqual(['über']);
    expect(await names('c-')).toEqual([]);
    expect(await store.list({ workspaceId, match: 'prod', offset: 1, limit: 1 })).toMatchObject({
      total: 3,
      connections: [{ name: 'Prod [*?] %' }],
    });
  });
});

describe('what needs somebody first', () => {
  it('is by the latest verdict, then by name, whatever is verified, renamed and removed', async () => {
    const { add, store, history, byConcern } = open();
    await add('a-ready', 'b-missing', 'c-new', 'd-unproven', 'e-refused', 'f-failed');
    const verify = (name: string, run: string, verification: ReturnType<typeof verificationOf>) =>
      history.add({ workspaceId, connectionId: `c-${name}` }, run, verification);
    await verify('a-ready', 'r1', verificationOf());
    await verify('b-missing', 'r1', verificationOf({ 'ec2:CreateImage': 'missing' }));
    await verify('d-unproven', 'r1', verificationOf({ 'ec2:CreateImage': 'inconclusive' }));
    const failed = { ...verificationOf(), verdict: 'failed' as const, findings: [] };
    const refused = { code: 'provider.sign-in-failed', message: 'no' };
    await verify('e-refused', 'r1', { ...failed, error: refused });
    await verify('f-failed', 'r1', { ...failed, error: { code: 'provider.unreachable', message: 'no' } });

    expect(await byConcern()).toEqual({
      names: ['b-missing', 'e-refused', 'f-failed', 'd-unproven', 'c-new', 'a-ready'],
      counts: { missing: 2, failed: 1, unproven: 1, unverified: 1, ready: 1 },
      total: 6,
    });

    await verify('b-missing', 'r2', verificationOf());
    const was = named('e-refused');
    expect(
      await store.update({ was, is: { ...was, name: '0-refused', changedAt: '2026-11-22T10:00:00.000Z' } }),
    ).toBe('updated');
    await store.remove(workspaceId, 'c-f-failed');
    expect((await byConcern()).names).toEqual(['0-refused', 'd-unproven', 'c-new', 'a-ready', 'b-missing']);
    await store.takeBack({ connection: named('c-new'), once: 'once-c-new' });
    expect(await byConcern()).toMatchObject({ total: 4, counts: { unverified: 0, ready: 2 } });
    for (const key of [keys.byName, keys.byConcern]) expect(await redis.prompt.zcard(key)).toBe(4);
    expect(await redis.prompt.hlen(keys.members)).toBe(4);
  });

  it('is made anew where an older version stored connections without it', async () => {
    const { add, history, byConcern, names } = open();
    await add('old-one', 'old-two');
    await history.add(
      { workspaceId, connectionId: 'c-old-two' },
      'r1',
      verificationOf({ 'ec2:CreateImage': 'missing' }),
    );
    await redis.prompt.del(keys.byName, keys.byConcern, keys.members);
    await add('new');

    expect(await names()).toEqual(['new', 'old-one', 'old-two']);
    expect((await byConcern()).names).toEqual(['old-two', 'new', 'old-one']);
  });
});

describe('an index that an older version left as large as what is stored, and with others', () => {
  it('leaves none out of a report, and is mended', async () => {
    const { add, store, names, byConcern } = open();
    await add('kept', 'removed-since');
    await redis.prompt.hdel(keys.connectionNames, 'removed-since');
    await redis.prompt.hdel(keys.connections, 'c-removed-since');
    await redis.prompt.hset(keys.connectionNames, 'added-since', 'c-added-since');
    const added = JSON.stringify({ ...named('added-since'), v: 1 });
    await redis.prompt.hset(keys.connections, { 'c-added-since': added, 'c-damaged': '{"half":' });

    const reading = createRedisConnectionStore(redis.prompt, () => undefined);
    const all = await Array.fromAsync(reading.all(workspaceId));
    expect(new Map(all.map(({ id, connection }) => [id, connection?.name]))).toEqual(
      new Map([
        ['c-kept', 'kept'],
        ['c-added-since', 'added-since'],
        ['c-damaged', undefined],
      ]),
    );
    expect(await names()).toEqual(['kept']);
    await store.mendOrder(workspaceId);
    expect(await names()).toEqual(['added-since', 'kept']);
    expect((await byConcern()).names).toEqual(['added-since', 'kept']);
  });
});

describe('20,000 connections', () => {
  it('cost under 10 ms of processor time a list, a search and a Home, and can be exported as a whole', async () => {
    const providers = await loadProviders();
    const { store, history } = open();
    const all = Array.from({ length: 20_000 }, (_none, index) =>
      named(`${index % 2 ? 'prod' : 'test'}-${String(index).padStart(5, '0')}`),
    );
    // Nobody waits for it.
    const writing = redis.patient.pipeline();
    for (const connection of all) {
      writing.hset(keys.connectionNames, connection.name, connection.id);
      writing.hset(keys.connections, connection.id, JSON.stringify({ ...connection, v: 1 }));
    }
    await writing.exec();
    const dependencies = {
      providers,
      store,
      history,
      now: () => new Date(),
      schedules: { list: async () => [] },
      commandWord: '/xoap',
    };
    const actor = { workspaceId, userId: 'U1' };
    const asked = {
      list: () => connectionList(dependencies, actor, { match: '', offset: 0 }),
      'list at the end': () => connectionList(dependencies, actor, { match: '', offset: 19_980 }),
      'wide search': () => connectionList(dependencies, actor, { match: 'prod', offset: 0 }),
      'narrow search': () => connectionList(dependencies, actor, { match: '12345', offset: 0 }),
      home: () => homeMessage(dependencies, actor),
    };
    // The first makes the index, and what runs first is not compiled yet.
    for (const ask of Object.values(asked)) for (let time = 0; time < 3; time += 1) await ask();

    expect((await asked['wide search']()).summary).toBe('1 to 20 of 10,000 connections');
    expect((await asked['narrow search']()).summary).toBe('1 connection');
    for (const [what, ask] of Object.entries(asked)) {
      const spent: number[] = [];
      for (let time = 0; time < 9; time += 1) spent.push(await processorTimeOf(ask));
      expect(spent.toSorted((one, other) => one - other)[4], what).toBeLessThan(10);
    }

    const auditLog = createRedisAuditLog(redis.prompt);
    const wanted = { kind: 'connections', format: 'csv', now: new Date() } as const;
    const rows = exported({ store, history, auditLog }, wanted.kind, { workspaceId, since: undefined });
    const { count, content } = await writeExport(rows, wanted);
    expect(count).toBe(20_000);
    expect(content.toString().trimEnd().split('\n')).toHaveLength(20_001);
  });
});
