import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './slack-workspace.ts';
import { until } from './until.ts';

const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('@microsoft/m365agentsplayground/package.json')), 'cli.js');
const loopbackOnly = join(import.meta.dirname, 'loopback-only.cjs');

/** The tenant that the playground says its people are of. */
export const playgroundTenant = '00000000-0000-0000-0000-0000000000001';

/** Where the playground listens, before it is started: the bot has to know. */
export async function playgroundAddress(port?: number) {
  const own = port ?? (await freePort());
  return { port: own, url: `http://localhost:${own}`, connectorUrl: `http://localhost:${own}/_connector` };
}

/** Starts Microsoft's Agents Playground against a bot; it sends requests without tokens, so loopback only. */
export async function startAgentsPlayground({ port, url }: { port: number; url: string }, botUrl: string) {
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
