import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { compileCache } from '../../simulations/compile-cache.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues, formValues, openForm, rootWith } from '../support/scenario.ts';
import { end } from '../support/worker-process.ts';

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let bot: TestBot;
let worker: ChildProcess | undefined;
beforeAll(async () => {
  redis = await startRedisChild();
  bot = await startTestBot({
    redisUrl: redis.url,
    environment: { XOAP_WORKER_PROVIDERS: 'aws,azure,google' },
  });
});
afterEach(async () => {
  if (worker) await end(worker, 'SIGTERM');
});
afterAll(async () => {
  await bot.close();
  await redis.close();
});

/** A worker in a process of its own that has Redis and the keys, and no chat token. */
async function startWorkerFor(providers: string): Promise<void> {
  const { XOAP_ENCRYPTION_KEYS, XOAP_VSPHERE_ALLOWED_HOSTS } = bot.settings;
  worker = spawn(process.execPath, ['src/main.ts'], {
    env: {
      PATH: process.env.PATH,
      ...compileCache,
      XOAP_PROCESS: 'worker',
      XOAP_WORKER_PROVIDERS: providers,
      REDIS_URL: redis.url,
      XOAP_ENCRYPTION_KEYS,
      XOAP_VSPHERE_ALLOWED_HOSTS,
      XOAP_HEALTH_PORT: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  worker.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  await until('the worker', () => {
    if (worker?.exitCode !== null) throw new Error(log);
    return log.includes('the worker for these providers is ready');
  });
}

function values(name: string, user = 'full') {
  const { port, fingerprint: certificateSha256 } = bot.vsphere;
  return { name, ...formValues('vsphere', vsphereCredential(user, port, { certificateSha256 })) };
}

async function status(): Promise<string> {
  await bot.person.type('status');
  return readMessage(await bot.person.nextReply());
}

it('says at once that nobody serves a provider, and verifies when somebody does', async () => {
  const { root, thread } = await addConnection(bot, values('lonely'), {
    provider: 'vsphere',
    verdict: /lonely could not be verified/,
    replies: 1,
  });
  expect(readMessage(root)).toContain('no worker of this bot serves vSphere right now');
  expect(thread.map(readMessage).join()).toContain('XOAP_WORKER_PROVIDERS');
  expect(bot.vsphere.calls).toEqual([]);
  expect(await status()).toMatch(
    /^⚠️ The bot is here, but nobody verifies vSphere right now\n.*AWS 1, Azure 1, Google Cloud 1, vSphere 0\n/s,
  );

  await startWorkerFor('vsphere');
  expect(await status()).toMatch(/^✅ The bot is working\n.*AWS 1, Azure 1, Google Cloud 1, vSphere 1\n/s);
  await bot.person.click(root, 'verify-again');

  const green = await rootWith(bot, /lonely can build images: 47 of 47 met/);
  expect(green.ts).toBe(root.ts);
});

it('lets the worker in the other network find what is missing, and serves its own providers itself', async () => {
  await startWorkerFor('vsphere');

  const vcenter = addConnection(bot, values('far', 'partial'), {
    provider: 'vsphere',
    verdict: /far cannot build images: 5 privileges/,
    replies: 4,
  });
  const { root } = await vcenter;
  const near = await addConnection(bot, awsValues('complete', 'near'), {
    verdict: /near can build images/,
    replies: 1,
  });

  expect(readMessage(root)).toContain('user VSPHERE.LOCAL\\partial');
  expect(readMessage(near.root)).toContain('AWS');
});

it('never signs in for somebody who waits no more, nor twice for one who does', async () => {
  await startWorkerFor('vsphere');
  bot.vsphere.delayMs = 300;
  const logins = () => bot.vsphere.logins.get('full@vsphere.local') ?? 0;
  const before = logins();
  await bot.person.submit(await openForm(bot, 'connection add vsphere'), values('killed'));
  await until('the sign-in', () => logins() > before);
  const ended = once(worker as ChildProcess, 'exit');
  worker?.kill('SIGKILL');
  await ended;
  await startWorkerFor('vsphere');

  // A check whose worker died is found to be stalled after one to two of its locks.
  const root = await until(
    'the verdict',
    async () =>
      (await bot.workspace.roots(bot.workspace.channelId)).find(({ text }) =>
        /killed could not be verified/.test(text),
      ),
    60_000,
  );
  expect(readMessage(root)).toMatch(/gave no answer in time|was interrupted/);
  expect(logins() - before).toBe(1);
  bot.vsphere.delayMs = 0;
});

it('goes on without a worker that was stopped', async () => {
  await startWorkerFor('vsphere');
  bot.vsphere.delayMs = 200;
  const before = bot.vsphere.calls.length;
  const ended = once(worker as ChildProcess, 'exit');
  const added = addConnection(bot, values('stopped'), {
    provider: 'vsphere',
    verdict: /stopped (can build images|could not be verified)/,
    replies: 1,
  });
  await until('the first call', () => bot.vsphere.calls.length > before);
  worker?.kill('SIGTERM');
  await ended;
  bot.vsphere.delayMs = 0;

  expect(readMessage((await added).root)).toContain('stopped');
});
