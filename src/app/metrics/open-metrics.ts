import { collectDefaultMetrics, Registry } from 'prom-client';
import { memoryOf } from '../../../adapters/redis/safety.ts';
import { createReadQueues } from '../../../jobs/queue-state.ts';
import { createRedisOutbox } from '../../../jobs/reports/outbox.ts';
import type { Config } from '../../config/config.ts';
import type { Metrics } from '../../metrics.ts';
import { watchCalls } from '../../outgoing.ts';
import { expiryOf } from '../../reports/expiry.ts';
import type { HttpServer } from '../http-server.ts';
import type { AppDependencies } from '../parts.ts';
import { storesOn } from '../stores.ts';
import { createCounted } from './counted.ts';
import { type CountedConnection, createState } from './state.ts';

export type OpenedMetrics = {
  readonly metrics: Metrics;
  /** Serves what was counted, with the state of all that processes share, at /metrics. */
  serve(parts: Pick<AppDependencies, 'redis' | 'providers' | 'logger' | 'http'>): void;
  close(): Promise<void>;
};

/** Connections that are read at once. */
const readAtOnce = 500;

type Stores = ReturnType<typeof storesOn>;

/** All connections of all workspaces, with their latest verdicts. */
async function* countedConnections(
  { store, history }: Pick<Stores, 'store' | 'history'>,
  maxKeyAgeDays: number,
): AsyncGenerator<CountedConnection> {
  for await (const workspaceId of store.workspaces()) {
    const all = await Array.fromAsync(store.all(workspaceId));
    for (let from = 0; from < all.length; from += readAtOnce) {
      const some = all.slice(from, from + readAtOnce).flatMap(({ connection }) => connection ?? []);
      const latest = await history.latestVerdicts(
        workspaceId,
        some.map(({ id }) => id),
      );
      for (const { id, provider } of some) {
        const { verdict = 'unverified', credential } = latest.get(id) ?? {};
        const expiry = expiryOf(credential, { now: new Date(), maxKeyAgeDays });
        yield { provider, verdict, daysLeft: expiry?.daysLeft };
      }
    }
  }
}

async function unreadableIn({ store, unreadables }: Pick<Stores, 'store' | 'unreadables'>): Promise<number> {
  let count = 0;
  for await (const workspaceId of store.workspaces()) count += await unreadables.count(workspaceId);
  return count;
}

/** Begins to count. What counts is loaded with this file, and so only where somebody asked for it. */
export function openMetrics({
  XOAP_MAX_KEY_AGE_DAYS: maxKeyAgeDays,
}: Pick<Config, 'XOAP_MAX_KEY_AGE_DAYS'>): OpenedMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Named like counters, which they are not; what they count stands in others.
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${what}_total`);
  const { onCall, ...metrics } = createCounted(registry);
  const calls = watchCalls(onCall);
  const closing: (() => Promise<void>)[] = [async () => calls.close()];
  return {
    metrics,
    serve({ redis, providers, logger, http }) {
      const stores = storesOn(redis.prompt, logger);
      const queues = createReadQueues(redis.prompt, { providers: providers.all.map(({ id }) => id), logger });
      closing.push(queues.close);
      const readers = {
        queues: queues.read,
        memory: () => memoryOf(redis.prompt),
        outbox: createRedisOutbox(redis.prompt).waiting,
        connections: () => countedConnections(stores, maxKeyAgeDays),
        unreadable: () => unreadableIn(stores),
      };
      const state = createState(registry, readers, logger);
      serveMetrics(http, async () => {
        await state.refresh();
        return { type: registry.contentType, text: await registry.metrics() };
      });
    },
    async close() {
      for (const close of closing) await close();
      registry.clear();
    },
  };
}

function serveMetrics({ app }: HttpServer, tell: () => Promise<{ type: string; text: string }>): void {
  app.get('/metrics', async (_request, response) => {
    const { type, text } = await tell();
    response.type(type).send(text);
  });
}
