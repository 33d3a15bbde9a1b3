import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createRedisConnectionStore } from '../adapters/redis/connection-store.ts';
import { createReportQueue } from '../jobs/reports/report-queue.ts';
import { createTurns } from '../jobs/verifications/turns.ts';
import { createVerificationQueue } from '../jobs/verifications/verification-queue.ts';
import { demoKeys } from '../simulations/aws/demo-accounts.ts';
import { until } from '../simulations/until.ts';
import { createCipher } from '../src/connections/cipher.ts';
import { connectionOf } from '../test/support/findings.ts';
import { silent } from '../test/support/silent.ts';
import { unnoted } from '../test/support/unnoted.ts';
import { measure, type Row } from './measure.ts';
import { nodeFlags, type RunningProcess, residentMegabytes, startProcess } from './processes.ts';
import { type SlowCloud, startSlowCloud } from './slow-cloud.ts';
import { median } from './statistics.ts';

/** What workers are given to do, and where. */
export type Setting = {
  readonly redis: Redis;
  readonly environment: Record<string, string>;
  readonly cloud: SlowCloud;
};

/** Workspaces among which what is verified is shared out, since one of them never holds all there is. */
const workspaces = 16;
const workspaceAt = (index: number) => `slack:T${index % workspaces}`;
const { id: accessKeyId, secret: secretAccessKey } = demoKeys.complete;
const region = 'eu-central-1';
const freely = { person: 1_000_000, workspace: 1_000_000 };

/** Stores so many connections that can be verified; of one workspace, or of all. */
export async function addConnections(
  { redis, environment }: Setting,
  count: number,
  workspaceOf = workspaceAt,
): Promise<{ workspaceId: string; connectionId: string }[]> {
  const store = createRedisConnectionStore(redis, unnoted);
  const cipher = createCipher([Buffer.from(environment.XOAP_ENCRYPTION_KEYS ?? '', 'base64')]);
  return Promise.all(
    Array.from({ length: count }, async (_none, index) => {
      const [workspaceId, connectionId] = [workspaceOf(index), randomUUID()];
      const place = { workspaceId, connectionId };
      const sealed = await cipher.seal({ region, accessKeyId, secretAccessKey }, place);
      const named = { id: connectionId, workspaceId, name: connectionId, target: { region } };
      await store.create({ connection: connectionOf(named), sealed, once: connectionId });
      return place;
    }),
  );
}

/** Has these connections verified, and resolves once all are. */
export async function verifyAll(
  { redis }: Setting,
  places: readonly { workspaceId: string; connectionId: string }[],
): Promise<void> {
  const queue = await createVerificationQueue(redis, silent, freely);
  const turns = createTurns(redis);
  for (const place of places)
    await queue.request({ ...place, askedBy: 'U1', conversationId: place.connectionId, trigger: 'command' });
  await until(
    'the end of all verifications',
    async () => (await turns.waiting()) === 0 && (await turns.tickets()).length === 0,
    3_600_000,
  );
  await queue.close();
}

export function startWorkers(
  { environment, cloud }: Setting,
  count: number,
  more: Record<string, string> = {},
): Promise<RunningProcess[]> {
  const settings = { ...environment, AWS_ENDPOINT_URL: cloud.url, XOAP_PROCESS: 'worker', ...more };
  return Promise.all(
    Array.from({ length: count }, () => startProcess('dist/bot/main.mjs', settings, nodeFlags)),
  );
}

/** Verifications a second of so many workers, each with two at a time. */
async function perSecond(setting: Setting, count: number): Promise<number[]> {
  const workers = await startWorkers(setting, count, { XOAP_WORKER_CONCURRENCY: '2' });
  // What is loaded when it is first used is loaded before.
  await verifyAll(setting, await addConnections(setting, count * 4));
  const places = await addConnections(setting, count * 20);
  const started = performance.now();
  await verifyAll(setting, places);
  const seconds = (performance.now() - started) / 1_000;
  await Promise.all(workers.map((worker) => worker.stop()));
  await setting.redis.flushdb();
  return [places.length / seconds];
}

