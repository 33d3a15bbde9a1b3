import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileCache } from '../../simulations/compile-cache.ts';
import { until } from '../../simulations/until.ts';
import type { TestBot } from './bot.ts';
import { end } from './worker-process.ts';

/** A folder of credentials, as an operator mounts it. */
export async function createHeldFolder() {
  const path = await mkdtemp(join(tmpdir(), 'xoap-held-'));
  return {
    path,
    /** Writes a file; what is no text is written as JSON, which is YAML too. */
    async put(file: string, content: unknown, mode = 0o600) {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      await writeFile(join(path, file), text);
      await chmod(join(path, file), mode);
    },
    take: (file: string) => rm(join(path, file)),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** A second worker, in a process of its own: it has Redis, the keys and the folder, and no chat token. */
export function createHolder(bot: () => TestBot, redisUrl: () => string, folder: () => string) {
  let worker: ChildProcess | undefined;
  let log = '';
  return {
    log: () => log,
    /** Starts it, unless it runs. */
    async start(): Promise<void> {
      if (worker && worker.exitCode === null && worker.signalCode === null) return;
      const { XOAP_ENCRYPTION_KEYS, XOAP_VSPHERE_ALLOWED_HOSTS } = bot().settings;
      worker = spawn(process.execPath, ['src/main.ts'], {
        env: {
          PATH: process.env.PATH,
          ...compileCache,
          AWS_ENDPOINT_URL: bot().cloud.url,
          XOAP_PROCESS: 'worker',
          XOAP_HELD_CREDENTIALS: folder(),
          REDIS_URL: redisUrl(),
          XOAP_ENCRYPTION_KEYS,
          XOAP_VSPHERE_ALLOWED_HOSTS,
          XOAP_HEALTH_PORT: '0',
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      log = '';
      worker.stderr?.on('data', (chunk) => {
        log += chunk;
      });
      await until('the holder', () => {
        if (worker?.exitCode !== null) throw new Error(log);
        return log.includes('the worker that holds credentials is ready');
      });
    },
    async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
      if (worker) await end(worker, signal);
      worker = undefined;
    },
  };
}
