import { randomUUID } from 'node:crypto';
import { within } from '../../src/deadline.ts';
import { isAppError } from '../../src/errors.ts';
import { type Announcements, announced, announcedEveryMs } from '../../src/held/announcements.ts';
import type { HeldFolder } from '../../src/held/held-folder.ts';
import type { Listener } from '../listen.ts';
import { openQueue } from '../queues.ts';
import { heldQueueName } from './check-job.ts';
import { type CheckWorkerDependencies, listenForChecks } from './check-worker.ts';

export type HolderDependencies = CheckWorkerDependencies & {
  readonly held: HeldFolder;
  readonly announcements: Announcements;
};

/** Starts to carry out the checks of connections whose credential this process holds, and to say what it holds. */
export async function startHolder(dependencies: HolderDependencies): Promise<Listener> {
  const { held, announcements, redis, logger } = dependencies;
  const id = randomUUID();
  const listener = await listenForChecks(heldQueueName(id), dependencies);
  let told = '';

  /** Takes away what a holder left in Redis that ended; one that was only silent for a while listens still. */
  async function clear(holderId: string): Promise<void> {
    const queue = openQueue(heldQueueName(holderId), { redis, logger });
    try {
      if ((await queue.getWorkersCount()) === 0) await queue.obliterate({ force: true });
    } catch (err) {
      logger.warn({ err }, 'what an ended holder left could not be taken away');
    } finally {
      await queue.close();
    }
  }

  /** Says in the log what is held and what is of no use, once and whenever that changes. */
  function tellOperator(names: readonly string[], problems: Readonly<Record<string, string>>): void {
    const now = JSON.stringify([names, problems]);
    if (now === told) return;
    told = now;
    logger.info({ names }, 'this worker holds these credentials');
    if (Object.keys(problems).length > 0)
      logger.warn({ problems }, 'some of what this worker holds is of no use');
  }

  async function all() {
    try {
      return await held.all();
    } catch (error) {
      if (!isAppError(error, 'held.no-folder')) throw error;
      tellOperator([], { folder: error.message });
      return undefined;
    }
  }

  async function announce(): Promise<void> {
    const files = await all();
    if (files) {
      const problems = files.flatMap((each) => ('problem' in each ? [[each.name, each.problem]] : []));
      const names = files.filter((each) => 'file' in each).map(({ name }) => name);
      tellOperator(names, Object.fromEntries(problems));
    }
    const gone = await announcements.announce({ id, ...announced(files ?? []) });
    await Promise.all(gone.map(clear));
  }

  /** One at a time: a folder that hangs must not fill the process with looks at it. */
  let saying: Promise<void> | undefined;
  function beat(): Promise<void> {
    saying ??= announce()
      .catch((err: unknown) => logger.warn({ err }, 'what this worker holds could not be said'))
      .finally(() => {
        saying = undefined;
      });
    return saying;
  }
  void beat();
  const timer = setInterval(beat, announcedEveryMs).unref();
  return {
    async close() {
      clearInterval(timer);
      await within(announcedEveryMs, saying ?? Promise.resolve());
      await announcements.withdraw(id).catch(() => undefined);
      await listener.close();
      await clear(id);
    },
  };
}
