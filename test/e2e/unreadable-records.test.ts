import { isDeepStrictEqual } from 'node:util';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysOf } from '../../adapters/redis/keys.ts';
import { reportQueueName } from '../../jobs/reports/report-job.ts';
import { startBotProcess } from '../../simulations/bot-process.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { botToken, signingSecret } from '../../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import oldest from '../fixtures/stored/oldest.json' with { type: 'json' };
import { startTestBot, type TestBot } from '../support/bot.ts';
import { connectionOf } from '../support/findings.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { rootWith } from '../support/scenario.ts';
import { scheduleOf } from '../support/schedules.ts';

describe('records of one workspace that cannot be read', () => {
  it('keep no worker from starting, stay as they are, and are named in the log; older forms become new ones', async () => {
    const workspaceId = 'slack:TOTHER';
    const { schedules, connections } = keysOf(workspaceId);
    const good = scheduleOf({ workspaceId });
    const damaged = {
      's-enum': JSON.stringify({ ...scheduleOf({ workspaceId }), speak: 'loudly' }),
      's-cron': JSON.stringify({
        ...scheduleOf({ workspaceId }),
        timing: { pattern: 'never', timeZone: 'UTC' },
      }),
      's-zone': JSON.stringify({
        ...scheduleOf({ workspaceId }),
        timing: { pattern: '0 9 * * *', timeZone: 'Moon/Base' },
      }),
      's-json': '{"half":',
      's-newer': JSON.stringify({ ...scheduleOf({ workspaceId }), v: 99 }),
    };
    const [child, workspace] = await Promise.all([startRedisChild(), startSlackWorkspace()]);
    const redis = new Redis(child.url);
    await redis.hset(schedules, {
      ...damaged,
      [oldest.schedule.id]: JSON.stringify(oldest.schedule),
      [good.id]: JSON.stringify(good),
    });
    await redis.hset(connections, oldest.connection.id, JSON.stringify(oldest.connection));

    const bot = await startBotProcess({
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: workspace.apiUrl,
      REDIS_URL: child.url,
    });
    try {
      await until('the log', () =>
        Object.keys(damaged).every((id) => bot.log().includes(`${schedules} ${id}`)),
      );
      expect(await redis.hmget(schedules, ...Object.keys(damaged))).toEqual(Object.values(damaged));
      const queue = new Queue(reportQueueName, { connection: redis });
      await until('the clock', async () => {
        const onTheClock = (await queue.getJobSchedulers()).map(({ key }) => key);
        return isDeepStrictEqual(onTheClock.sort(), [good.id, oldest.schedule.id, 'tending'].sort());
      });
      await queue.close();
      expect(JSON.parse((await redis.hget(connections, oldest.connection.id)) ?? '')).toEqual({
        ...oldest.connection,
        profiles: ['image-management'],
        settings: {},
        v: 1,
      });
      expect(JSON.parse((await redis.hget(schedules, oldest.schedule.id)) ?? '')).toMatchObject({ v: 1 });
    } finally {
      await bot.close();
      redis.disconnect();
      await Promise.all([child.close(), workspace.close()]);
    }
  });
});

describe('records that become unreadable while the bot runs', () => {
  let bot: TestBot;
  /** A zone where it is midday: owners are written to by day only. */
  const hoursWest = new Date().getUTCHours() - 12;
  const midday = hoursWest === 0 ? 'UTC' : `Etc/GMT${hoursWest > 0 ? '+' : ''}${hoursWest}`;
  beforeAll(async () => {
    bot = await startTestBot({ environment: { XOAP_TIME_ZONE: midday } });
  });
  afterAll(() => bot.close());

  const own = () => keysOf(`slack:${bot.workspace.teamId}`);

  async function ask(text: string): Promise<string> {
    await bot.person.type(text);
    return readMessage(await bot.person.nextReply());
  }

  it('are left out of lists, which show the others and how many there are besides', async () => {
    const { connections, connectionNames, schedules, scheduleNames } = own();
    const workspaceId = `slack:${bot.workspace.teamId}`;
    const addedBy = bot.workspace.people.kim;
    const [good, bad] = ['good', 'bad'].map((name) =>
      connectionOf({ id: `c-${name}`, name, workspaceId, addedBy }),
    );
    const schedule = scheduleOf({ workspaceId, addedBy, name: 'Morning check' });
    await bot.redis.prompt.hset(connections, {
      'c-good': JSON.stringify(good),
      'c-bad': JSON.stringify({ ...bad, provider: 7 }),
    });
    await bot.redis.prompt.hset(connectionNames, { good: 'c-good', bad: 'c-bad' });
    await bot.redis.prompt.hset(schedules, schedule.id, JSON.stringify({ ...schedule, speak: 'loudly' }));
    await bot.redis.prompt.hset(scheduleNames, 'morning check', schedule.id);

    const list = await ask('connection list');
    expect(list).toContain('good');
    expect(list).not.toContain('bad');
    const leftOut =
      '1 connection here cannot be read and is left out. The operator of this bot finds more in the log.';
    expect(list).toContain(leftOut);
    const home = await ask('home');
    expect(home).toContain('2 connections — ❔ 2 not verified yet');
    expect(home).toContain(leftOut);
    expect(await ask('report list')).not.toContain('Morning check');
    expect(await ask('connection verify bad')).toContain('There is no connection "bad" here.');
  });

  it('are named as such by reports, which call nothing ready beside them', async () => {
    const unread =
      '⚠️ 1 connection of this workspace: not readable by this version of the bot, and so in no report. Owners are told.';
    const preview = await ask('report preview');
    expect(preview).toContain(', 1 more cannot be read');
    expect(preview).toContain(unread);

    await ask('report now');
    const root = await rootWith(bot, /Report .* 1 more cannot be read/);
    expect(readMessage(root)).toContain(unread);
  });

  it('are counted by status', async () => {
    await until('the count', async () =>
      (await ask('status')).includes('Unreadable, and so left out: 2 stored records; the log names where'),
    );
  });

  it('are told to their owner, each of them once', async () => {
    const queue = new Queue(reportQueueName, { connection: bot.redis.patient });
    const told = () =>
      bot.workspace.calls
        .filter(({ method }) => method === 'chat.postMessage')
        .map(({ body }) => String(body.text))
        .filter((text) => text.includes('cannot be read by this version'));
    const tend = async () => {
      const job = await queue.add('tend', {});
      await until('the tending', async () => (await job.getState()) === 'completed');
    };

    await tend();
    await tend();

    expect(told().sort()).toEqual([
      '⚠️ Your connection bad cannot be read by this version of the bot',
      '⚠️ Your scheduled report Morning check cannot be read by this version of the bot',
    ]);
    await queue.close();
  });
});
