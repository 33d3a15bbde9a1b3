import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { verifyAgain } from '../../simulations/slack/verify-again.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues, openForm, rootWith, takenOver, threadOf } from '../support/scenario.ts';
import { createWorkers, end } from '../support/worker-process.ts';

type RedisChild = Awaited<ReturnType<typeof startRedisChild>>;

let redis: RedisChild;
let bot: TestBot;
const workers = createWorkers(() => bot);

beforeAll(async () => {
  redis = await startRedisChild();
  bot = await startTestBot({ redisUrl: redis.url, environment: { XOAP_PROCESS: 'bot' } });
});
afterEach(async () => {
  bot.cloud.delayMs = 0;
  bot.workspace.trouble.clear();
  bot.person.privately.splice(0);
  await workers.endAll();
});
afterAll(async () => {
  await bot.close();
  await redis.close();
});

describe('a worker that is killed', () => {
  it('in mid-check: another takes the job up, with one root and one thread', async () => {
    const first = await workers.start();
    bot.cloud.delayMs = 700;
    await bot.person.submit(await openForm(bot), awsValues('partial', 'killed-early'));
    await rootWith(bot, /Verifying killed-early/);
    await until('the check', () => bot.cloud.calls.some(({ dryRun }) => dryRun));
    await end(first, 'SIGKILL');
    bot.cloud.delayMs = 0;
    await workers.start();

    const root = await rootWith(bot, /killed-early cannot build images/, takenOver);
    const thread = await threadOf(bot, root, 4);

    expect(thread).toHaveLength(4);
    expect(
      (await bot.workspace.roots(bot.workspace.channelId)).filter(({ text }) =>
        text.includes('killed-early'),
      ),
    ).toHaveLength(1);
  });

  it('in mid-thread: another posts the rest, and verifies nothing again', async () => {
    const first = await workers.start();
    bot.workspace.trouble.set('chat.postMessage', ['passes', 'passes', 'hangs']);
    await bot.person.submit(await openForm(bot), awsValues('partial', 'killed-late'));
    const root = await rootWith(bot, /killed-late cannot build images/);
    await until('the hanging call', () => bot.workspace.trouble.get('chat.postMessage')?.length === 0);
    await threadOf(bot, root, 1);
    await end(first, 'SIGKILL');
    const calls = bot.cloud.calls.length;
    await workers.start();

    const thread = await threadOf(bot, root, 4, takenOver);

    const titles = thread.map((reply) => readMessage(reply).split('\n')[0]);
    expect(titles).toEqual(['Fix', 'Missing (4)', 'Other ways', 'What was checked and how']);
    expect(bot.cloud.calls).toHaveLength(calls);
  });

  it('and ends in order when asked to, with nothing to do', async () => {
    const worker = await workers.start();
    await end(worker, 'SIGTERM');

    expect(worker.exitCode).toBe(0);
  });
});

describe('Slack in trouble', () => {
  it('is waited for when it limits the rate, and nothing is lost', async () => {
    await workers.start();
    bot.workspace.trouble.set('chat.postMessage', ['passes', { retryAfter: 1 }, { retryAfter: 1 }]);

    const { thread } = await addConnection(bot, awsValues('partial', 'limited'), {
      verdict: /limited cannot/,
      replies: 4,
    });

    expect(thread.map((reply) => readMessage(reply).split('\n')[0])).toEqual([
      'Fix',
      'Missing (4)',
      'Other ways',
      'What was checked and how',
    ]);
  });

  it('that lost the message gets a new one', async () => {
    await workers.start();
    const { root } = await addConnection(bot, awsValues('complete', 'gone'), {
      verdict: /gone can build/,
      replies: 1,
    });
    bot.workspace.trouble.set('chat.update', [{ error: 'message_not_found' }]);

    const roots = await verifyAgain(bot.person, root, async () => {
      const all = await bot.workspace.roots(bot.workspace.channelId);
      const found = all.filter(({ text }) => text.includes('gone can build'));
      return found.length > 1 && found;
    });

    expect(roots).toHaveLength(2);
  });
});

describe('Redis away', () => {
  it('is said within three seconds to who types, clicks or submits, and nothing half-written stays', async () => {
    await workers.start();
    const { root } = await addConnection(bot, awsValues('complete', 'before'), {
      verdict: /before can build/,
      replies: 1,
    });
    const view = await openForm(bot);
    redis.pause();

    const typed = await bot.person.type('connection list');
    const submitted = await bot.person.submit(view, awsValues('partial', 'half'));
    const clicked = await bot.person.click(root, 'verify-again');
    const reply = await bot.person.nextReply();
    redis.resume();

    for (const { status, ms } of [typed, submitted, clicked]) {
      expect(status).toBe(200);
      expect(ms).toBeLessThan(3_000);
    }
    expect(typed.body.text).toContain('cannot reach its database');
    expect(JSON.stringify(submitted.body.errors)).toContain('nothing was stored');
    expect(reply.text).toContain('cannot reach its database');

    // What Redis had received before it was paused runs first; the taking back comes behind it.
    await until('the taking back', async () => {
      const text = await listOf('half');
      return text.includes('No connection');
    });
    expect(await bot.redis.patient.keys('*half*')).toEqual([]);
    const roots = await bot.workspace.roots(bot.workspace.channelId);
    expect(roots.filter(({ text }) => text.includes('half'))).toEqual([]);
    const { answer } = await addConnection(bot, awsValues('complete', 'half'), {
      verdict: /half can build/,
      replies: 1,
    });
    expect(answer.text).toBe('');
  });

  it('is said in the Home too, to whoever opens it or clicks in it, where there is no message to answer', async () => {
    const home = await bot.person.openHome();
    redis.pause();

    const opened = await bot.person.openHome();
    const clicked = await bot.person.clickInHome(home, 'open-form', 'connection add aws');
    const answer = await until('the word', () =>
      bot.workspace.calls.find(
        ({ method, body }) => method === 'chat.postMessage' && body.channel === home.private_metadata,
      ),
    );
    redis.resume();

    expect(readMessage({ text: '', blocks: [...opened.blocks] })).toContain('cannot reach its database');
    expect(clicked.status).toBe(200);
    expect(answer.body.text).toContain('cannot reach its database');
  });

  it('killed and restarted: the bot goes on, with everything that was stored', async () => {
    await workers.start();
    await redis.kill();
    expect((await bot.person.type('connection list')).body.text).toContain('cannot reach its database');
    expect((await fetch(`${bot.botUrl}/readyz`)).status).toBe(503);

    await redis.start();
    await until('readiness', async () => (await fetch(`${bot.botUrl}/readyz`)).ok);

    expect(await listOf('before')).toContain('before');
    await addConnection(bot, awsValues('complete', 'after'), { verdict: /after can build/, replies: 1 });
  });

  async function listOf(match: string): Promise<string> {
    bot.person.privately.splice(0);
    await bot.person.type(`connection list ${match}`);
    return readMessage(await bot.person.nextReply());
  }
});
