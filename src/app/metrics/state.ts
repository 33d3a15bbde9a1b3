import { Gauge, type Registry } from 'prom-client';
import type { QueueState } from '../../../jobs/queue-state.ts';
import { within } from '../../deadline.ts';
import type { Logger } from '../../logger.ts';
import type { Verdict } from '../../verification/verification.ts';

/** A connection as it is counted; `daysLeft` where its credential is known to end. */
export type CountedConnection = {
  readonly provider: string;
  readonly verdict: Verdict | 'unverified';
  readonly daysLeft: number | undefined;
};

/** Where what is told at a scrape is read. */
export type StateReaders = {
  queues(): Promise<readonly QueueState[]>;
  memory(): Promise<{ readonly used: number; readonly most: number }>;
  /** Reports that are prepared and not sent yet. */
  outbox(): Promise<number>;
  connections(): AsyncIterable<CountedConnection>;
  unreadable(): Promise<number>;
};

/** Milliseconds that a scrape waits for Redis; Prometheus waits ten seconds. */
const patienceMs = 2_000;
/** Milliseconds for which what goes over all connections is taken as it was. */
const countedMs = 5 * 60_000;

/** The names of the buckets of days, each with the most that is in it. */
const dayBuckets = [
  ['over', -1],
  ['1', 1],
  ['7', 7],
  ['14', 14],
  ['30', 30],
  ['90', 90],
  ['more', Number.POSITIVE_INFINITY],
] as const;
const bucketOf = (daysLeft: number): string => dayBuckets.find(([, most]) => daysLeft <= most)?.[0] ?? 'more';

/** Creates what reads the state that all processes share, ahead of each scrape. */
export function createState(registry: Registry, readers: StateReaders, logger: Logger) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge<Label>({ name, help, labelNames: [...labelNames], registers: [registry] });
  const up = gauge('xoap_redis_up', 'Whether Redis answered at this scrape.', []);
  const used = gauge('xoap_redis_memory_bytes', 'Memory that Redis uses.', []);
  const most = gauge('xoap_redis_memory_max_bytes', 'Memory that Redis may use; 0 for no limit.', []);
  const jobs = gauge('xoap_queue_jobs', 'Jobs by queue and state.', ['queue', 'state']);
  const oldest = gauge('xoap_queue_oldest_seconds', 'For how long the oldest job waits that could run.', [
    'queue',
  ]);
  const outbox = gauge('xoap_outbox_reports', 'Reports that are prepared and not sent yet.', []);
  const unreadable = gauge('xoap_unreadable_records', 'Stored records that cannot be read.', []);
  const connections = gauge('xoap_connections', 'Connections by provider and latest verdict.', [
    'provider',
    'verdict',
  ]);
  const credentials = gauge(
    'xoap_credentials',
    'Credentials that are known to end, by provider and by the days that are left: so many at most.',
    ['provider', 'days_left'],
  );
  let countedAt = Number.NEGATIVE_INFINITY;

  async function readQueues(): Promise<void> {
    const all = await readers.queues();
    jobs.reset();
    oldest.reset();
    for (const { queue, counts, oldestSeconds } of all) {
      for (const [state, count] of Object.entries(counts)) jobs.set({ queue, state }, count);
      oldest.set({ queue }, oldestSeconds);
    }
  }

  async function readMemory(): Promise<void> {
    const memory = await readers.memory();
    used.set(memory.used);
    most.set(memory.most);
  }

  /** Goes over all connections once in a while, also where that takes longer than a scrape. */
  async function countConnections(): Promise<void> {
    if (performance.now() - countedAt < countedMs) return;
    countedAt = performance.now();
    const found: CountedConnection[] = await Array.fromAsync(readers.connections());
    const [waiting, bad] = await Promise.all([readers.outbox(), readers.unreadable()]);
    connections.reset();
    credentials.reset();
    for (const { provider, verdict, daysLeft } of found) {
      connections.inc({ provider, verdict });
      if (daysLeft !== undefined) credentials.inc({ provider, days_left: bucketOf(daysLeft) });
    }
    outbox.set(waiting);
    unreadable.set(bad);
  }

  return {
    /** Reads what is shared; what cannot be read in time is left as it was, and Redis is told to be down. */
    async refresh(): Promise<void> {
      countConnections().catch((err: unknown) => {
        countedAt = Number.NEGATIVE_INFINITY;
        logger.debug({ err }, 'connections were not counted');
      });
      const reading = Promise.all([readQueues(), readMemory()]);
      const read = await within(
        patienceMs,
        reading.then(
          () => true,
          () => false,
        ),
      );
      up.set(read === true ? 1 : 0);
    },
  };
}
