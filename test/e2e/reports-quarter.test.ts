import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Account } from '../../simulations/aws/account.ts';
import { demoAccounts, demoKeys, documentedPolicy } from '../../simulations/aws/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { type RunningApp, startApp } from '../../src/app/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/logger.ts';
import { momentIn } from '../../src/reports/timing.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, openForm } from '../support/scenario.ts';

// A quarter in which clocks change, permissions are lost and given back, a key grows old and the worker is down twice.
// The clock of this process is moved, the bot's with it; Redis, the queue and the local Slack are real.

const from = '2026-09-28T06:00:00Z';
const to = '2026-12-24T12:00:00Z';
const minuteMs = 60_000;

type Root = { readonly at: Date; readonly text: string; readonly all: string; readonly channel: string };

let bot: TestBot;
let worker: RunningApp | undefined;
const accounts: Account[] = demoAccounts();

/** What the user of the key may do from now on. */
function permit(policy: ReturnType<typeof documentedPolicy>): void {
  const user = accounts
    .flatMap(({ principals }) => principals)
    .find(({ keys }) => keys.some(({ id }) => id === demoKeys.complete.id));
  if (!user) throw new Error('There is no such user');
  const ages = { Effect: 'Allow', Action: ['iam:ListAccessKeys'], Resource: '*' } as const;
  user.policies = [policy, { Statement: ages }];
  user.keys = user.keys.map((key) => ({ ...key, createdOn: '2026-09-10' }));
}

/** Every message that the bot posted by itself, threads left out. */
function roots(): Root[] {
  return bot.workspace.calls
    .filter(({ method, body, answer }) => method === 'chat.postMessage' && !body.thread_ts && answer?.ok)
    .map(({ body, at }) => ({
      at: new Date(at),
      text: String(body.text),
      all: readMessage(body as { text: string; blocks: unknown[] }),
      channel: String(body.channel),
    }));
}
const rootsOf = (name: string) => roots().filter(({ text }) => text.includes(name));

async function startWorker(): Promise<void> {
  const environment = { ...bot.settings, XOAP_PROCESS: 'worker', REDIS_URL: 'redis://127.0.0.1' };
  const config = { ...readConfig(environment), REDIS_URL: bot.settings.REDIS_URL };
  worker = await startApp(config, createLogger('debug', { write: (line) => void bot.logs.push(line) }));
}

async function stopWorker(): Promise<void> {
  await worker?.close();
  worker = undefined;
}

/** The times at which something is on the clock of the queue. */
async function nextTimes(): Promise<number[]> {
  const times = await bot.redis.patient.zrange('bull:xoap-reports:repeat', 0, '-1', 'WITHSCORES');
  return times
    .flat()
    .filter((_entry, index) => index % 2 === 1)
    .map(Number);
}

const isBusy = async () => {
  const { patient } = bot.redis;
  const [waiting, active, parents, checks] = await Promise.all([
    patient.llen('bull:xoap-reports:wait'),
    patient.llen('bull:xoap-reports:active'),
    patient.zcard('bull:xoap-reports:waiting-children'),
    patient.llen('bull:xoap-report-checks-aws:wait'),
  ]);
  return waiting + active + parents + checks > 0;
};

/** Moves the clock, wakes the queue as its own marker does, and waits until everything that is due is done. */
async function moveTo(moment: Date): Promise<void> {
  vi.setSystemTime(moment);
  if (!worker) return;
  const { patient } = bot.redis;
  await patient.zadd('bull:xoap-reports:marker', 0, '0');
  const isDone = async () => {
    const overdue = (await nextTimes()).some((time) => time <= Date.now());
    return !overdue && !(await isBusy());
  };
  await until('the end of what was due', isDone);
}

/** Goes from one moment at which something is due to the next. */
async function runUntil(end: string): Promise<void> {
  const last = Date.parse(end);
  for (;;) {
    const next = Math.min(...(await nextTimes()));
    if (next > last) break;
    await moveTo(new Date(next + 1_000));
  }
  await moveTo(new Date(last));
}

async function schedule(values: Record<string, unknown>): Promise<void> {
  const view = await openForm(bot, 'report schedule');
  const answer = await bot.person.submit(view, values);
  expect(answer.text).toBe('');
  await until(
    'the announcement',
    () => rootsOf(`Report ${String(values['report.name'])} scheduled`).length > 0,
  );
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true, now: new Date(from) });
  permit(documentedPolicy());
  bot = await startTestBot({
    accounts,
    environment: { XOAP_PROCESS: 'bot', XOAP_REPORT_SPREAD_SECONDS: '0', XOAP_TIME_ZONE: 'Europe/Vienna' },
  });
  await startWorker();
  await addConnection(bot, awsValues('complete', 'prod-eu'), { verdict: /prod-eu can build/, replies: 1 });
  await schedule({ 'report.name': 'Vienna', 'report.timeZone': 'Europe/Vienna' });
  await schedule({
    'report.name': 'New York',
    'report.timeZone': 'America/New_York',
    'report.days': ['1'],
    'report.speak': 'on-change',
  });
  // Moves with the clock, and the tests look at what is said after this.
});
afterAll(async () => {
  await stopWorker();
  await bot.close();
  vi.useRealTimers();
});

