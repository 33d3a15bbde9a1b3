import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type {
  VerificationRequest,
  VerificationRequests,
} from '../../src/chat/connections/verification-requests.ts';
import type { Sent } from '../../src/chat/delivery/twins.ts';
import type { Logger } from '../../src/logger.ts';
import { traceLink } from '../../src/tracing.ts';
import { openQueue } from '../queues.ts';
import { newTicket } from './tickets.ts';
import { createTurns, type TurnLimits } from './turns.ts';
import {
  type HomesJob,
  homesJobName,
  laterJobName,
  mendJobName,
  type RemovedJob,
  removedJobName,
  type TwinJob,
  twinJobName,
  type VerificationJob,
  verificationQueueName,
} from './verification-job.ts';

export type VerificationQueue = VerificationRequests & {
  /** Has a message that stands twice mended, once it can be edited. */
  mendTwin(twin: Sent): Promise<void>;
  /** Has turns mended that something left which died; by one worker, however many ask for it. */
  mend(): Promise<void>;
  close(): Promise<void>;
};

type Payload =
  | VerificationJob
  | z.infer<typeof RemovedJob | typeof HomesJob | typeof TwinJob>
  | Record<string, never>;

/** Milliseconds in which verifications that end draw a Home once. */
const joinedMs = 2_000;

const laterId = ({ connectionId }: Pick<VerificationRequest, 'connectionId'>) => `later:${connectionId}`;

/** The queue itself, for whoever puts tickets there that are to be tried as often as all others. */
export const openVerificationQueue = (redis: Redis, logger: Logger): Queue<Payload> =>
  openQueue(
    verificationQueueName,
    { redis, logger },
    {
      defaultJobOptions: {
        attempts: 5,
        backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
        removeOnComplete: { age: 3_600, count: 1_000 },
        removeOnFail: { age: 7 * 24 * 3_600, count: 1_000 },
      },
    },
  );

/** The queue of verifications; resolves when it can take requests. */
export async function createVerificationQueue(
  redis: Redis,
  logger: Logger,
  limits: TurnLimits,
): Promise<VerificationQueue> {
  const queue = openVerificationQueue(redis, logger);
  const turns = createTurns(redis);
  await queue.waitUntilReady();

  return {
    async request(asked) {
      const { workspaceId, askedBy: person, connectionId } = asked;
      const request: VerificationJob = { ...asked, trace: traceLink() };
      const waiting = { id: randomUUID(), workspaceId, person, connectionId, data: JSON.stringify(request) };
      // Both are under way before either is answered. A ticket that nothing waits for is soon over.
      const [outcome] = await Promise.all([
        turns.join(waiting, limits),
        queue.add('verify', request, { jobId: newTicket() }),
      ]);
      return outcome;
    },
    isUnderWay: ({ connectionId }) => turns.isTaken(connectionId),
    async requestLater(asked, delayMs) {
      const jobId = randomUUID();
      const request: VerificationJob = { ...asked, trace: traceLink() };
      const deduplication = { id: laterId(request) };
      const job = await queue.add(laterJobName, request, { jobId, delay: delayMs, deduplication });
      // The job that was waiting already keeps its time.
      const waiting = (await queue.getJob(job.id ?? '')) ?? job;
      return { at: new Date(waiting.timestamp + waiting.delay).toISOString(), isOld: job.id !== jobId };
    },
    async cancelLater({ connectionId }) {
      const jobId = await queue.getDeduplicationJobId(laterId({ connectionId }));
      const job = jobId ? await queue.getJob(jobId) : undefined;
      if (!job || !(await job.isDelayed())) return false;
      await job.remove();
      return true;
    },
    async tellRemoved(removed) {
      if (removed.roots.length > 0)
        await queue.add(removedJobName, { ...removed, roots: [...removed.roots] }, { jobId: randomUUID() });
    },
    async drawHomes(workspaceId) {
      const deduplication = { id: `homes:${workspaceId}` };
      await queue.add(homesJobName, { workspaceId }, { jobId: randomUUID(), delay: joinedMs, deduplication });
    },
    async mendTwin({ workspaceId, name, ref }) {
      await queue.add(
        twinJobName,
        { workspaceId, name: { ...name }, ref: { ...ref } },
        { jobId: randomUUID() },
      );
    },
    async mend() {
      await queue.add(mendJobName, {}, { jobId: randomUUID(), deduplication: { id: mendJobName } });
    },
    close: () => queue.close(),
  };
}
