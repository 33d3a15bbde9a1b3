import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { until } from '../../simulations/until.ts';

/** Megabytes that a process has in memory; undefined where it is gone. */
async function residentMegabytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
  return Number.isNaN(kilobytes) ? undefined : Math.round(kilobytes / 1_024);
}

/** A process of the product that is killed and started again, and what it had in memory. */
export function createMortal(name: string, environment: Record<string, string>, ready: string) {
  let child: ChildProcess | undefined;
  let isToEnd = false;
  let log = '';
  const megabytes: number[] = [];
  const ends: string[] = [];

  function hear(chunk: string): void {
    log = `${log}${chunk}`.slice(-200_000);
  }

  async function start(): Promise<void> {
    const started = spawn(process.execPath, ['src/main.ts'], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    isToEnd = false;
    log = '';
    started.stderr?.on('data', (chunk) => hear(String(chunk)));
    // Whoever runs it in earnest has a supervisor that starts it again.
    started.once('exit', (code, signal) => {
      if (isToEnd) return;
      ends.push(`with ${code ?? signal}: ${log.slice(-2_000)}`);
      if (ends.length < 10) void start();
    });
    await until(name, () => log.includes(ready) || started.exitCode !== null, 60_000);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    isToEnd = true;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  return {
    name,
    start,
    end,
    megabytes,
    /** The last of the log for each time that it ended by itself. */
    ends,
    async sample(): Promise<void> {
      const now = child?.pid ? await residentMegabytes(child.pid) : undefined;
      if (now !== undefined) megabytes.push(now);
    },
  };
}
export type Mortal = ReturnType<typeof createMortal>;
