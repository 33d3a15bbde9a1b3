import type { Redis } from 'ioredis';
import type { ProviderId } from '../src/catalog/profile.ts';
import type { Logger } from '../src/logger.ts';
import { checkQueueName } from './checks/check-job.ts';
import { openQueue } from './queues.ts';
import { reportCheckQueueName, reportQueueName } from './reports/report-job.ts';
import { createTurns } from './verifications/turns.ts';
import { verificationQueueName } from './verifications/verification-job.ts';

/** How a queue stands: how many jobs are in each state, and for how long the oldest of those waits that could run. */
export type QueueState = {
  readonly queue: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly oldestSeconds: number;
};

const states = ['waiting', 'active', 'delayed', 'failed'] as const;

/** Creates what reads how the queues stand; what is in line for its turn is a state of the queue of verifications. */
export function createReadQueues(
  redis: Redis,
  { providers, logger }: { readonly providers: readonly ProviderId[]; readonly logger: Logger },
) {
  const names = [
    verificationQueueName,
    reportQueueName,
    ...providers.flatMap((id) => [checkQueueName(id), reportCheckQueueName(id)]),
  ];
  const queues = names.map((name) => openQueue(name, { redis, logger }));
  const turns = createTurns(redis);

  return {
    async read(): Promise<QueueState[]> {
      const inLine = await turns.waiting();
      return Promise.all(
        queues.map(async (queue): Promise<QueueState> => {
          const [counts, [oldest]] = await Promise.all([
            queue.getJobCounts(...states),
            queue.getJobs(['waiting'], 0, 0, true),
          ]);
          const since = oldest ? (Date.now() - oldest.timestamp) / 1_000 : 0;
          const turn = queue.name === verificationQueueName ? { in_line: inLine } : {};
          return { queue: queue.name, counts: { ...counts, ...turn }, oldestSeconds: Math.max(0, since) };
        }),
      );
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
