import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../simulations/free-port.ts';
import { startRoundRobin } from '../../simulations/round-robin.ts';
import { createSlackPerson, readMessage, type SlackPerson } from '../../simulations/slack/person.ts';
import { interaction } from '../../simulations/slack/requests.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import {
  createTeamsPerson,
  type Dialog,
  personalChat,
  type TeamsPerson,
} from '../../simulations/teams/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { awsValues, idle, rootWith, threadOf } from '../support/scenario.ts';
import { createWorkers } from '../support/worker-process.ts';

// Two bots behind a proxy that hands each request to the other one, and a worker: three processes that share a Redis and no more.

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let first: TestBot;
let secondUrl: string;
let proxy: Awaited<ReturnType<typeof startRoundRobin>>;
let kim: SlackPerson;
let lee: SlackPerson;
let teams: TeamsPerson;
const processes = createWorkers(() => first);
beforeAll(async () => {
  redis = await startRedisChild();
  first = await startTestBot({ redisUrl: redis.url, environment: { XOAP_PROCESS: 'bot' } });
  const port = await freePort();
  secondUrl = `http://127.0.0.1:${port}`;
  const settings = { XOAP_PROCESS: 'bot', XOAP_PORT: String(port) };
  await Promise.all([processes.start(), processes.start({ settings, ready: 'the bot is ready' })]);
  proxy = await startRoundRobin([first.botUrl, secondUrl]);
  kim = await createSlackPerson(first.workspace, proxy.url);
  lee = await createSlackPerson(first.workspace, proxy.url, { userId: first.workspace.people.lee });
  teams = createTeamsPerson(first.tenant, proxy.url);
});
afterAll(async () => {
  await Promise.all([kim.close(), lee.close(), proxy.close()]);
  await processes.endAll();
  await first.close();
  await redis.close();
});

const formOf = async (person: SlackPerson) => {
  const draws = person.draws();
  await person.type('connection add aws');
  return person.viewAfter(draws + 1);
};
const rootsWith = async (text: RegExp) =>
  (await first.workspace.roots(first.workspace.channelId)).filter((post) => text.test(post.text));

describe('Slack over HTTP', () => {
  it('a form that one bot opens is taken by the other, and answered once', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const before = [...proxy.handed];
    for (const name of names)
      expect((await kim.submit(await formOf(kim), awsValues('complete', name))).text).toBe('');
    for (const name of names) await rootWith(first, new RegExp(`${name} can build`));
    await idle(first);
    for (const name of names) expect(await rootsWith(new RegExp(`\\b${name} `))).toHaveLength(1);
    // Both had as many of the requests.
    expect(proxy.handed.map((count, index) => count - (before[index] ?? 0))).toEqual([4, 4]);
  });

  it('a request that was taken by one bot is refused by the other', async () => {
    const body = await kim.commandBody('help');
    const options = { timestamp: Math.floor(Date.now() / 1_000) };
    const answers = [await kim.send(body, options), await kim.send(body, options)];
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    await kim.nextReply();
    expect(kim.privately).toEqual([]);
  });

  it('a form that is sent to both at once is stored once', async () => {
    const form = await formOf(kim);
    // In the same moment, as from a load balancer that tries again.
    const body = interaction(kim.submission(form, awsValues('complete', 'sent-twice')));
    const options = { timestamp: Math.floor(Date.now() / 1_000) };
    const answers = await Promise.all([kim.send(body, options), kim.send(body, options)]);
    expect(answers.map(({ text }) => text)).toEqual(['', '']);
    await rootWith(first, /sent-twice can build/);
    await idle(first);
    expect(await rootsWith(/sent-twice/)).toHaveLength(1);
  });

  it('two people who click at once, each with another bot, start one verification', async () => {
    const root = await rootWith(first, /one can build/);
    first.cloud.delayMs = 300;
    const signIns = () => first.cloud.calls.filter(({ action }) => action === 'GetCallerIdentity').length;
    const before = signIns();
    await Promise.all([kim.click(root, 'verify-again'), lee.click(root, 'verify-again')]);
    const [said] = await until('a private reply', () => {
      const replies = [...kim.privately, ...lee.privately];
      return replies.length > 0 && replies;
    });
    first.cloud.delayMs = 0;
    expect(said && readMessage(said)).toContain('one is being verified right now');
    await threadOf(first, root, 2);
    await idle(first);
    expect(signIns()).toBe(before + 1);
    expect([...kim.privately, ...lee.privately]).toHaveLength(1);
  });
});

describe('Teams', () => {
  it('a dialog that one bot opens is taken by the other, and answered once', async () => {
    const before = [...proxy.handed];
    const dialog: Dialog = await teams.openExtension(personalChat);
    const next = await teams.press(dialog, 'Next', { type: 'cloud', provider: 'aws' });
    const done = await teams.press(
      teams.dialogIn(next, true),
      'Add and verify',
      awsValues('complete', 'in-teams'),
    );
    expect(done.status).toBe(200);
    await teams.card(/in-teams can build images/);
    await idle(first);
    const cards = first.tenant.posts.filter(({ card }) => /in-teams can build/.test(readCard(card)));
    expect(cards).toHaveLength(1);
    const handed = proxy.handed.map((count, index) => count - (before[index] ?? 0));
    expect(Math.min(...handed)).toBeGreaterThan(0);
  });

  it('an activity that both are sent is answered once', async () => {
    const body = teams.activity({ type: 'message', text: 'help' }, personalChat);
    await Promise.all([teams.send(body), teams.send(body)]);
    const helps = first.tenant.posts.filter(({ card }) =>
      /@xoap connection verify NAME/.test(readCard(card)),
    );
    expect(helps).toHaveLength(1);
  });
});

it('the other one serves everybody once a bot has ended', async () => {
  await first.app.close();
  const alone = await createSlackPerson(first.workspace, secondUrl);
  expect((await alone.submit(await formOf(alone), awsValues('complete', 'alone'))).text).toBe('');
  await rootWith(first, /alone can build/);
  await alone.close();
});
