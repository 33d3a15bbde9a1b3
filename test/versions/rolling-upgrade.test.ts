import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verificationQueueName } from '../../jobs/verifications/verification-job.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { readMessage } from '../../simulations/slack/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues, idle, rootWith } from '../support/scenario.ts';
import { writeContent } from '../support/stored-content.ts';
import { createWorkers, end } from '../support/worker-process.ts';
import { connections, farDay, type LeftBehind, leaveBehind, loaded } from './leave-behind.ts';

// What versions before have stored and queued, each of them in a file that it made of itself, is taken over by this one, whose
// workers are replaced one by one while bots of that version go on asking. `npm run keep:version` makes the file of this one.

const folder = 'test/fixtures/versions';
const versions = globSync(`${folder}/*.json`).sort();
const readKept = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as LeftBehind;

async function leftByThisVersion(): Promise<LeftBehind> {
  const redis = await startRedisChild();
  const bot = await startTestBot({
    redisUrl: redis.url,
    environment: { XOAP_PROCESS: 'bot', XOAP_REPORT_SPREAD_SECONDS: '0' },
  });
  const workers = createWorkers(() => bot);
  try {
    const left = { version: packageFile.version, ...(await leaveBehind(bot, workers)) };
    if (process.env.XOAP_KEEP_VERSION)
      await writeFile(
        `${folder}/${process.env.XOAP_KEEP_VERSION}.json`,
        `${JSON.stringify(left, null, 1)}\n`,
      );
    return left;
  } finally {
    await workers.endAll();
    await bot.close();
    await redis.close();
  }
}

it('is from a version that was kept, at least', () => {
  expect(versions.length).toBeGreaterThan(0);
});

describe.each([...versions, 'this version'])('an upgrade from %s', (from) => {
  let left: LeftBehind;
  let redis: Awaited<ReturnType<typeof startRedisChild>>;
  let bot: TestBot;
  let queue: Queue;
  const workers = createWorkers(() => bot);
  beforeAll(async () => {
    left = await (from === 'this version' ? leftByThisVersion() : readKept(from));
    redis = await startRedisChild();
    bot = await startTestBot({
      redisUrl: redis.url,
      environment: {
        XOAP_PROCESS: 'bot',
        XOAP_ENCRYPTION_KEYS: left.encryptionKeys,
        XOAP_REPORT_SPREAD_SECONDS: '0',
      },
    });
    const { people, channelId } = bot.workspace;
    const instead = new Map([
      [left.ids.kim, people.kim],
      [left.ids.channelId, channelId],
      // It must not have ended by the time that this runs.
      [left.acceptedUntil, farDay()],
    ]);
    await writeContent(bot.redis.prompt, left.content, instead);
    queue = new Queue(verificationQueueName, { connection: bot.redis.patient });
  });
  afterAll(async () => {
    await queue.close();
    await workers.endAll();
    await bot.close();
    await redis.close();
  });

  const names = () => bot.redis.prompt.hgetall(`xoap:{slack:${bot.workspace.teamId}}:names`);

  /** Asks as a bot of that version does, with what it put into the queue. */
  async function askAsBefore(name: string): Promise<void> {
    const ids = await names();
    const job = left.content.find(
      ({ key, kind, value }) =>
        /^bull:xoap-verifications:t-/.test(key) &&
        kind === 'hash' &&
        JSON.stringify(value).includes(ids['ready-eu'] ?? '-'),
    );
    if (job?.kind !== 'hash') throw new Error('Nobody asked for ready-eu');
    const data = JSON.parse(String(new Map(job.value).get('data'))) as object;
    const asked = { askedBy: bot.person.userId, conversationId: bot.workspace.channelId };
    const payload = { ...data, ...asked, connectionId: ids[name] };
    // Not a ticket: whoever takes it up does what it carries.
    await queue.add('verify', payload, { jobId: randomUUID(), attempts: 5 });
  }

  const rootsOf = async (text: string) =>
    (await bot.workspace.roots(bot.workspace.channelId)).filter((post) => post.text.includes(text));

  it('answers everything that was asked for, once each, while workers come and go', async () => {
    const [first = '', ...others] = loaded;
    const before = await workers.start();
    await askAsBefore(first);
    const after = workers.start();
    for (const name of others) await askAsBefore(name);
    await after;
    await end(before, 'SIGTERM');
    await addConnection(bot, awsValues('complete', 'new-eu'), { verdict: /new-eu can/, replies: 1 });

    for (const name of ['ready-eu', 'waiting-eu', 'replaced-eu', ...loaded])
      await rootWith(bot, `${name} can build`, { timeoutMs: 60_000 });
    await rootWith(bot, 'missing-eu cannot build', { timeoutMs: 60_000 });
    await rootWith(bot, 'Report');
    await idle(bot);
    for (const name of [...connections, 'Report']) expect(await rootsOf(name), name).toHaveLength(1);
  });

  it('reads everything that was stored', async () => {
    await bot.person.type('connection list');
    const list = readMessage(await bot.person.nextReply());
    for (const name of connections) expect(list).toContain(name);
    const [missing] = await rootsOf('missing-eu');
    expect(missing && readMessage(missing)).toContain('1 accepted by');
    expect(workers.log()).toContain('the worker is ready');
    for (const log of [workers.log(), bot.logs.join('\n')])
      expect(log).not.toMatch(/cannot be read|could not be done|has failed for good/);
    expect(await bot.redis.prompt.keys('*:unreadable')).toEqual([]);
    const failed = await queue.getFailed();
    expect(failed.map(({ failedReason }) => failedReason)).toEqual([]);
  });
});
