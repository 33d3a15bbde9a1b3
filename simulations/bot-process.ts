import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileCache } from './compile-cache.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** The bot as `npm start` runs it, with a private Redis and nothing of this machine's environment. */
export async function startBotProcess(
  environment: Record<string, string>,
  port?: number,
  program = 'src/main.ts',
) {
  const [directory, ownPort] = await Promise.all([mkdtemp(join(tmpdir(), 'xoap-bot-')), port ?? freePort()]);
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [program], {
    env: {
      PATH,
      HOME,
      ...compileCache,
      ...environment,
      // A worker tells of its health at a port of its own.
      XOAP_PORT: String(ownPort),
      XOAP_HEALTH_PORT: String(ownPort),
      XOAP_DATA_DIR: directory,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const url = `http://127.0.0.1:${ownPort}`;
  const close = async () => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    const ended = isRunning ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await until('the bot', async () => {
      if (child.exitCode !== null) throw new Error(`The bot ended with status ${child.exitCode}:\n${log}`);
      return fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close, log: () => log, redisSocket: join(directory, 'redis.sock') };
}
