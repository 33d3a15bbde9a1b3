import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { createRedisMessageLog } from '../../../adapters/redis/message-log.ts';
import { createRedisReportRecords } from '../../../adapters/redis/report-records.ts';
import { createRedisScheduleStore } from '../../../adapters/redis/schedule-store.ts';
import { createBeginReport } from '../../../jobs/reports/begin-report.ts';
import { createRedisOutbox } from '../../../jobs/reports/outbox.ts';
import { createRedisPlans } from '../../../jobs/reports/plan.ts';
import { type ReportJob, reportQueueName } from '../../../jobs/reports/report-job.ts';
import { createReportQueue, type ReportQueue } from '../../../jobs/reports/report-queue.ts';
import { createSendReport } from '../../../jobs/reports/send-report.ts';
import { createVerifyBatch } from '../../../jobs/reports/verify-batch.ts';
import { until } from '../../../simulations/until.ts';
import type { ChatAdapter, MessageRef } from '../../../src/chat/delivery/chat-adapter.ts';
import { AppError } from '../../../src/errors.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import type { Schedule } from '../../../src/reports/schedule.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { scheduleOf } from '../../support/schedules.ts';
import { silent } from '../../support/silent.ts';
import { unnoted } from '../../support/unnoted.ts';

const providers = await loadProviders();

// A worker that dies does no more calls: at every call of a handler to something outside it, once before the call has
// taken effect and once after, the handler is cut off and begun again as another worker would.

const workspaceId = 'slack:T1';
const now = () => new Date('2026-11-23T09:00:10Z');
const due = new Date('2026-11-23T09:00:00Z');

class Died extends Error {}
/** At which call it comes: the number of it, or its name. */
type Death = { readonly call: number | string; readonly when: 'before' | 'after' };
type Counter = { calls: number; last: string };

/** The same object, whose worker dies at one of its calls. */
function mortal<Target extends object>(
  name: string,
  target: Target,
  counter: Counter,
  death?: Death,
): Target {
  return new Proxy(target, {
    get(object, property) {
      const value = Reflect.get(object, property) as unknown;
      // What decides only, and reaches nothing outside, cannot be cut off.
      if (typeof value !== 'function' || property === 'paginate' || property === 'all') return value;
      return async (...args: unknown[]) => {
        counter.calls += 1;
        counter.last = `${name}.${String(property)}`;
        const isTime = [counter.calls, counter.last].includes(death?.call ?? 0);
        if (isTime && death?.when === 'before') throw new Died();
        const result = (await (value as (...given: unknown[]) => unknown).apply(object, args)) as unknown;
        if (isTime) throw new Died();
        return result;
      };
    },
  });
}

let redis: TestRedis;
let queue: ReportQueue;
const connection = { ...connectionOf(), workspaceId };
const ready = { ...connection, id: 'c-ready', name: 'ready' };
const other = { ...connection, id: 'c-other', name: 'other' };
beforeAll(async () => {
  redis = await openTestRedis();
  queue = await createReportQueue(redis.patient, silent);
  const store = createRedisConnectionStore(redis.patient, unnoted);
  for (const each of [connection, ready, other])
    await store.create({ connection: each, sealed: 's', once: each.id });
});
afterAll(async () => {
  await queue.close();
  await redis.close();
});

async function newSchedule(more: Partial<Schedule> = {}): Promise<Schedule> {
  const schedule = scheduleOf({
    workspaceId,
    timing: { pattern: '0 9 * * *', timeZone: 'UTC' },
    ...more,
  });
  await createRedisScheduleStore(redis.patient, unnoted).create(schedule, randomUUID());
  return schedule;
}

/** A platform that keeps what was posted, where. */
function platform({ isClosed = false, isOwnerGone = false } = {}) {
  const posts: { to: string; thread: string | undefined; summary: string }[] = [];
  const adapter: ChatAdapter = {
    inviteHint: 'Invite it.',
    commandWord: '/xoap',
    linkTo: async () => undefined,
    paginate: (message) => [message],
    async post({ conversationId, threadId }, { summary }): Promise<MessageRef> {
      if (isClosed && conversationId === 'C1')
        throw new AppError('no', { code: 'chat.bot-not-in-conversation' });
      posts.push({ to: conversationId, thread: threadId, summary });
      return { conversationId, messageId: String(posts.length) };
    },
    update: async () => undefined,
    async directConversation(_workspaceId, userId) {
      if (isOwnerGone) throw new AppError('gone', { code: 'chat.person-unreachable' });
      return `D-${userId}`;
    },
  };
  return { posts, adapter };
}

