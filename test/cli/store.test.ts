import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedisAuditTrail } from '../../adapters/redis/audit-trail.ts';
import { createRedisConnectionStore } from '../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../adapters/redis/history.ts';
import { createRedisInstallations } from '../../adapters/redis/installations.ts';
import { createRedisIssuerKeys } from '../../adapters/redis/issuer-keys.ts';
import { createRedisReplacements } from '../../adapters/redis/replacements.ts';
import { createRedisScheduleStore } from '../../adapters/redis/schedule-store.ts';
import { startBotProcess } from '../../simulations/bot-process.ts';
import { createCipher, keyId, keyIdIn } from '../../src/connections/cipher.ts';
import { createIssuerKeys } from '../../src/issuer/issuer-keys.ts';
import { installationBinding } from '../../src/workspaces/installations.ts';
import { connectionOf, verificationOf } from '../support/findings.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { scheduleOf } from '../support/schedules.ts';
import { silent } from '../support/silent.ts';
import { unnoted } from '../support/unnoted.ts';
import { runXoap } from '../support/xoap.ts';

const [oldKey, newKey, otherKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const text = (...keys: Buffer[]) => keys.map((key) => key.toString('base64')).join(',');

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

const environmentWith = (keys: string) => ({
  SLACK_BOT_TOKEN: 'xoxb-obviously-fake',
  SLACK_APP_TOKEN: 'xapp-obviously-fake',
  REDIS_URL: server.url,
  XOAP_ENCRYPTION_KEYS: keys,
});
const run = (args: string[], input = '', keys = text(oldKey)) =>
  runXoap(args, input, { environment: environmentWith(keys) });

const strange = 'ünïcode "quoted" 🚀 שלום';

/** Fills a store with some of everything that lasts. */
async function fill(workspaceId = 'slack:T1', connections = 3): Promise<void> {
  const store = createRedisConnectionStore(redis, unnoted);
  const history = createRedisHistory(redis, unnoted);
  const cipher = createCipher([oldKey]);
  for (let index = 0; index < connections; index += 1) {
    const connection = connectionOf({
      id: `c-${index}`,
      workspaceId,
      name: `${strange} ${index}`,
    });
    const key = { workspaceId, connectionId: connection.id };
    const sealed = await cipher.seal({ password: `planted-${index}` }, key);
    await store.create({ connection, sealed, once: `once-${workspaceId}-${index}` });
    if (index < 5) await history.add(key, 'run-1', verificationOf({ 'ec2:CreateImage': 'missing' }));
  }
  await createRedisInstallations(redis).put({
    workspaceId,
    installedBy: 'U1',
    installedAt: new Date('2026-11-30T12:00:00Z'),
    sealed: await cipher.seal({ token: 'planted-token' }, installationBinding(workspaceId)),
  });
  const schedule = scheduleOf({ workspaceId, name: strange });
  await createRedisScheduleStore(redis, unnoted).create(schedule, schedule.id);
  const actor = { workspaceId, userId: 'U1' };
  await createRedisAuditTrail(redis, silent).record({ actor, action: 'connection.add', outcome: 'done' });
  const keys = createIssuerKeys({
    store: createRedisIssuerKeys(redis),
    cipher,
    rotation: 'age',
    keyDays: 90,
    idsAtAddress: async () => [],
    now: () => new Date(),
  });
  await keys.all();
}

/** Everything that lasts, by key, as Redis itself would copy it. */
async function everything(): Promise<Record<string, string>> {
  const names = (await redis.keys('xoap:*')).filter(
    (name) => !/:once:|:readiness$|:by-name$|:by-concern$|:members$|:replacement:/.test(name),
  );
  const found = await Promise.all(
    names.sort().map(async (name) => {
      const kind = await redis.type(name);
      if (kind === 'string') return [name, await redis.get(name)];
      if (kind === 'hash') return [name, JSON.stringify(Object.entries(await redis.hgetall(name)).sort())];
      if (kind === 'stream') return [name, JSON.stringify(await redis.xrange(name, '-', '+'))];
      if (kind === 'zset') return [name, JSON.stringify(await redis.zrange(name, '0', '-1', 'WITHSCORES'))];
      return [
        name,
        JSON.stringify(
          kind === 'set' ? (await redis.smembers(name)).sort() : await redis.lrange(name, 0, -1),
        ),
      ];
    }),
  );
  return Object.fromEntries(found);
}

describe('a backup', () => {
  it('is sealed, and brings back all of what it was made of', async () => {
    await fill();
    await fill('teams:00000000-0000-4000-8000-0000000007e4', 1);
    // A count that processes compare while they run.
    await redis.del('xoap:access-version');
    const before = await everything();
    const { output, errors, status } = await run(['backup']);
    expect(status).toBe(0);
    expect(errors).toContain('Backed up 2 workspaces, 4 connections, 2 schedules.');
    expect(errors).toContain(keyId(oldKey));
    const [header = '', ...lines] = output.trimEnd().split('\n');
    expect(JSON.parse(header)).toMatchObject({
      format: 'xoap-backup-1',
      keyIds: [keyId(oldKey)],
      workspaces: [
        { id: 'slack:T1', connections: 3, schedules: 1 },
        { connections: 1, schedules: 1 },
      ],
    });
    expect(lines.join('\n')).not.toMatch(/ünïcode|planted|ec2:/);

    await server.flush();
    const restored = await run(['restore'], output);
    expect(restored.errors).toContain('Restored 2 workspaces, 4 connections, 2 schedules');
    expect(restored.status).toBe(0);
    expect(await everything()).toEqual(before);
  });

  it('that was cut off is refused, and nothing is written', async () => {
    await fill();
    const { output } = await run(['backup']);
    await server.flush();
    const { errors, status } = await run(
      ['restore'],
      output.slice(0, output.trimEnd().lastIndexOf('\n') + 1),
    );
    expect(errors).toMatch(/ends before its end.*Nothing was written/);
    expect(status).toBe(64);
    expect(Object.keys(await everything())).toEqual([]);
  });

  it('that is sealed with another key is refused', async () => {
    await fill();
    const { output } = await run(['backup']);
    await server.flush();
    const { errors, status } = await run(['restore'], output, text(otherKey));
    expect(errors).toContain('sealed with a key that is not configured');
    expect(status).toBe(64);
    expect(await run(['restore'], output, text(otherKey, oldKey))).toMatchObject({ status: 0 });
  });

  it('replaces workspaces that are there only if that is said, and says which', async () => {
    await fill('slack:T1', 2);
    const { output } = await run(['backup']);
    await fill('slack:T1', 3);
    await fill('slack:T9', 1);
    const before = await everything();
    const refused = await run(['restore'], output);
    expect(refused.status).toBe(64);
    expect(refused.errors).toContain(
      'slack:T1: 3 connections, 1 schedule, replaced by 2 connections, 1 schedule',
    );
    expect(refused.errors).toContain('slack:T9: 1 connection, 1 schedule, which stay as they are');
    expect(refused.errors).toContain('The keys of the bot’s tokens: stay as they are');
    const ring = await redis.get('xoap:issuer-keys');
    expect(await everything()).toEqual(before);

    expect(await run(['restore', '--into-existing'], output)).toMatchObject({ status: 0 });
    expect(await redis.hlen('xoap:{slack:T1}:connections')).toBe(2);
    expect(await redis.hlen('xoap:{slack:T9}:connections')).toBe(1);
    expect(await redis.get('xoap:issuer-keys')).toBe(ring);
  });

  it('brings back a credential whose key is lost as it was, and says so', async () => {
    await fill();
    const lost = await createCipher([otherKey]).seal({}, { workspaceId: 'slack:T1', connectionId: 'c-1' });
    await redis.hset('xoap:{slack:T1}:credentials', 'c-1', lost);
    const { output, errors } = await run(['backup']);
    expect(errors).toContain(`${keyId(otherKey)} is not configured here`);
    await server.flush();
    const restored = await run(['restore'], output);
    expect(restored.errors).toContain(`until these keys are in XOAP_ENCRYPTION_KEYS: ${keyId(otherKey)}`);
    expect(restored.status).toBe(0);
    expect(await redis.hget('xoap:{slack:T1}:credentials', 'c-1')).toBe(lost);
  });

  it('is one whole, though it was made while connections came and went', async () => {
    await fill();
    await redis.hset('xoap:{slack:T1}:names', 'phantom', 'c-gone');
    await redis.hset('xoap:{slack:T1}:credentials', 'c-gone', 'sealed');
    await redis.hdel('xoap:{slack:T1}:names', `${strange.toLowerCase()} 1`);
    const { output } = await run(['backup']);
    await server.flush();
    await run(['restore'], output);
    const names = await redis.hgetall('xoap:{slack:T1}:names');
    expect(Object.values(names).sort()).toEqual(['c-0', 'c-1', 'c-2']);
    expect((await redis.hkeys('xoap:{slack:T1}:credentials')).sort()).toEqual(['c-0', 'c-1', 'c-2']);
    const store = createRedisConnectionStore(redis, unnoted);
    expect((await store.list({ workspaceId: 'slack:T1', limit: 10 })).total).toBe(3);
  });

  it.each(['bot', 'worker'])('is not put back below a %s that runs', async (kind) => {
    await fill();
    const { output } = await run(['backup']);
    const bot = await startBotProcess({
      XOAP_PROCESS: kind,
      TEAMS_CLIENT_ID: '00000000-0000-4000-8000-00000000b071',
      TEAMS_PLAYGROUND_URL: 'http://127.0.0.1:1',
      TEAMS_ALLOWED_TENANTS: '00000000-0000-4000-8000-0000000007e4',
      REDIS_URL: server.url,
      XOAP_ENCRYPTION_KEYS: text(oldKey),
    });
    try {
      const { errors, status } = await run(['restore', '--into-existing'], output);
      expect(errors).toContain('A bot or a worker runs on this Redis. Stop it, then restore.');
      expect(status).toBe(64);
    } finally {
      await bot.close();
    }
  });

  it('is made of a private Redis too, and put back into one, while no bot runs', async () => {
    await fill();
    const { output } = await run(['backup']);
    const folder = await mkdtemp(join(tmpdir(), 'xoap-own-'));
    const { REDIS_URL: _none, ...own } = { ...environmentWith(text(oldKey)), XOAP_DATA_DIR: folder };
    const restored = await runXoap(['restore'], output, { environment: own });
    expect(restored.errors).toContain('Restored 1 workspace, 3 connections');
    const again = await runXoap(['backup'], '', { environment: own });
    expect(again.errors).toContain('Backed up 1 workspace, 3 connections, 1 schedule.');
    await rm(folder, { recursive: true });
  });

  it('of 5,000 connections is made and restored with the memory of one of a few', async () => {
    const told =
      'process.on("exit",()=>process.stderr.write("peak "+(process.resourceUsage().maxRSS>>10)+" MB"))';
    // With a heap that a few fill: what held all of them would not end. How lazily a busy machine collects changes nothing.
    const small = ['--max-old-space-size=32', '--import', `data:text/javascript,${told}`];
    const run = async (args: string[], input: string) => {
      const { output, errors, status } = await runXoap(args, input, {
        before: [...small, 'src/cli/cli.ts'],
        environment: environmentWith(text(oldKey)),
      });
      expect(status, errors).toBe(0);
      expect(Number(/peak (\d+) MB/.exec(errors)?.[1])).toBeLessThan(320);
      return output;
    };
    await fill('slack:T1', 5_000);
    const output = await run(['backup'], '');
    expect(output.length).toBeGreaterThan(5_000_000);
    await server.flush();
    await run(['restore'], output);
    expect(await redis.hlen('xoap:{slack:T1}:credentials')).toBe(5_000);
  });
});

describe('xoap rotate-keys', () => {
  it('seals everything anew, and says which keys can go', async () => {
    await fill();
    const key = { workspaceId: 'slack:T1', connectionId: 'c-0' };
    const sealed = await createCipher([oldKey]).seal({ password: 'planted-new' }, key);
    await createRedisReplacements(redis).put(key, { id: 'r-1', sealed, target: {}, by: 'U1' });
    const { errors, status } = await run(['rotate-keys'], '', text(newKey, oldKey));
    expect(status).toBe(0);
    expect(errors).toContain(`Sealed 5 credentials and 1 keys of tokens anew with ${keyId(newKey)}.`);
    expect(errors).toContain('Run it again in an hour');
    const { sealed: waits } = JSON.parse((await redis.get('xoap:{slack:T1}:replacement:c-0')) ?? '{}');
    expect(keyIdIn(waits)).toBe(keyId(newKey));
    expect(await redis.ttl('xoap:{slack:T1}:replacement:c-0')).toBeGreaterThan(3_000);
    const cipher = createCipher([newKey]);
    for (const [connectionId, sealed] of Object.entries(await redis.hgetall('xoap:{slack:T1}:credentials')))
      expect(await cipher.open(sealed, { workspaceId: 'slack:T1', connectionId })).toMatchObject({
        password: expect.stringContaining('planted-'),
      });
    const installed = await createRedisInstallations(redis).find('slack:T1');
    expect(await cipher.open(installed?.sealed ?? '', installationBinding('slack:T1'))).toEqual({
      token: 'planted-token',
    });
    // What is done already is left as it is, so it can be begun again.
    const again = await run(['rotate-keys'], '', text(newKey, oldKey));
    expect(again.errors).toContain('Sealed 0 credentials and 0 keys');
    expect(again.errors).toContain(`so these can go: ${keyId(oldKey)}`);
  });

  it('leaves alone what does not open, and says so', async () => {
    await fill();
    const { errors, status } = await run(['rotate-keys'], '', text(newKey));
    // Three credentials, what Slack gave, and what signs tokens.
    expect(errors).toContain('5 could not be opened');
    expect(status).toBe(1);
    const again = await run(['rotate-keys'], '', text(newKey, oldKey));
    expect(again.errors).toContain('Sealed 4 credentials');
  });
});
