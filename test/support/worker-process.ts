import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { compileCache } from '../../simulations/compile-cache.ts';
import { until } from '../../simulations/until.ts';
import type { TestBot } from './bot.ts';

/** Ends a process, unless it has. */
export async function end(worker: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill(signal);
  await ended;
}

/** Starts a worker as a process of its own, as an operator would; it is handed over before it is ready. */
async function startWorker(bot: TestBot, started: (worker: ChildProcess) => void): Promise<ChildProcess> {
  const environment = {
    ...bot.settings,
    AWS_ENDPOINT_URL: bot.cloud.url,
    XOAP_PROCESS: 'worker',
    SLACK_SIGNING_SECRET: '',
  };
  const worker = spawn(process.execPath, ['src/main.ts'], {
    env: { PATH: process.env.PATH, ...compileCache, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started(worker);
  let log = '';
  worker.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  await until('the worker', () => {
    if (worker.exitCode !== null) throw new Error(`The worker ended:\n${log}`);
    return log.includes('the worker is ready');
  });
  return worker;
}

/** Workers of one test: those that it started and did not end itself are ended together. */
export function createWorkers(bot: () => TestBot) {
  const workers: ChildProcess[] = [];
  return {
    start(): Promise<ChildProcess> {
      return startWorker(bot(), (worker) => workers.push(worker));
    },
    async endAll(): Promise<void> {
      await Promise.all(workers.splice(0).map((worker) => end(worker, 'SIGTERM')));
    },
  };
}
