import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startAwsCloud } from '../simulations/aws/cloud.ts';
import { demoAccounts } from '../simulations/aws/demo-accounts.ts';
import { freePort } from '../simulations/free-port.ts';
import { createSlackPerson } from '../simulations/slack/person.ts';
import { tellOfPosts } from '../simulations/slack/posted-events.ts';
import { botToken, signingSecret } from '../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../simulations/slack/workspace.ts';
import { until } from '../simulations/until.ts';
import { startRedisChild } from '../test/support/redis-child.ts';
import { awsValues } from '../test/support/scenario.ts';
import { accountFor, isGood } from './soak/account.ts';
import { createChance } from './soak/chance.ts';
import { bringFaults, type Injected } from './soak/faults.ts';
import { addConnections, type Done, scheduleReports, typeCommands } from './soak/load.ts';
import { createMortal } from './soak/process.ts';
import { clickTwins, twinsIn } from './soak/twins.ts';

// `npm run soak -- --minutes 10 --seed 7`: the bot, two workers and Redis as processes, a local Slack that errs, a local AWS;
// people use it while processes are killed. At the end everything that was accepted has its answer, or the status is 1. With
// `--told` Slack tells the bot of its own messages, and nothing may stand twice; else each twin is clicked, and has to point to
// the message that counts.

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '7' },
    told: { type: 'boolean', default: false },
  },
});
const { told: isTold } = values;
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0 && minutes <= 120) || !Number.isInteger(seed)) {
  console.error('--minutes takes a number up to 120, --seed a whole number');
  process.exit(64);
}
/** Milliseconds in which everything that waits is worked off once the faults are over. */
const drainMs = 180_000;
const say = (text: string) => console.log(text);

const [redis, workspace, cloud, port] = await Promise.all([
  startRedisChild(),
  startSlackWorkspace(),
  startAwsCloud(demoAccounts()),
  freePort(),
]);
const environment = {
  SLACK_BOT_TOKEN: botToken,
  SLACK_SIGNING_SECRET: signingSecret,
  SLACK_API_URL: workspace.apiUrl,
  AWS_ENDPOINT_URL: cloud.url,
  REDIS_URL: redis.url,
  XOAP_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
  XOAP_PORT: String(port),
  XOAP_HEALTH_PORT: '0',
  XOAP_MAX_WAITING_PER_PERSON: '1000',
  XOAP_REPORT_SPREAD_SECONDS: '0',
};
const bot = createMortal('bot', { ...environment, XOAP_PROCESS: 'bot' }, 'the bot is ready');
const workers = [1, 2].map((index) =>
  createMortal(`worker ${index}`, { ...environment, XOAP_PROCESS: 'worker' }, 'the worker is ready'),
);
const mortals = [bot, ...workers];
await Promise.all(mortals.map(({ start }) => start()));

const botUrl = `http://127.0.0.1:${port}`;
if (isTold) workspace.granted.push('chat:write', 'metadata.message:read');
const telling = isTold ? tellOfPosts(workspace, botUrl) : undefined;
const [person, other] = await Promise.all([
  createSlackPerson(workspace, botUrl),
  createSlackPerson(workspace, botUrl, { userId: workspace.people.lee }),
]);
const roots = () => workspace.roots(workspace.channelId);
for (const index of [0, 1, 2]) {
  const draws = person.draws();
  await person.type('connection add aws');
  const base = { ...awsValues('complete', `base-${index}`), tags: 'few' };
  await person.submit(await person.viewAfter(draws + 1), base);
  await until('a connection', async () =>
    (await roots()).some(({ text }) => text.includes(`base-${index} can build`)),
  );
}

const administrator = new Redis(redis.url, { maxRetriesPerRequest: null });
administrator.on('error', () => undefined);
const usedMegabytes = async () =>
  Number(/used_memory:(\d+)/.exec(await administrator.info('memory'))?.[1]) / 2 ** 20;
const redisBefore = await usedMegabytes();

const end = Date.now() + minutes * 60_000;
const isOver = () => Date.now() > end;
const sampling = setInterval(() => {
  for (const { sample } of mortals) void sample();
}, 2_000);
say(`${minutes} minutes with seed ${seed}${isTold ? ', told of what was posted' : ''}: load, and faults …`);
const done: Done = { added: [], reports: 0, scheduled: [], clicks: 0, commands: 0, refused: 0 };
await scheduleReports({ person, workspace, done }, end);
const injected: Injected = {};
const account = () => accountFor(done, workspace, injected);
const waiting = () => {
  const { accepted, answered } = account();
  return accepted - answered;
};
const load = { person, other, workspace, isOver, waiting, done };
await Promise.all([
  addConnections({ ...load, chance: createChance(seed) }),
  typeCommands({ ...load, chance: createChance(seed + 1) }),
  bringFaults({ bot, workers, redis, workspace, isOver, injected, chance: createChance(seed + 2) }),
]);
const drainEnd = Date.now() + drainMs;
const isDrained = () => waiting() === 0 && (telling?.waiting() ?? 0) === 0;
while (!isDrained() && Date.now() < drainEnd) await wait(500);
clearInterval(sampling);

const result = account();
if (!isTold) await clickTwins(workspace, other);
const isMended = await until('the twins to point', () => twinsIn(workspace).clickable === 0).catch(
  () => false,
);
const leftTwins = twinsIn(workspace);
const growth = (await usedMegabytes()) - redisBefore;
say(
  `\naccepted ${result.accepted}, answered ${result.answered}, lost ${result.lost.length}, stuck ${result.stuck.length}, wrong ${result.wrong.length}`,
);
say(`twins ${result.twins}, of ${result.excuses} lost answers and kills that may have led to one`);
for (const text of leftTwins.texts.slice(0, 20)) say(`twin: ${text.split('\n', 1)[0]}`);
say(`after a click in each: ${leftTwins.clickable} of those with buttons, ${leftTwins.all} in all`);
say(
  `among them reports ${done.reports + done.scheduled.length}; beside them commands ${done.commands}, clicks ${done.clicks}, refused while something was away ${done.refused}`,
);
say(
  `faults: ${Object.entries(injected)
    .map(([kind, count]) => `${kind} ×${count}`)
    .join(', ')}`,
);
for (const { name, megabytes } of mortals)
  say(
    `memory of the ${name}: ${megabytes[0]} MB at first, ${Math.max(...megabytes)} at most, ${megabytes.at(-1)} at last`,
  );
say(
  `Redis grew by ${growth.toFixed(1)} MB, ${((growth * 1_024) / Math.max(1, done.added.length)).toFixed(1)} KB a connection`,
);
for (const { name, ends } of mortals) for (const log of ends) say(`the ${name} ended by itself:\n${log}`);
for (const what of ['lost', 'stuck', 'wrong'] as const)
  for (const name of result[what].slice(0, 20)) say(`${what}: ${name}`);

await Promise.all([person.close(), other.close()]);
const closing = await Promise.all(
  mortals.map(async (mortal) => {
    const from = Date.now();
    await mortal.end('SIGTERM');
    return Date.now() - from;
  }),
);
say(`ended within ${(Math.max(...closing) / 1_000).toFixed(1)} s`);
administrator.disconnect();
telling?.close();
await Promise.all([workspace.close(), cloud.close(), redis.close()]);
const isRight = isMended && isGood(result, { isTold }) && Math.max(...closing) < 20_000;
say(isRight ? 'It holds.' : 'It does NOT hold.');
process.exit(isRight ? 0 : 1);