function handlers(adapter: ChatAdapter, counter: Counter, death?: Death) {
  const wrap = <Target extends object>(name: string, target: Target) => mortal(name, target, counter, death);
  const shared = {
    providers,
    store: wrap('store', createRedisConnectionStore(redis.patient, unnoted)),
    history: wrap('history', createRedisHistory(redis.patient, unnoted)),
    threads: { all: async () => [] },
    schedules: wrap('schedules', createRedisScheduleStore(redis.patient, unnoted)),
    records: wrap('records', createRedisReportRecords(redis.patient, unnoted)),
    outbox: wrap('outbox', createRedisOutbox(redis.patient)),
    plans: wrap('plans', createRedisPlans(redis.patient)),
    messages: wrap('messages', createRedisMessageLog(redis.patient)),
    queue: wrap('queue', queue),
    mendLater: async () => undefined,
    logger: silent,
    timeZone: 'UTC',
    maxKeyAgeDays: 90,
    spreadMs: 0,
    now,
  };
  const mortalAdapter = wrap('adapter', adapter);
  return {
    ...createSendReport({ ...shared, adapterOf: () => mortalAdapter }),
    ...createBeginReport({ ...shared, verifyBatch: createVerifyBatch(shared) }),
  };
}

/** Dies at each call in turn, and goes on; calls what it was to the check, until the work ends without dying. */
async function everyDeath(
  attempt: (at: { counter: Counter; death: Death }) => Promise<{
    work: (counter: Counter, death?: Death) => Promise<void>;
    check: (where: string) => Promise<void>;
  }>,
): Promise<string[]> {
  const places: string[] = [];
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; ; call += 1) {
      const counter = { calls: 0, last: '' };
      const death = { call, when };
      const { work, check } = await attempt({ counter, death });
      const died = await work(counter, death).then(
        () => false,
        (error: unknown) => {
          if (error instanceof Died) return true;
          throw error;
        },
      );
      const where = `${when} ${counter.last}`;
      if (died) {
        places.push(where);
        await work({ calls: 0, last: '' });
      }
      await check(died ? where : 'without dying');
      if (!died) break;
    }
  }
  return places;
}

describe('a report whose worker dies while it is sent', () => {
  it('is sent once and whole by the next, wherever that was', async () => {
    const history = createRedisHistory(redis.patient, unnoted);
    const places = await everyDeath(async () => {
      const schedule = await newSchedule();
      const runId = `r-${randomUUID()}`;
      await history.add(
        { workspaceId, connectionId: connection.id },
        runId,
        verificationOf({ 'ec2:CreateImage': 'missing' }),
      );
      for (const { id: connectionId } of [ready, other])
        await history.add({ workspaceId, connectionId }, runId, verificationOf());
      const { posts, adapter } = platform();
      const connectionIds = [connection.id, ready.id, other.id];
      const job: ReportJob = {
        workspaceId,
        runId,
        scheduleId: schedule.id,
        due: due.toISOString(),
        isLate: false,
        connectionIds,
      };
      return {
        work: (counter, death) =>
          handlers(adapter, counter, death).sendReport(job, new AbortController().signal),
        async check(where) {
          const said = posts.map(({ summary }) => summary.replace(schedule.name, 'NAME'));
          const whole = [
            '❌ NAME — 1 of 3 connections cannot build images',
            'What AWS connections meet',
            'prod-eu lacks 1 of 34 requirements',
          ];
          // Nobody can tell whether a platform took what it had no time to answer: sent again, it may stand twice.
          const isUnknown = ['after adapter.post', 'before messages.settle'].includes(where);
          expect([...new Set(said)], where).toEqual(whole);
          expect(said.length, where).toBe(whole.length + (isUnknown ? 1 : 0));
          const records = createRedisReportRecords(redis.patient, unnoted);
          const trend = await records.trend({ workspaceId, scheduleId: schedule.id });
          expect(trend, where).toEqual([
            { runId, at: now().toISOString(), ready: 2, missing: 1, unknown: 0 },
          ]);
        },
      };
    });

    for (const place of ['adapter.post', 'outbox.keep', 'records.add', 'messages.settle'])
      expect(places).toEqual(expect.arrayContaining([`before ${place}`, `after ${place}`]));
  });

  it('is not sent otherwise because something changed in between', async () => {
    const schedule = await newSchedule();
    const runId = `r-${randomUUID()}`;
    const history = createRedisHistory(redis.patient, unnoted);
    await history.add(
      { workspaceId, connectionId: connection.id },
      runId,
      verificationOf({ 'ec2:CreateImage': 'missing' }),
    );
    const { posts, adapter } = platform();
    const connectionIds = [connection.id];
    const job = { workspaceId, runId, scheduleId: schedule.id, isLate: false, connectionIds };
    const counter = { calls: 0, last: '' };
    const { signal } = new AbortController();
    // Up to the first message that was sent and remembered.
    const first = handlers(adapter, counter, { call: 'messages.settle', when: 'after' }).sendReport(
      job,
      signal,
    );
    await expect(first).rejects.toThrow(Died);
    expect(posts).toHaveLength(1);
    await createRedisScheduleStore(redis.patient, unnoted).change(workspaceId, schedule.id, (each) => ({
      ...each,
      name: 'other',
    }));
    await handlers(adapter, { calls: 0, last: '' }).sendReport(job, signal);

    expect(new Set(posts.map(({ summary }) => summary))).toEqual(
      new Set([
        `❌ ${schedule.name} — 1 of 1 connection cannot build images`,
        'prod-eu lacks 1 of 34 requirements',
      ]),
    );
  });

  it('that may not be posted any more is paused once, and its owner is told once', async () => {
    await everyDeath(async () => {
      const schedule = await newSchedule();
      const { posts, adapter } = platform({ isClosed: true });
      const job = {
        workspaceId,
        runId: `r-${randomUUID()}`,
        scheduleId: schedule.id,
        isLate: false,
        connectionIds: [],
      };
      return {
        work: (counter, death) =>
          handlers(adapter, counter, death).sendReport(job, new AbortController().signal),
        async check(where) {
          const found = await createRedisScheduleStore(redis.patient, unnoted).find(workspaceId, schedule.id);
          expect(found?.paused, where).toBe('cannot-post');
          const isUnknown = ['after adapter.post', 'before messages.settle'].includes(where);
          expect(posts.length, where).toBe(isUnknown ? 2 : 1);
          expect(posts[0]).toMatchObject({ to: 'D-U1', summary: expect.stringContaining('is paused') });
        },
      };
    });
  });
});

