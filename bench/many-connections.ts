import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { createRedisConnectionStore } from '../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../adapters/redis/history.ts';
import { keysOf } from '../adapters/redis/keys.ts';
import { createReportQueue } from '../jobs/reports/report-queue.ts';
import { connectionList } from '../src/chat/connections/connection-list.ts';
import { homeMessage } from '../src/chat/home.ts';
import { loadProviders } from '../src/providers/registry.ts';
import { connectionOf } from '../test/support/findings.ts';
import { silent } from '../test/support/silent.ts';
import { unnoted } from '../test/support/unnoted.ts';
import { type Goal, measure, type Row } from './measure.ts';
import { nodeFlags, residentMegabytes } from './processes.ts';

const [many, few] = [20_000, 200];
const workspaceOf = (count: number) => `slack:T${count}`;
const actorOf = (count: number) => ({ workspaceId: workspaceOf(count), userId: 'U1' });
const sampledMs = 100;

/** Stores connections as they stand after they were added, many in one exchange. */
async function store(redis: Redis, count: number): Promise<void> {
  const workspaceId = workspaceOf(count);
  const { connectionNames, connections } = keysOf(workspaceId);
  const writing = redis.pipeline();
  for (let index = 0; index < count; index += 1) {
    const name = `prod-${String(index).padStart(5, '0')}`;
    // Each stands for an account of its own: those of one account wait for each other.
    const target = { region: 'eu-central-1' };
    const connection = connectionOf({ id: `c-${name}`, workspaceId, name, target });
    writing.hset(connectionNames, name, connection.id);
    writing.hset(connections, connection.id, JSON.stringify({ ...connection, v: 1 }));
  }
  await writing.exec();
}

/** Milliseconds that a list, a search, and a Home take. */
async function lookedAt(redis: Redis, count: number): Promise<number[]> {
  const dependencies = {
    providers: await loadProviders(),
    store: createRedisConnectionStore(redis, unnoted),
    history: createRedisHistory(redis, unnoted),
    now: () => new Date(),
    schedules: { list: async () => [] },
    commandWord: '/xoap',
  };
  const timed = async (look: () => Promise<unknown>) => {
    const started = performance.now();
    for (let time = 0; time < 20; time += 1) await look();
    return (performance.now() - started) / 20;
  };
  return [
    await timed(() => connectionList(dependencies, actorOf(count), { match: '', offset: 0 })),
    await timed(() => connectionList(dependencies, actorOf(count), { match: 'prod', offset: 0 })),
    await timed(() => homeMessage(dependencies, actorOf(count))),
  ];
}

/** A process that makes reports, and what it says. */
async function startReportWorker(redisUrl: string) {
  const child: ChildProcess = spawn(process.execPath, [...nodeFlags, 'bench/report-worker.ts'], {
    env: { PATH: process.env.PATH, REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  await once(lines, 'line');
  return { child, nextLine: () => once(lines, 'line') };
}

/** One report: milliseconds a connection, the most megabytes of its worker, and the most jobs in Redis. */
async function reported(redis: Redis, redisUrl: string, count: number): Promise<number[]> {
  const [worker, queue] = await Promise.all([startReportWorker(redisUrl), createReportQueue(redis, silent)]);
  const most = { megabytes: 0, jobs: 0 };
  const sampling = setInterval(async () => {
    const [megabytes, jobs] = await Promise.all([
      residentMegabytes(worker),
      redis.eval("return #redis.call('KEYS', 'bull:xoap-report-checks-aws:r-*')", 0),
    ]);
    most.megabytes = Math.max(most.megabytes, megabytes);
    most.jobs = Math.max(most.jobs, Number(jobs));
  }, sampledMs);
  const started = performance.now();
  await queue.request({ workspaceId: workspaceOf(count), askedBy: 'U1', conversationId: `C${started}` });
  await worker.nextLine();
  const elapsed = performance.now() - started;
  clearInterval(sampling);
  worker.child.kill();
  await Promise.all([once(worker.child, 'exit'), queue.close()]);
  return [elapsed / count, most.megabytes, most.jobs];
}

const ratio = (name: string): Goal => ({ name, unit: 'ms', bar: { atMost: 2 } });

/** 20,000 connections of a workspace against 200: what is looked at costs the same, and a report no more a connection. */
export async function manyConnections(redisUrl: string): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  await Promise.all([store(redis, many), store(redis, few)]);
  const looks = await measure(
    [
      ratio('list of 20,000 connections, against 200'),
      {
        name: 'search in 20,000 connections, over one in 200',
        unit: 'ms',
        bar: { atMost: 30 },
        compare: 'difference',
      },
      ratio('Home of 20,000 connections, against 200'),
    ],
    { product: () => lookedAt(redis, many), baseline: () => lookedAt(redis, few) },
  );
  const reports = await measure(
    [
      ratio('report on 20,000 connections whose provider answers at once, a connection, against 200'),
      {
        name: 'the most that its worker takes',
        unit: 'MB',
        bar: { atMost: 300 },
        compare: 'difference',
      },
      {
        name: 'the most checks of it that are in Redis',
        unit: 'jobs',
        bar: { atMost: 520 },
        compare: 'difference',
      },
    ],
    {
      product: () => reported(redis, redisUrl, many),
      // The bounds are held against nothing.
      baseline: async () => [...(await reported(redis, redisUrl, few)).slice(0, 1), 0, 0],
    },
    1,
  );
  await redis.flushdb();
  await redis.quit();
  return [...looks, ...reports];
}
