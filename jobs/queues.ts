import { FlowProducer, Queue, type QueueOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../src/logger.ts';

export type QueueDependencies = { readonly redis: Redis; readonly logger: Logger };

/**
 * What everything of BullMQ is opened with. Its look at the version of Redis asks for INFO, which some users may not use,
 * and then spins; what it would find is looked at when the connection is opened.
 */
export const onRedis = (redis: Redis) => ({
  connection: redis,
  skipVersionCheck: true,
  // All queues of a cluster in one slot, since a report is a flow over several; elsewhere the names stay, behind which jobs
  // and schedulers are already. https://docs.bullmq.io/bull/patterns/redis-cluster
  ...(redis.isCluster && { prefix: '{xoap}' }),
});

/** A queue, whose faults reach the log: those of single calls are thrown by the calls. */
export function openQueue(
  name: string,
  { redis, logger }: QueueDependencies,
  options: Omit<QueueOptions, 'connection'> = {},
): Queue {
  const queue = new Queue(name, { ...onRedis(redis), ...options });
  queue.on('error', (err) => logger.debug({ err, queue: name }, 'queue'));
  return queue;
}

/** What puts jobs with children into several queues at once. */
export function openFlows({ redis, logger }: QueueDependencies): FlowProducer {
  const flows = new FlowProducer(onRedis(redis));
  flows.on('error', (err: Error) => logger.debug({ err }, 'flows'));
  return flows;
}