const days = (name: string) =>
  rootsOf(name)
    .filter(({ text }) => !text.includes('scheduled'))
    .map(({ at }) => at);

describe('a quarter of reports', () => {
  it('comes every weekday at 09:00, also when the clocks change', async () => {
    await runUntil('2026-11-02T20:00:00Z');

    const local = days('Vienna').map((at) => momentIn('Europe/Vienna', at));
    expect(local).toHaveLength(26);
    for (const moment of local) expect(moment).toMatch(/^(Mon|Tue|Wed|Thu|Fri) \d+ \w+ 09:00$/);
    expect(new Set(local).size).toBe(local.length);
    expect(new Set(days('Vienna').map((at) => at.getUTCHours()))).toEqual(new Set([7, 8]));
  });

  it('speaks on change only once when nothing changes: the first time', () => {
    expect(days('New York').map((at) => momentIn('America/New_York', at))).toEqual(['Mon 28 Sep 09:00']);
  });

  it('announces a loss once in each schedule, with who added the connection, and the fix once', async () => {
    permit(documentedPolicy({ without: ['ec2:CreateImage'] }));
    await runUntil('2026-11-10T20:00:00Z');
    permit(documentedPolicy());
    await runUntil('2026-11-17T20:00:00Z');

    const saying = (name: string, words: RegExp) => rootsOf(name).filter(({ all }) => words.test(all));
    const [lost, ...again] = saying('Vienna', /prod-eu lost ec2:CreateImage/);
    expect(lost && momentIn('Europe/Vienna', lost.at)).toBe('Tue 3 Nov 09:00');
    expect(lost?.all).toMatch(/the connection was added by kim 2026-09-28/);
    expect(again).toEqual([]);
    expect(saying('Vienna', /prod-eu fixed: ec2:CreateImage/)).toHaveLength(1);
    expect(saying('New York', /prod-eu lost ec2:CreateImage/)).toHaveLength(1);
    expect(saying('New York', /prod-eu fixed: ec2:CreateImage/)).toHaveLength(1);
  });

  it('is made up for once after downtime, and says that it is late', async () => {
    const before = days('Vienna').length;
    await stopWorker();
    // Down from Tuesday evening until Friday, 10:30: three reports were due.
    vi.setSystemTime(new Date('2026-11-20T09:30:00Z'));
    await startWorker();
    await moveTo(new Date('2026-11-20T09:31:00Z'));

    await until('the late report', () => days('Vienna').length > before);
    const late = rootsOf('Vienna').at(-1);
    expect(days('Vienna')).toHaveLength(before + 1);
    expect(late?.text).toContain('(late)');
    expect(late?.all).toContain('Late: this was due on Fri 20 Nov 09:00');
  });

  it('is not made up for when the next is nearer', async () => {
    const before = days('Vienna').length;
    await stopWorker();
    // Down from Friday until Thursday, five minutes to nine.
    vi.setSystemTime(new Date('2026-11-26T07:55:00Z'));
    await startWorker();
    await moveTo(new Date('2026-11-26T07:56:00Z'));
    expect(days('Vienna')).toHaveLength(before);

    await runUntil('2026-11-26T20:00:00Z');
    expect(days('Vienna')).toHaveLength(before + 1);
    expect(rootsOf('Vienna').at(-1)?.text).not.toContain('late');
  });

  it('reminds the owner 30, 14, 7 and 1 days before the key is too old, once each, and the channel', async () => {
    await runUntil(to);

    const own = roots().filter(({ text }) => text.includes('The credential of prod-eu'));
    expect(own.map(({ text }) => text)).toEqual([
      expect.stringContaining('in 30 days, on 9 Dec 2026'),
      // The worker was down on the day itself.
      expect.stringContaining('in 13 days, on 9 Dec 2026'),
      expect.stringContaining('in 7 days, on 9 Dec 2026'),
      expect.stringContaining('in 1 day, on 9 Dec 2026'),
    ]);
    for (const { channel } of own) expect(channel).not.toBe(bot.workspace.channelId);
    const told = rootsOf('Vienna').filter(({ all }) => /⚠️ prod-eu key reaches its greatest age/.test(all));
    expect(told).toHaveLength(4);
  });

  it('left nothing twice, nothing that Slack would refuse, and a trend of the last 30', async () => {
    const moments = days('Vienna').map((at) => Math.floor(at.getTime() / minuteMs));
    expect(new Set(moments).size).toBe(moments.length);
    expect(bot.workspace.problems).toEqual([]);
    const [key = ''] = await bot.redis.patient.keys('xoap:*:report-trend:*');
    expect(await bot.redis.patient.llen(key)).toBeLessThanOrEqual(30);
    expect(bot.logs.filter((line) => line.includes('could not be done'))).toEqual([]);
  });
});