/** Milliseconds until a verification is over that somebody asks for, as the median of some, one after the other. */
async function asked(setting: Setting): Promise<number> {
  const spent: number[] = [];
  for (const place of await addConnections(setting, 8)) {
    const started = performance.now();
    await verifyAll(setting, [place]);
    spent.push(performance.now() - started);
  }
  return median(spent);
}

/** The same while a report verifies many connections, and while nothing else is done. */
async function askedMeanwhile(setting: Setting, reported: number): Promise<number[]> {
  const [worker] = await startWorkers(setting, 1);
  await asked(setting);
  if (reported > 0) {
    const workspaceId = 'slack:TREPORT';
    await addConnections(setting, reported, () => workspaceId);
    const reports = await createReportQueue(setting.redis, silent);
    await reports.request({ workspaceId, askedBy: 'U2', conversationId: 'C2' });
    await until(
      'the checks',
      async () => (await setting.redis.llen('bull:xoap-report-checks-aws:active')) > 0,
    );
    await reports.close();
  }
  const spent = await asked(setting);
  await worker?.stop();
  await setting.redis.flushdb();
  return [spent];
}

/**
 * Megabytes that a worker takes after some verifications and a pause, and after many more: each the median of five moments a
 * hundred verifications apart, since what it takes changes by ten megabytes with when garbage was last collected.
 */
async function memoryAfter(setting: Setting, few: number, many: number): Promise<[number, number]> {
  const [worker] = await startWorkers(setting, 1);
  if (!worker) throw new Error('No worker');
  const places = await addConnections(setting, 100);
  const verify = async (count: number) => {
    for (let done = 0; done < count; done += places.length) await verifyAll(setting, places);
  };
  const after = async (count: number) => {
    await verify(count);
    const moments: number[] = [];
    while (moments.length < 5) {
      await verify(places.length);
      await wait(2_000);
      moments.push(await residentMegabytes(worker));
    }
    return median(moments);
  };
  const grown: [number, number] = [await after(few), await after(many)];
  await worker.stop();
  await setting.redis.flushdb();
  return grown;
}

const answerMs = 80;

/** How much more several workers do than one, and who waits for whom. */
export async function workers(redisUrl: string, environment: Record<string, string>): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const slow: Setting = { redis, environment, cloud: await startSlowCloud('aws', answerMs) };
  const rows: Row[] = [];
  for (const [count, atLeast] of [
    [2, 1.8],
    [4, 3.2],
  ] as const)
    rows.push(
      ...(await measure(
        [{ name: `${count} workers against one, ${answerMs} ms an answer`, unit: '/s', bar: { atLeast } }],
        { product: () => perSecond(slow, count), baseline: () => perSecond(slow, 1) },
        1,
      )),
    );
  rows.push(
    ...(await measure(
      [
        {
          name: 'a verification that somebody asks for while a report verifies 1,000 connections, against an idle worker',
          unit: 'ms',
          bar: { atMost: 1.5 },
        },
      ],
      { product: () => askedMeanwhile(slow, 1_000), baseline: () => askedMeanwhile(slow, 0) },
      1,
    )),
  );
  await slow.cloud.stop();
  await redis.quit();
  return rows;
}

/** What stays in the memory of a worker. */
export async function workerMemory(redisUrl: string, environment: Record<string, string>): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const quick: Setting = { redis, environment, cloud: await startSlowCloud('aws', 0) };
  const [before, after] = await memoryAfter(quick, 1_000, 10_000);
  const name = 'memory of a worker after 10,000 verifications more, over that after 1,000';
  const [bar, result] = [{ atMost: 10 }, after - before];
  const figures = { product: after, baseline: before, compare: 'difference', result } as const;
  await quick.cloud.stop();
  await redis.quit();
  return [{ name, unit: 'MB', bar, ...figures, reached: result <= bar.atMost }];
}
