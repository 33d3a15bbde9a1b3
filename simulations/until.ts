import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds between two looks: short at first, longer while nothing comes, so that waiting takes no processor. */
const pauseMs = { shortest: 10, longest: 100 };
const cores = availableParallelism();

/** How many processes of this machine want a processor now, this one among them. */
function wanting(): number {
  try {
    // https://man7.org/linux/man-pages/man5/proc_loadavg.5.html: 0.20 0.18 0.12 RUNNABLE/ALL LAST
    const [, , , processes = '1'] = readFileSync('/proc/loadavg', 'utf8').split(' ');
    return Number.parseInt(processes, 10);
  } catch {
    return loadavg()[0] ?? 1;
  }
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
    left -= (now - last) * Math.min(1, cores / Math.max(1, wanting()));
    last = now;
    if (left < 0) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await wait(Math.min(pauseMs.longest, Math.max(pauseMs.shortest, (timeoutMs - left) / 20)));
  }
}
