import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { freePort } from '../../simulations/free-port.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { createSlackPerson } from '../../simulations/slack/person.ts';
import { botToken, signingSecret } from '../../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import { startRedisChild } from '../support/redis-child.ts';

// The images as docker-compose.yml starts them: a bot of the one for bots, and a worker, each as the user node on a read-only tree, with
// its settings.
// Two of these differ: addresses are on this machine, and NODE_ENV is not production, which refuses a Slack that is not Slack.

const [image = '', botImage = ''] = process.argv.slice(2);
const compose = parse(await readFile('docker-compose.yml', 'utf8'), { merge: true });
const say = (text: string) => process.stdout.write(`image: ${text}\n`);

type Running = { readonly child: ChildProcess; log(): string };
const started: Running[] = [];

/** Runs a command of the image as its own user, on its tree mounted read-only, with a /tmp in memory. */
function run(command: string[], environment: Record<string, string>, tree = image): Running {
  const script = `
mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount -t tmpfs tmpfs "$0/tmp"
mount --bind /proc "$0/proc" && mount --bind /dev "$0/dev"
exec unshare --root="$0" --wd=/app --setgid=1000 --setuid=1000 "$@"`;
  const child = spawn('unshare', ['--mount', 'sh', '-e', '-c', script, tree, ...command], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      NODE_COMPILE_CACHE: '/app/.compile-cache',
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const running = { child, log: () => log };
  started.push(running);
  return running;
}

async function ended({ child, log }: Running): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode === null) throw new Error(`It was ended by ${child.signalCode}:\n${log()}`);
  return child.exitCode;
}

function expect(what: string, isTrue: boolean): void {
  if (!isTrue) throw new Error(`Not so: ${what}`);
  say(what);
}

const [redis, workspace, clouds, port, botHealth, workerHealth] = await Promise.all([
  startRedisChild(),
  startSlackWorkspace(),
  startSimulatedClouds(),
  freePort(),
  freePort(),
  freePort(),
]);
const person = await createSlackPerson(workspace, `http://127.0.0.1:${port}`);
const here = {
  NODE_ENV: 'development',
  REDIS_URL: redis.url,
  XOAP_HOST: '127.0.0.1',
  XOAP_PORT: String(port),
  XOAP_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
  SLACK_BOT_TOKEN: botToken,
  SLACK_SIGNING_SECRET: signingSecret,
  SLACK_API_URL: workspace.apiUrl,
  AWS_ENDPOINT_URL: clouds.environment.AWS_ENDPOINT_URL,
};
const settingsOf = (service: string, healthPort: number): Record<string, string> => ({
  ...compose.services[service].environment,
  ...here,
  XOAP_HEALTH_PORT: String(healthPort),
});
const processes = [
  { name: 'bot', tree: botImage, health: port, settings: settingsOf('bot', botHealth) },
  { name: 'worker', tree: image, health: workerHealth, settings: settingsOf('worker', workerHealth) },
];

try {
  const running = processes.map(({ name, settings, tree }) =>
    run(compose.services[name].command ?? ['node', 'dist/bot/main.mjs'], settings, tree),
  );
  for (const [index, { name, health }] of processes.entries()) {
    await until(`/readyz of the ${name}`, async () => {
      const { child, log } = running[index] as Running;
      if (child.exitCode !== null) throw new Error(`The ${name} ended:\n${log()}`);
      return fetch(`http://127.0.0.1:${health}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    say(`the ${name} answers /readyz`);
  }
  for (const { name, settings, tree } of processes) {
    const status = await ended(run(compose.services[name].healthcheck.test.slice(1), settings, tree));
    expect(`the health check of the ${name} passes`, status === 0);
  }
  // No real cloud is called, to look whether it is reached either.
  const local = { ...processes[0]?.settings, ...clouds.settings };
  const doctor = run(['xoap', 'doctor'], local);
  expect('xoap doctor finds nothing wrong', (await ended(doctor)) === 0);
  const isWritable = run(['node', '--eval', "fs.writeFileSync('/app/x', '')"], {});
  expect('its tree is read-only', (await ended(isWritable)) !== 0);
  for (const shell of ['sh', 'bash', 'npm']) {
    const isThere = run(['node', '--eval', `child_process.execFileSync('${shell}', ['--version'])`], {});
    expect(`there is no ${shell}`, (await ended(isThere)) !== 0);
  }
  const licences = run(
    ['node', '--eval', "fs.statSync('THIRD-PARTY-LICENSES'); JSON.parse(fs.readFileSync('sbom.cdx.json'))"],
    {},
  );
  expect('its licences and its list of packages are in it', (await ended(licences)) === 0);
  const drawing = (tree: string) =>
    run(
      [
        'node',
        '--eval',
        "const c = require('@napi-rs/canvas'); c.GlobalFonts.registerFromPath(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), 'f'); c.createCanvas(9, 9).toBuffer('image/png')",
      ],
      {},
      tree,
    );
  expect('it draws pictures', (await ended(drawing(image))) === 0);
  expect('the one for bots does not', (await ended(drawing(botImage))) !== 0);

  await person.type('connection add aws');
  const { id, secret } = demoKeys.complete;
  const view = await person.viewAfter(1);
  const values = { name: 'prod-eu', 'aws.region': 'eu-central-1', 'aws.accessKeyId': id };
  await person.submit(view, { ...values, 'aws.secretAccessKey': secret });
  const verdict = await until('the verdict', async () => {
    const roots = await workspace.roots(workspace.channelId);
    return roots.find(({ text }) => text.includes('prod-eu can build images'));
  });
  say(`it verifies a connection: ${verdict.text}`);

  for (const [index, { name }] of processes.entries()) {
    const process = running[index] as Running;
    process.child.kill('SIGTERM');
    expect(`the ${name} ends in order on SIGTERM`, (await ended(process)) === 0);
  }
} finally {
  for (const { child } of started) if (child.exitCode === null) child.kill('SIGKILL');
  await person.close();
  await Promise.all([redis.close(), workspace.close(), clouds.close()]);
}
