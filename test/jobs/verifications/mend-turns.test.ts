import { randomUUID } from 'node:crypto';
import { type Job, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMendTurns } from '../../../jobs/verifications/mend-turns.ts';
import { newTicket } from '../../../jobs/verifications/tickets.ts';
import { createTurns, type Turns } from '../../../jobs/verifications/turns.ts';
import { laterJobName, verificationQueueName } from '../../../jobs/verifications/verification-job.ts';
import { openVerificationQueue } from '../../../jobs/verifications/verification-queue.ts';
import { until } from '../../../simulations/until.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { silent } from '../../support/silent.ts';

const many = { person: 100, workspace: 100 };

describe('mending', () => {
  let redis: TestRedis;
  let queue: ReturnType<typeof openVerificationQueue>;
  let turns: Turns;
  let givenUp: (string | undefined)[];
  let mend: () => Promise<void>;
  beforeAll(async () => {
    redis = await openTestRedis();
  });
  beforeEach(async () => {
    await redis.prompt.flushdb();
    queue = openVerificationQueue(redis.patient, silent);
    turns = createTurns(redis.prompt);
    givenUp = [];
    const giveUp = async ({ id }: Job) => void givenUp.push(id);
    mend = createMendTurns({ turns, queue, logger: silent, giveUp });
  });
  afterEach(() => queue.close());
  afterAll(() => redis.close());

  async function join(connectionId: string): Promise<void> {
    const place = { workspaceId: 'slack:T1', person: 'U1' };
    await turns.join(
      { id: randomUUID(), connectionId, data: JSON.stringify({ connectionId }), ...place },
      many,
    );
  }

  /** A ticket that has its turn, with a job behind it or without. */
  async function ticketOf(connectionId: string, delay?: number): Promise<string> {
    const ticket = newTicket();
    await join(connectionId);
    await turns.claim(ticket, many);
    if (delay !== undefined) await queue.add('verify', {}, { jobId: ticket, delay });
    return ticket;
  }

  /** Lets the jobs that wait come to an end of a kind. */
  async function carryOut(
    work: () => Promise<void>,
    ended: (ticket: string) => Promise<boolean>,
    ticket: string,
  ) {
    const worker = new Worker(verificationQueueName, work, { connection: redis.patient });
    await until('the end of the job', () => ended(ticket));
    await worker.close();
  }

  const tickets = async () =>
    (await queue.getRanges(['waiting', 'delayed'], 0, -1)).filter((id) => id.startsWith('t-'));

  it('gives each run that has no ticket one, whatever else waits in the queue', async () => {
    for (const name of ['one', 'two', 'three']) await join(name);
    // Planned ones and ones that wait for another try of their own run serve nobody else.
    for (const name of ['later', 'too'])
      await queue.add(laterJobName, {}, { jobId: randomUUID(), delay: 60_000 + name.length });
    const held = await ticketOf('four', 60_000);
    await queue.add('verify', {}, { jobId: newTicket() });

    await mend();

    const free = (await tickets()).filter((id) => id !== held);
    expect(free).toHaveLength(3);
    for (const id of free) expect((await queue.getJob(id))?.opts.attempts).toBe(5);
    await mend();
    expect(await tickets()).toHaveLength(4);
  });

  it('gives a turn its job again that was lost: what was accepted is verified, by the same run', async () => {
    const ticket = await ticketOf('one');

    await mend();

    expect(await tickets()).toEqual([ticket]);
    expect((await queue.getJob(ticket))?.opts.attempts).toBe(5);
    expect(await turns.claim(ticket, many)).toEqual({ kind: 'run', data: '{"connectionId":"one"}' });
    expect(givenUp).toEqual([]);
  });

  it('ends the turn of a run that was carried out', async () => {
    const ticket = await ticketOf('one', 0);
    await carryOut(
      async () => undefined,
      async (id) => (await queue.getJobState(id)) === 'completed',
      ticket,
    );

    await mend();

    expect(await turns.tickets()).toEqual([]);
    expect(givenUp).toEqual([]);
  });

  it('tells of a run that failed and that nobody was told of, once its worker has had its time', async () => {
    const ticket = newTicket();
    await join('one');
    await turns.claim(ticket, many);
    await queue.add('verify', {}, { jobId: ticket, attempts: 1 });
    await carryOut(
      async () => {
        throw new Error('broken');
      },
      async (id) => (await queue.getJobState(id)) === 'failed',
      ticket,
    );

    await mend();
    expect(givenUp).toEqual([]);

    const job = `bull:${verificationQueueName}:${ticket}`;
    await redis.prompt.hset(job, 'finishedOn', Date.now() - 10 * 60_000);
    await mend();
    expect(givenUp).toEqual([ticket]);
  });

  it('goes on past one that cannot be mended', async () => {
    const tried: string[] = [];
    const lost = [await ticketOf('one'), await ticketOf('two')];
    const stubborn = createMendTurns({
      turns,
      queue: {
        getJob: async (id: string) => {
          tried.push(id);
          throw new Error('no answer');
        },
        getRanges: (...all) => queue.getRanges(...all),
        add: (...all) => queue.add(...all),
      },
      logger: silent,
      giveUp: async () => undefined,
    });

    await stubborn();

    expect(tried.sort()).toEqual(lost.sort());
  });
});