describe('a report that nobody could see', () => {
  it('is no ground to compare the next one with, and its schedule is paused though its owner is gone', async () => {
    const schedule = await newSchedule();
    const runId = `r-${randomUUID()}`;
    const history = createRedisHistory(redis.patient, unnoted);
    await history.add({ workspaceId, connectionId: ready.id }, runId, verificationOf());
    const { adapter, posts } = platform({ isClosed: true, isOwnerGone: true });
    const job = { workspaceId, runId, scheduleId: schedule.id, isLate: false, connectionIds: [ready.id] };
    await handlers(adapter, { calls: 0, last: '' }).sendReport(job, new AbortController().signal);

    expect(posts).toEqual([]);
    const key = { workspaceId, scheduleId: schedule.id };
    expect(await createRedisReportRecords(redis.patient, unnoted).latest(key)).toBeUndefined();
    const found = await createRedisScheduleStore(redis.patient, unnoted).find(workspaceId, schedule.id);
    expect(found?.paused).toBe('cannot-post');
  });

  it('uses what another report verified since it was due', async () => {
    const schedule = await newSchedule();
    const history = createRedisHistory(redis.patient, unnoted);
    const shared = {
      ...verificationOf({ 'ec2:CreateImage': 'missing' }),
      startedAt: '2026-11-23T09:00:05.000Z',
    };
    await history.add({ workspaceId, connectionId: connection.id }, 'r-of-another', shared);
    const { posts, adapter } = platform();
    const job: ReportJob = {
      workspaceId,
      runId: `r-${randomUUID()}`,
      scheduleId: schedule.id,
      due: due.toISOString(),
      isLate: false,
      connectionIds: [connection.id],
    };
    await handlers(adapter, { calls: 0, last: '' }).sendReport(job, new AbortController().signal);
    await handlers(adapter, { calls: 0, last: '' }).sendReport(
      { ...job, runId: `r-${randomUUID()}`, due: '2026-11-23T10:00:00.000Z' },
      new AbortController().signal,
    );

    expect(posts[0]?.summary).toContain('1 of 1 connection cannot build images');
    // Older than when this one was due: its own check must have broken.
    expect(posts.at(-1)?.summary).toContain('Could not be verified (1)');
  });
});

