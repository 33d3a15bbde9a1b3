import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { keysOf } from '../../adapters/redis/keys.ts';
import oldest from '../fixtures/stored/oldest.json' with { type: 'json' };
import { connectionOf } from '../support/findings.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { runXoap } from '../support/xoap.ts';

let server: Awaited<ReturnType<typeof startRedisChild>>;
let redis: Redis;
beforeAll(async () => {
  server = await startRedisChild();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(() => server.flush());

const { connections, schedules } = keysOf('slack:TOTHER');
const migrate = (...more: string[]) =>
  runXoap(['migrate', ...more], '', {
    environment: {
      SLACK_BOT_TOKEN: 'xoxb-obviously-fake',
      SLACK_APP_TOKEN: 'xapp-obviously-fake',
      REDIS_URL: server.url,
      XOAP_ENCRYPTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
    },
  });

/** Two connections, one as the oldest version stored it, and such a schedule. */
async function storeOld(): Promise<void> {
  const newest = connectionOf({ id: 'c-new', workspaceId: 'slack:TOTHER' });
  await redis.hset(connections, {
    [oldest.connection.id]: JSON.stringify(oldest.connection),
    'c-new': JSON.stringify({ ...newest, v: 1 }),
  });
  await redis.hset(schedules, oldest.schedule.id, JSON.stringify(oldest.schedule));
}

it('--dry-run says what would change, and writes nothing', async () => {
  await storeOld();
  const before = await redis.hgetall(connections);
  const { output, status } = await migrate('--dry-run');
  expect(output).toBe(
    [
      '2 connections: 1 would be stored in the newest form',
      '1 scheduled report: 1 would be stored in the newest form',
      '1 workspace: the order of connections is made anew when it is needed',
      'Nothing was written.',
      '',
    ].join('\n'),
  );
  expect(status).toBe(0);
  expect(await redis.hgetall(connections)).toEqual(before);
});

it('stores them, and finds nothing to do when it is done again', async () => {
  await storeOld();
  expect((await migrate()).output).toContain('2 connections: 1 were stored in the newest form');
  expect(JSON.parse((await redis.hget(connections, oldest.connection.id)) ?? '')).toMatchObject({
    name: 'oldest',
    settings: {},
    v: 1,
  });
  expect((await migrate()).output).toContain('2 connections: none is in an older form');
});

it('names what this version cannot read, leaves it as it is, and ends with 1', async () => {
  await storeOld();
  const strange = { 's-newer': JSON.stringify({ ...oldest.schedule, v: 99 }), 's-half': '{"half":' };
  await redis.hset(schedules, strange);
  const { output, status } = await migrate();
  expect(output).toContain('2 records cannot be read by this version, and stay as they are:');
  expect(output).toContain(`  ${schedules} s-newer: a newer version of the bot stored it`);
  expect(output).toContain(`  ${schedules} s-half: it is damaged`);
  expect(status).toBe(1);
  expect(await redis.hmget(schedules, ...Object.keys(strange))).toEqual(Object.values(strange));
});

it('says so where nothing is stored', async () => {
  const { output, status } = await migrate('--dry-run');
  expect(output).toBe('Nothing is stored here.\nNothing was written.\n');
  expect(status).toBe(0);
});
