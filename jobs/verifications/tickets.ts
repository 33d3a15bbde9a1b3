import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import { AppError } from '../../src/errors.ts';
import type { Caps, Turns } from './turns.ts';

/** By the beginning of its id a job is known as a ticket; one of an older version is what it carries itself. */
const ticketStart = 't-';
export const newTicket = (): string => `${ticketStart}${randomUUID()}`;
export const isTicket = ({ id = '' }: Pick<Job, 'id'>): boolean => id.startsWith(ticketStart);

/** Milliseconds between two looks for a turn, and for which a worker keeps looking before it lets the ticket go. */
const lookMs = 200;
const patienceMs = 2_000;
/** Milliseconds for which the number of workers is taken as it was. */
const countedMs = 10_000;

/**
 * What one person, and one workspace, may hold of so many slots: never all of them, so that somebody else is served at once
 * while the first one's wait.
 */
export function capsFor(slots: number): Caps {
  // Somebody else of the same workspace has to find one too.
  const kept = Math.ceil(slots / 8);
  return { person: Math.max(1, slots - 2 * kept), workspace: Math.max(1, slots - kept) };
}

export type TicketDependencies = {
  readonly turns: Turns;
  readonly queue: Pick<Queue, 'getWorkersCount'>;
  /** Runs at once in this process. */
  readonly concurrency: number;
};

/** Creates what gives the holders of tickets their turn. */
export function createTickets({ turns, queue, concurrency }: TicketDependencies) {
  let counted = { at: 0, slots: concurrency };

  /** The slots of all workers, taken to be alike. */
  async function slots(): Promise<number> {
    if (Date.now() - counted.at < countedMs) return counted.slots;
    // A user of Redis who may not look at its clients has one worker, for all that can be known.
    const workers = await queue.getWorkersCount().catch(() => 1);
    counted = { at: Date.now(), slots: Math.max(1, workers) * concurrency };
    return counted.slots;
  }

  return {
    /**
     * What a ticket is for, once there is a turn; undefined where nothing waits. Throws `jobs.no-turn` where others may go
     * on first: the slot that is kept free looks again in a moment.
     */
    async take(ticket: string, signal: AbortSignal): Promise<unknown> {
      const end = Date.now() + patienceMs;
      const caps = capsFor(await slots());
      for (;;) {
        const turn = await turns.claim(ticket, caps);
        if (turn.kind === 'run') return JSON.parse(turn.data);
        if (turn.kind === 'empty') return undefined;
        signal.throwIfAborted();
        if (Date.now() > end)
          throw new AppError('Others are before', {
            code: 'jobs.no-turn',
            retryable: true,
            retryAfterMs: lookMs,
          });
        await wait(lookMs);
      }
    },
  };
}
