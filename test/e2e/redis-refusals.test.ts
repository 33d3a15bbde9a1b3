import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compileCache } from '../../simulations/compile-cache.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues, openForm } from '../support/scenario.ts';

type RedisChild = Awaited<ReturnType<typeof startRedisChild>>;

let redis: RedisChild;
let bot: TestBot;
let administrator: Redis;
const started: ChildProcess[] = [];

beforeAll(async () => {
  redis = await startRedisChild();
  bot = await startTestBot({ redisUrl: redis.url });
  administrator = new Redis(redis.url);
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  administrator.disconnect();
  await bot.close();
  await redis.close();
});

/** A process of the bot of its own; what it logs comes with it. */
function startProcess(kind: string, environment: Record<string, string> = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: { PATH, HOME, ...compileCache, ...bot.settings, XOAP_PROCESS: kind, XOAP_PORT: '0', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started.push(child);
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  return { child, log: () => log };
}

/** Milliseconds that a process takes to end once it is told to. */
async function endOf(child: ChildProcess): Promise<number> {
  const from = Date.now();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return Date.now() - from;
}

const readiness = async () => (await fetch(`${bot.botUrl}/readyz`)).status;

describe('a Redis that answers and takes nothing in', () => {
  it.each([
    ['because it is full', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'], 'OOM'],
    [
      'because it has become a replica',
      ['REPLICAOF', '127.0.0.1', '9'],
      ['REPLICAOF', 'NO', 'ONE'],
      'READONLY',
    ],
    [
      'because its replicas are away',
      ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
      ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
      'NOREPLICAS',
    ],
  ] as const)(
    '%s is away for people, for /readyz and for the log, and the bot goes on after it',
    async (_why, [command, ...values], [undo, ...before], word) => {
      const form = await openForm(bot);
      const lines = bot.logs.length;
      await administrator.call(command, ...values);
      try {
        const answer = await bot.person.submit(form, awsValues('complete', 'in-vain'));
        expect(answer.text).toContain('cannot reach its database');
        expect(await readiness()).toBe(503);
        expect((await bot.person.type('connection list')).status).toBe(200);
        const said = bot.logs.slice(lines).filter((line) => line.includes('takes nothing in'));
        if (word === 'OOM') expect(said.join('')).toContain('OOM');
        expect(said.length).toBeLessThanOrEqual(2);
      } finally {
        await administrator.call(undo, ...before);
      }
      await until('readiness', async () => (await readiness()) === 200);
      const name = `after-${word.toLowerCase()}`;
      await addConnection(bot, awsValues('complete', name), {
        verdict: new RegExp(`${name} can build`),
        replies: 1,
      });
    },
  );

  it('keeps no worker busy that waits for work', async () => {
    const lines = bot.logs.length;
    const from = performance.now();
    await administrator.call('REPLICAOF', '127.0.0.1', '9');
    const refusals = await until('some refusals', () => {
      const refused = bot.logs.slice(lines).filter((line) => line.includes('READONLY'));
      return refused.length >= 15 && refused.length;
    });
    const seconds = (performance.now() - from) / 1_000;
    await administrator.call('REPLICAOF', 'NO', 'ONE');
    // Without a new connection for each they came by the thousand in a second.
    expect(refusals / seconds).toBeLessThan(300);
    await until('readiness', async () => (await readiness()) === 200);
  });
});

describe('a user of Redis who may not ask dangerous things', () => {
  it('is enough to start and to work, with a warning', async () => {
    await administrator.call('ACL', 'SETUSER', 'modest', 'on', '>fake', '~*', '&*', '+@all', '-@dangerous');
    const url = redis.url.replace('redis://', 'redis://modest:fake@');
    const { log } = startProcess('worker', { REDIS_URL: url });

    await until('the worker', () => log().includes('the worker is ready'));

    expect(log()).toContain('Redis does not tell whether it keeps what it is given');
  });
});

describe('a process that is told to end', () => {
  const longestMs = 20_000;

  it('ends within 20 s while Redis refuses connections', async () => {
    const own = await startRedisChild();
    const processes = ['bot', 'worker', 'all'].map((kind) => startProcess(kind, { REDIS_URL: own.url }));
    for (const { log } of processes) await until('the start', () => log().includes('is ready'));
    await own.kill();

    const took = await Promise.all(processes.map(({ child }) => endOf(child)));

    expect(Math.max(...took)).toBeLessThan(longestMs);
    await own.start();
    await own.close();
  });

  it('ends within 20 s while Redis does not answer', async () => {
    const own = await startRedisChild();
    const processes = ['bot', 'worker'].map((kind) => startProcess(kind, { REDIS_URL: own.url }));
    for (const { log } of processes) await until('the start', () => log().includes('is ready'));
    own.pause();

    const took = await Promise.all(processes.map(({ child }) => endOf(child)));

    expect(Math.max(...took)).toBeLessThan(longestMs);
    await own.close();
  });

  it('ends at once where it still waits for Redis, and a worker that waits starts when Redis is there', async () => {
    const own = await startRedisChild();
    await own.kill();
    const [first, second] = [1, 2].map(() => startProcess('worker', { REDIS_URL: own.url })) as [
      ReturnType<typeof startProcess>,
      ReturnType<typeof startProcess>,
    ];
    for (const { log } of [first, second]) await until('the wait', () => log().includes('Redis is away'));

    expect(await endOf(first.child)).toBeLessThan(5_000);
    expect(second.child.exitCode).toBeNull();
    await own.start();
    await until('the worker', () => second.log().includes('the worker is ready'));
    await endOf(second.child);
    await own.close();
  });
});
