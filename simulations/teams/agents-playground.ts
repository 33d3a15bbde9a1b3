import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startBotProcess } from '../bot-process.ts';
import { freePort } from '../free-port.ts';
import { startSimulatedClouds } from '../simulated-clouds.ts';
import { until } from '../until.ts';
import { clientId } from './tenant.ts';

const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('@microsoft/m365agentsplayground/package.json')), 'cli.js');
const loopbackOnly = join(import.meta.dirname, 'loopback-only.cjs');

/** The tenant that the playground says its people are of. */
const playgroundTenant = '00000000-0000-0000-0000-0000000000001';

/** Where the playground listens, before it is started: the bot has to know. */
async function playgroundAddress(port?: number) {
  const own = port ?? (await freePort());
  return { port: own, url: `http://localhost:${own}`, connectorUrl: `http://localhost:${own}/_connector` };
}

/** Starts Microsoft's Agents Playground against a bot; it sends requests without tokens, so loopback only. */
async function startAgentsPlayground({ port, url }: { port: number; url: string }, botUrl: string) {
  const settings = [
    '-e',
    `${botUrl}/api/messages`,
    '-c',
    'msteams',
    '-p',
    String(port),
    '--disable-telemetry',
  ];
  const child = spawn(process.execPath, ['--require', loopbackOnly, program, 'start', ...settings], {
    // It would open a browser window.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, BROWSER: 'none', CI: 'true' },
    // It leaves files where it runs.
    cwd: tmpdir(),
    stdio: 'ignore',
  });
  await until('the playground', async () => {
    if (child.exitCode !== null) throw new Error(`The playground ended with status ${child.exitCode}`);
    return fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return {
    async close() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The whole product for Teams on loopback: simulated clouds, the bot as a process, and the playground as Teams. */
export async function startPlaygroundBot(port?: number) {
  const [clouds, address] = await Promise.all([startSimulatedClouds(), playgroundAddress(port)]);
  const botPort = await freePort();
  const environment = {
    ...clouds.environment,
    ...clouds.settings,
    TEAMS_CLIENT_ID: clientId,
    TEAMS_ALLOWED_TENANTS: playgroundTenant,
    TEAMS_PLAYGROUND_URL: address.connectorUrl,
    // As a reverse proxy would, for the pictures.
    XOAP_PUBLIC_URL: `http://localhost:${botPort}`,
  };
  const bot = await startBotProcess(environment, botPort);
  const playground = await startAgentsPlayground(address, bot.url);
  return {
    clouds,
    bot,
    url: address.url,
    async close() {
      await playground.close();
      await bot.close();
      await clouds.close();
    },
  };
}