describe('a report that comes to nothing', () => {
  it('is said to, once, where it was to come', async () => {
    const schedule = await newSchedule();
    const { posts, adapter } = platform();
    const runId = `r-${randomUUID()}`;
    const job = { workspaceId, runId, scheduleId: schedule.id, isLate: false, connectionIds: [] };
    const { giveUp } = handlers(adapter, { calls: 0, last: '' });
    await giveUp(job);
    await giveUp(job);

    expect(posts).toEqual([
      {
        to: 'C1',
        thread: undefined,
        summary: `⚠️ ${schedule.name} could not be made, by a fault of this bot. Its operator finds more in the log under ${runId}.`,
      },
    ]);
  });

  it('waits no more, whether it was given up or its schedule was removed', async () => {
    const outbox = createRedisOutbox(redis.patient);
    const before = await outbox.waiting();
    const { giveUp, sendReport } = handlers(platform().adapter, { calls: 0, last: '' });
    const { id: scheduleId } = await newSchedule();
    const job = { workspaceId, scheduleId, isLate: false, connectionIds: [] };
    const broken = { ...job, runId: `r-${randomUUID()}` };
    const removed = { ...job, runId: `r-${randomUUID()}`, scheduleId: randomUUID() };
    for (const { runId } of [broken, removed]) await outbox.keep(runId, { pages: [], record: undefined });
    expect(await outbox.waiting()).toBe(before + 2);
    await giveUp(broken);
    await sendReport(removed, new AbortController().signal);
    expect(await outbox.waiting()).toBe(before);
  });
});

describe('a report whose worker dies while it is begun', () => {
  /** The run of a job that has connections of a report verified. */
  const runIn = (key: string) => (key.split(':')[2] ?? '').replace(/-to-\d+$/, '');

  it('is begun once by the next, wherever that was', async () => {
    const places = await everyDeath(async () => {
      const schedule = await newSchedule();
      const { adapter } = platform();
      const begun = new Set<string>();
      const before = new Set(await redis.patient.keys('bull:xoap-reports:r-*'));
      return {
        work: (counter, death) =>
          handlers(adapter, counter, death).due({ workspaceId, scheduleId: schedule.id }, due),
        async check(where) {
          for (const key of await redis.patient.keys('bull:xoap-reports:r-*')) {
            if (!before.has(key)) begun.add(runIn(key));
          }
          expect(begun.size, where).toBe(1);
          const [runId = ''] = begun;
          for (const id of [connection.id, ready.id])
            expect(await redis.patient.exists(`bull:xoap-report-checks-aws:${runId}-${id}`), where).toBe(1);
          // What was seen to is not seen to again.
          await handlers(adapter, { calls: 0, last: '' }).due({ workspaceId, scheduleId: schedule.id }, due);
          const after = new Set((await redis.patient.keys('bull:xoap-reports:r-*')).map(runIn));
          expect([...after].filter((id) => ![...before].some((key) => key.includes(String(id))))).toEqual([
            runId,
          ]);
        },
      };
    });

    expect(places).toEqual(
      expect.arrayContaining([
        'before queue.verify',
        'after queue.verify',
        'after plans.keep',
        'after schedules.settle',
      ]),
    );
  });
});

describe('a report whose plan is not whole any more', () => {
  it('is not made of what is left, which could be called ready as a whole', async () => {
    const { posts, adapter } = platform();
    const { sendReport } = handlers(adapter, { calls: 0, last: '' });
    const runId = `r-${randomUUID()}`;
    await createRedisPlans(redis.patient).keep(runId, [ready.id]);
    const asked = { by: 'U1', conversationId: 'C1' };
    const job = { workspaceId, runId, asked, isLate: false, planned: 2 };
    await expect(sendReport(job, new AbortController().signal)).rejects.toThrow('is not whole any more');
    expect(posts).toEqual([]);
  });
});

describe('a report that has failed for good', () => {
  it('is apologised for by a job of its own, once, also where a process died before it asked for that', async () => {
    const jobs = new Queue(reportQueueName, { connection: redis.patient });
    const id = `r-${randomUUID()}`;
    const data = { workspaceId, runId: id, isLate: false, connectionIds: [] };
    const job = await jobs.add('send', data, { jobId: id });
    const failing = new Worker(
      reportQueueName,
      async () => {
        throw new Error('a fault of our own');
      },
      { connection: redis.patient.duplicate() },
    );
    await until('the failure', async () => (await job.getState()) === 'failed');
    await failing.close();

    await queue.apologiseForAll();
    await queue.apologiseForAll();
    await queue.apologise({ id, name: 'send', data });
    const apologies = (await jobs.getJobs(['waiting'])).filter(
      (each) => each.name === 'apologise' && each.data.id === id,
    );
    expect(apologies.map((each) => each.data)).toEqual([{ id, name: 'send', data }]);
    await jobs.close();
  });
});
