import type { Job, Queue } from 'bullmq';
import type { Logger } from '../../src/logger.ts';
import { isTicket, newTicket } from './tickets.ts';
import type { Turns } from './turns.ts';

/** Milliseconds in which the worker itself says that a run came to nothing, with all its tries. */
const apologyMs = 6 * 60_000;

export type MendTurnsDependencies = {
  readonly turns: Turns;
  readonly queue: Pick<Queue, 'getJob' | 'getRanges' | 'add'>;
  readonly logger: Logger;
  /** Says that the run of a ticket came to nothing, and ends its turn. */
  readonly giveUp: (job: Job) => Promise<void>;
};

/**
 * Creates what mends what a process or a Redis left that died at the wrong moment, so that whatever was accepted is answered:
 * a turn whose job is gone gets it again, one whose run failed and that nobody was told of is told of, and a run that has no
 * ticket gets one. One at a time, however many workers there are.
 */
export function createMendTurns({ turns, queue, logger, giveUp }: MendTurnsDependencies) {
  const addTicket = (jobId: string) => queue.add('verify', {}, { jobId });

  async function mendTicket(ticket: string): Promise<void> {
    const job: Job | undefined = await queue.getJob(ticket);
    const state = await job?.getState();
    if (!job || state === 'unknown') {
      logger.warn({ runId: ticket }, 'a verification had lost its job');
      // It still has its turn, and does what it was to do; what it said already it does not say again.
      await addTicket(ticket);
    } else if (state === 'completed') await turns.release(ticket);
    else if (state === 'failed' && Date.now() - (job.finishedOn ?? 0) > apologyMs) await giveUp(job);
  }

  /** How many runs wait for more tickets than there are: those that have a run already, and other jobs, are none for them. */
  async function lacking(): Promise<number> {
    const ids = await queue.getRanges(['waiting', 'delayed'], 0, -1);
    const [tickets, waiting] = await Promise.all([turns.tickets(), turns.waiting()]);
    const held = new Set(tickets);
    const free = ids.filter((id) => isTicket({ id }) && !held.has(id));
    return waiting - free.length;
  }

  return async function mendTurns(): Promise<void> {
    for (const ticket of await turns.tickets())
      await mendTicket(ticket).catch((err: unknown) => {
        // One that cannot be mended must not stand in the way of the others.
        logger.warn({ err, runId: ticket }, 'a turn could not be mended');
      });
    const count = await lacking();
    if (count > 0) logger.warn({ lacking: count }, 'verifications waited without a ticket');
    for (let index = 0; index < count; index += 1) await addTicket(newTicket());
  };
}
