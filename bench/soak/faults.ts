import { setTimeout as wait } from 'node:timers/promises';
import type { SlackWorkspace } from '../../simulations/slack/workspace.ts';
import type { startRedisChild } from '../../test/support/redis-child.ts';
import type { Chance } from './chance.ts';
import type { Mortal } from './process.ts';

export type Faults = {
  readonly workers: readonly Mortal[];
  readonly bot: Mortal;
  readonly redis: Awaited<ReturnType<typeof startRedisChild>>;
  readonly workspace: SlackWorkspace;
  readonly chance: Chance;
  readonly isOver: () => boolean;
  /** Counted here as they are brought about. */
  readonly injected: Injected;
};

/** How often each kind of fault was brought about. */
export type Injected = Record<string, number>;

const methods = ['chat.postMessage', 'chat.update'];

/** Lets Slack answer with faults, now and then: what is to meet the next call of a method waits in a line. */
async function troubleSlack({ workspace, chance, isOver, injected }: Faults): Promise<void> {
  while (!isOver()) {
    const method = chance.oneOf(methods);
    const trouble = chance.oneOf([
      { retryAfter: 1 },
      { retryAfter: 2 },
      { status: 500 },
      { error: 'internal_error' },
      'loses',
    ] as const);
    const line = workspace.trouble.get(method) ?? [];
    if (line.length === 0) {
      workspace.trouble.set(method, [trouble]);
      const kind = `${method} ${typeof trouble === 'string' ? 'lost answer' : JSON.stringify(trouble)}`;
      injected[kind] = (injected[kind] ?? 0) + 1;
    }
    await wait(chance.between(300, 1_500));
  }
  workspace.trouble.clear();
}

/** Kills processes and Redis, one at a time, and starts them again. */
async function killProcesses({ workers, bot, redis, chance, isOver, injected }: Faults): Promise<void> {
  const count = (kind: string) => {
    injected[kind] = (injected[kind] ?? 0) + 1;
  };
  while (!isOver()) {
    await wait(chance.between(4_000, 9_000));
    if (isOver()) return;
    const kind = chance.oneOf(['worker', 'worker', 'worker', 'bot', 'redis killed', 'redis paused'] as const);
    count(kind);
    if (kind === 'worker') {
      const worker = chance.oneOf(workers);
      await worker.end('SIGKILL');
      await wait(chance.between(0, 1_000));
      await worker.start();
    } else if (kind === 'bot') {
      await bot.end('SIGKILL');
      await wait(chance.between(0, 1_000));
      await bot.start();
    } else if (kind === 'redis killed') {
      await redis.kill();
      await wait(chance.between(200, 3_000));
      await redis.start();
    } else {
      redis.pause();
      await wait(chance.between(500, 4_000));
      redis.resume();
    }
  }
}

/** Brings faults about until the load is over. */
export async function bringFaults(faults: Faults): Promise<void> {
  await Promise.all([troubleSlack(faults), killProcesses(faults)]);
}
