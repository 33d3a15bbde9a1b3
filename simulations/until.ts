import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

const pollMs = 20;
const cores = availableParallelism();

/** How many processes of this machine want a processor now, this one among them. */
async function wanting(): Promise<number> {
  // https://man7.org/linux/man-pages/man5/proc_loadavg.5.html: 0.20 0.18 0.12 RUNNABLE/ALL LAST
  const text = await readFile('/proc/loadavg', 'utf8').catch(() => undefined);
  return Number(text?.split(' ')[3]?.split('/')[0] ?? loadavg()[0]);
}

/**
 * Polls until a value is there, and fails with what was waited for; the state is another process's to change. The time
 * that it gives is time with a processor at hand: where several programs share one, it passes as much slower.
 */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  timeoutMs = 15_000,
): Promise<Value> {
  let left = timeoutMs;
  let last = performance.now();
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    const now = performance.now();
    left -= (now - last) * Math.min(1, cores / Math.max(1, await wanting()));
    last = now;
    if (left < 0) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await wait(pollMs);
  }
}
