import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import packageFile from '../package.json' with { type: 'json' };
import { freePort } from '../simulations/free-port.ts';
import { botToken, signingSecret } from '../simulations/slack/seed.ts';
import { until } from '../simulations/until.ts';

export type RunningProcess = {
  readonly child: ChildProcess;
  readonly url: string;
  readonly startMs: number;
  stop(): Promise<void>;
};

/** A Slack that answers at once and tells when a modal with a given trigger was opened. */
export async function startQuickSlack() {
  const waiting = new Map<string, (at: number) => void>();
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const trigger = /trigger_id=([^&]+)/.exec(text)?.[1];
    if (trigger) waiting.get(decodeURIComponent(trigger))?.(performance.now());
    const answer = { ok: true, team_id: 'T1', user_id: 'U1', bot_id: 'B1', ts: '1.1', channel: 'C1' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    /** When `views.open` comes with this trigger. */
    opening: (trigger: string) => new Promise<number>((resolve) => waiting.set(trigger, resolve)),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What `npm start` and workers in containers start Node with; a bot alone is quicker without. */
export const nodeFlags = packageFile.scripts.start.match(/--max-semi\S+/g) ?? [];

/** Starts a program as a process of its own and waits until it serves. */
export async function startProcess(
  file: string,
  environment: Record<string, string>,
  flags: readonly string[] = [],
): Promise<RunningProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, [...flags, file], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...environment,
      XOAP_PORT: String(port),
      // Where a worker tells of its health.
      XOAP_HEALTH_PORT: environment.XOAP_HEALTH_PORT ?? String(port),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until(`${file}`, () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  const startMs = performance.now() - started;
  return {
    child,
    url,
    startMs,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resident memory in megabytes. */
export async function residentMegabytes({ child }: Pick<RunningProcess, 'child'>): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Milliseconds of processor time that a process has taken, in hundredths of a second as Linux counts them. */
export async function processorMs({ child }: Pick<RunningProcess, 'child'>): Promise<number> {
  // What stands before is the name of the program, in brackets: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const [, fields = ''] = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) * 10;
}

/** The settings that both the bot and its bare counterpart start with. */
export function environmentFor(apiUrl: string, redisUrl: string): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: apiUrl,
    REDIS_URL: redisUrl,
    XOAP_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    XOAP_LOG_LEVEL: 'warn',
    // One person submits more here than anybody may have waiting.
    XOAP_MAX_WAITING_PER_PERSON: '100000',
    XOAP_MAX_WAITING_PER_WORKSPACE: '1000000',
    // As `npm start` and the image set it; the warm-up round fills it, for both sides.
    NODE_COMPILE_CACHE: '.xoap/compile-cache',
  };
}
