import { Redis } from 'ioredis';
import { openMetrics } from '../src/app/metrics/open-metrics.ts';
import { drain, ours } from './jobs.ts';
import { measure, type Row } from './measure.ts';
import {
  processorMs,
  type RunningProcess,
  residentMegabytes,
  startProcess,
  type startQuickSlack,
} from './processes.ts';
import { commandsSent, commandToModal } from './slack-load.ts';
import { startSlowCloud } from './slow-cloud.ts';
import { addConnections, type Setting, startWorkers, verifyAll } from './workers.ts';

const rounds = 5;
const verifications = 100;
const counting = { XOAP_METRICS: '1' };
/** Metrics are never told where chat comes in. */
const besideChat = { XOAP_HEALTH_PORT: '0' };
/** So many at once that what they wait for, as the pace of Slack, is waited for together. */
const together = { XOAP_WORKER_CONCURRENCY: '50' };

/** What some work takes of the processor of a process, in milliseconds, and what the process takes of memory then. */
async function taken(
  process: RunningProcess,
  work: () => Promise<unknown>,
): Promise<{ ms: number; mb: number }> {
  const before = await processorMs(process);
  await work();
  return { ms: (await processorMs(process)) - before, mb: await residentMegabytes(process) };
}

/** What a verification takes of the processor of a worker, and what the worker takes of memory. */
async function verifying(setting: Setting, more: Record<string, string>): Promise<number[]> {
  const [worker] = await startWorkers(setting, 1, { ...together, ...more });
  if (!worker) throw new Error('No worker');
  await verifyAll(setting, await addConnections(setting, verifications));
  const places = await addConnections(setting, verifications);
  const { ms, mb } = await taken(worker, () => verifyAll(setting, places));
  await worker.stop();
  await setting.redis.flushdb();
  return [ms / places.length, mb];
}

/** What metrics cost: jobs a second with them, against without, up to where a provider would be called. */
export async function jobsWithMetrics(redisUrl: string): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const goal = {
    name: 'jobs a second up to the call of a provider, with metrics, against without',
    unit: '/s',
    bar: { atLeast: 0.97 },
  };
  async function counted(): Promise<number[]> {
    const { metrics, close } = openMetrics({ XOAP_MAX_KEY_AGE_DAYS: 90 });
    const result = await drain(redis, () => ours(redis, metrics));
    await close();
    return result;
  }
  const uncounted = () => drain(redis, () => ours(redis));
  const rows = await measure([goal], { product: counted, baseline: uncounted }, 5 * rounds);
  await redis.quit();
  return rows;
}

type Slack = Awaited<ReturnType<typeof startQuickSlack>>;

/** Milliseconds from a command to its form, the processor time that a bot takes for it, and the memory of the bot. */
async function commanding(
  environment: Record<string, string>,
  slack: Slack,
  more: Record<string, string>,
): Promise<number[]> {
  const bot = await startProcess('dist/bot/main.mjs', {
    ...environment,
    ...besideChat,
    XOAP_PROCESS: 'bot',
    ...more,
  });
  await commandToModal(bot.url, slack);
  let half = 0;
  const { ms, mb } = await taken(bot, async () => {
    [half = Number.NaN] = await commandToModal(bot.url, slack);
  });
  await bot.stop();
  return [half, ms / commandsSent, mb];
}

/** A figure of the side that counts, by itself. */
function alone({
  name,
  unit,
  product,
  atMost,
}: Pick<Row, 'name' | 'unit' | 'product'> & { atMost: number }): Row {
  const reached = product <= atMost;
  return {
    name,
    unit,
    product,
    baseline: 0,
    compare: 'difference',
    result: product,
    bar: { atMost },
    reached,
  };
}

/** What metrics cost, and what processes are to be given: docs/sizing.md. */
export async function sizing(
  redisUrl: string,
  { environment, slack }: { readonly environment: Record<string, string>; readonly slack: Slack },
): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const setting = { redis, environment, cloud: await startSlowCloud('aws', 0) };
  const bar = { atMost: Number.POSITIVE_INFINITY };
  const [perVerification, ofWorker] = await measure(
    [
      {
        name: 'processor time of a worker for an AWS verification, with metrics, against without',
        unit: 'ms',
        bar: { atMost: 1.03 },
      },
      { name: 'memory', unit: 'MB', bar },
    ],
    { product: () => verifying(setting, counting), baseline: () => verifying(setting, {}) },
    rounds,
  );
  const [acknowledgement, perCommand, ofBot] = await measure(
    [
      {
        name: 'slash command to views.open, 50 in flight, p50, with metrics, against without',
        unit: 'ms',
        bar: { atMost: 1.03 },
      },
      { name: 'processor', unit: 'ms', bar },
      { name: 'memory', unit: 'MB', bar },
    ],
    {
      product: () => commanding(environment, slack, counting),
      baseline: () => commanding(environment, slack, {}),
    },
    rounds,
  );
  await setting.cloud.stop();
  await redis.quit();
  const figure = (name: string, unit: string, row: Row | undefined, atMost: number) =>
    alone({ name, unit, product: row?.product ?? Number.NaN, atMost });
  return [
    ...[perVerification, acknowledgement].flatMap((row) => row ?? []),
    figure('memory of a worker, 50 verifications at once', 'MB', ofWorker, 410),
    figure('processor time of a bot for a command that opens a form', 'ms', perCommand, 10),
    figure('memory of a bot, 50 commands in flight', 'MB', ofBot, 410),
  ];
}
