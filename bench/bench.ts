import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { startRedisChild } from '../test/support/redis-child.ts';
import { awsVerification } from './aws-verification.ts';
import { commandLine } from './command-line.ts';
import { jobsPerSecond } from './jobs.ts';
import { keylessVerifications } from './keyless.ts';
import { manyConnections } from './many-connections.ts';
import { measure, type Row } from './measure.ts';
import { otherVerifications } from './other-verifications.ts';
import { environmentFor, nodeFlags, residentMegabytes, startProcess, startQuickSlack } from './processes.ts';
import results from './results.json' with { type: 'json' };
import { jobsWithMetrics, sizing } from './sizing.ts';
import { commandToModal, submissionToAck } from './slack-load.ts';
import { storedConnections } from './stored-connections.ts';
import { workerMemory, workers } from './workers.ts';

/** As `npm start` starts it. */
const bot = 'dist/bot/main.mjs';
const bare = 'bench/bare-bot.ts';

type Setting = {
  readonly environment: Record<string, string>;
  readonly slack: Awaited<ReturnType<typeof startQuickSlack>>;
};

async function requests({ environment, slack }: Setting): Promise<Row[]> {
  const product = await startProcess(bot, { ...environment, XOAP_PROCESS: 'bot' });
  const baseline = await startProcess(bare, environment);
  const key = environment.XOAP_ENCRYPTION_KEYS ?? '';
  const opened = await measure(
    [
      { name: 'slash command to views.open, 50 in flight, p50', unit: 'ms', bar: { atMost: 1.3 } },
      { name: 'slash command to views.open, 50 in flight, p99', unit: 'ms', bar: { atMost: 1.3 } },
    ],
    {
      product: () => commandToModal(product.url, slack),
      baseline: () => commandToModal(baseline.url, slack),
    },
  );
  const submitted = await measure(
    [
      {
        name: 'submission validated, sealed, stored, queued, acknowledged, p99, over a bare ack',
        unit: 'ms',
        bar: { atMost: 100 },
        compare: 'difference',
      },
    ],
    { product: () => submissionToAck(product.url, key), baseline: () => submissionToAck(baseline.url, key) },
  );
  await Promise.all([product.stop(), baseline.stop()]);
  // What was queued here must not be worked on in the rows that follow.
  await redis.flush();
  return [...opened, ...submitted];
}

/** How long a process takes until it serves, and its memory after two seconds of nothing to do. */
async function startAndIdle({ environment }: Setting, file: string, flags: readonly string[] = []) {
  const running = await startProcess(file, environment, flags);
  await wait(2_000);
  const memory = await residentMegabytes(running);
  await running.stop();
  return [running.startMs, memory];
}

function startAndMemory(setting: Setting): Promise<Row[]> {
  const goals = [
    { name: 'start until ready, against bare Bolt and BullMQ', unit: 'ms', bar: { atMost: 1.3 } },
    { name: 'idle resident memory, against bare Bolt and BullMQ', unit: 'MB', bar: { atMost: 1.3 } },
  ];
  return measure(goals, {
    product: () => startAndIdle(setting, bot, nodeFlags),
    baseline: () => startAndIdle(setting, bare),
  });
}

function describe({ name, unit, product, baseline, compare, result, bar, reached }: Row): string {
  const goal = 'atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`;
  const how = compare === 'ratio' ? '×' : unit;
  const figures = `${product.toFixed(1)} ${unit} to ${baseline.toFixed(1)} ${unit}`;
  return `${reached ? 'reached' : 'MISSED '}  ${result.toFixed(2)} ${how} (${goal})  ${name}: ${figures}`;
}

const redis = await startRedisChild();
const slack = await startQuickSlack();
const setting = { environment: environmentFor(slack.apiUrl, redis.url), slack };
/** What can be measured by itself: `npm run bench -- start many`. The others keep the figures that they had. */
const groups: Readonly<Record<string, () => Promise<Row[]>>> = {
  requests: () => requests(setting),
  aws: awsVerification,
  others: otherVerifications,
  keyless: () => keylessVerifications(redis.url),
  cli: commandLine,
  jobs: () => jobsPerSecond(redis.url),
  start: () => startAndMemory(setting),
  stored: () => storedConnections(redis.url),
  many: () => manyConnections(redis.url),
  workers: () => workers(redis.url, setting.environment),
  memory: () => workerMemory(redis.url, setting.environment),
  metrics: () => jobsWithMetrics(redis.url),
  sizing: () => sizing(redis.url, setting),
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !groups[name]);
try {
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(', ')}. There are: ${Object.keys(groups).join(', ')}.`);
  const measured: Row[] = [];
  for (const [name, run] of Object.entries(groups))
    if (wanted.length === 0 || wanted.includes(name)) measured.push(...(await run()));
  console.log('Medians of alternating rounds: product to baseline\n');
  for (const row of measured) console.log(describe(row));
  const known = wanted.length > 0 ? (results.rows as readonly Row[]) : [];
  const rows = [
    ...known.map((row) => measured.find(({ name }) => name === row.name) ?? row),
    ...measured.filter(({ name }) => !known.some((row) => row.name === name)),
  ];
  const machine = { node: process.version, cores: cpus().length, processor: cpus()[0]?.model ?? '' };
  const stored = { measuredAt: new Date().toISOString(), machine, rows };
  await writeFile('bench/results.json', `${JSON.stringify(stored, null, 2)}\n`);
  process.exitCode = measured.every(({ reached }) => reached) ? 0 : 1;
} finally {
  slack.close();
  await redis.close();
}
