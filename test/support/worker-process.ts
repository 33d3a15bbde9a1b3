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

export type Start = {
  readonly settings: Readonly<Record<string, string>>;
  /** What it logs once it serves. */
  readonly ready: string;
};
const aWorker: Start = {
  settings: { XOAP_PROCESS: 'worker', SLACK_SIGNING_SECRET: '' },
  ready: 'the worker is ready',
};

/** Starts a process of its own, as an operator would; it is handed over before it is ready. */
async function startProcess(
  bot: TestBot,
  { settings, ready }: Start,
  started: (child: ChildProcess, log: () => string) => void,
): Promise<ChildProcess> {
  const environment = { ...bot.settings, AWS_ENDPOINT_URL: bot.cloud.url, ...settings };
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: { PATH: process.env.PATH, ...compileCache, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  started(child, () => log);
  child.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  await until(ready, () => {
    if (child.exitCode !== null) throw new Error(`It ended before ${ready}:\n${log}`);
    return log.includes(ready);
  });
  return child;
}

/** Workers of one test, and other processes: those that it started and did not end itself are ended together. */
export function createWorkers(bot: () => TestBot) {
  const workers: ChildProcess[] = [];
  const logs: (() => string)[] = [];
  return {
    start(start: Start = aWorker): Promise<ChildProcess> {
      return startProcess(bot(), start, (worker, log) => {
        workers.push(worker);
        logs.push(log);
      });
    },
    /** What all of them logged, from their starts on. */
    log: () => logs.map((log) => log()).join(''),
    async endAll(): Promise<void> {
      await Promise.all(workers.splice(0).map((worker) => end(worker, 'SIGTERM')));
    },
  };
}
