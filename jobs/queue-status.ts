import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { ProviderId } from '../src/catalog/profile.ts';
import type { Fault, QueueCounts, ReadBotStatus } from '../src/chat/bot-status.ts';
import type { Logger } from '../src/logger.ts';
import { checkQueueName } from './checks/check-job.ts';
import { openQueue } from './queues.ts';
import { reportQueueName } from './reports/report-job.ts';
import { verificationQueueName } from './verifications/verification-job.ts';

/** What stands in the name of a worker that verifies connections of every provider. */
const everyProvider = 'all';

/** The name of a worker that answers, by which others know what it verifies by itself; Redis takes no blanks in it. */
export const workerName = (serves: readonly ProviderId[]) => serves.join('+') || everyProvider;

/** Faults that are told, and failed jobs that are looked through for them. */
const mostTold = 5;
const mostSeen = 200;

const OfWorkspace = z.object({
  workspaceId: z.string(),
  connectionId: z.string().optional(),
  runId: z.string().optional(),
});

/** A failed job as a fault; undefined where it is of another workspace. */
function faultOf({ id = '', data, failedReason, finishedOn }: Job, what: Fault['what'], workspaceId: string) {
  const { data: about } = OfWorkspace.safeParse(data);
  if (about?.workspaceId !== workspaceId || finishedOn === undefined) return undefined;
  const { connectionId, runId = id } = about;
  return { at: new Date(finishedOn).toISOString(), what, code: failedReason, runId, connectionId };
}

async function countsOf(queue: Queue): Promise<QueueCounts> {
  const { active = 0, waiting = 0, delayed = 0 } = await queue.getJobCounts('active', 'waiting', 'delayed');
  return { running: active, waiting, planned: delayed };
}

/** The providers that a worker verifies by itself, by the end of its name. */
function servedBy({ rawname = '' }: Record<string, string>): string[] {
  return rawname.slice(rawname.lastIndexOf(':') + 1).split('+');
}

/** Creates what reads how the bot is off its queues. */
export function createReadBotStatus(
  redis: Redis,
  { providers, logger }: { providers: readonly ProviderId[]; logger: Logger },
): { readonly read: ReadBotStatus; close(): Promise<void> } {
  const open = (name: string) => openQueue(name, { redis, logger });
  const [verifications, reports] = [open(verificationQueueName), open(reportQueueName)];
  const checks = new Map(providers.map((id) => [id, open(checkQueueName(id))] as const));

  async function faultsOf(workspaceId: string): Promise<Fault[]> {
    const [failed, failedReports] = await Promise.all([
      verifications.getFailed(0, mostSeen),
      reports.getFailed(0, mostSeen),
    ]);
    const all = [
      ...failed.map((job) => faultOf(job, 'verification', workspaceId)),
      ...failedReports.map((job) => faultOf(job, 'report', workspaceId)),
    ];
    return all
      .filter((fault) => fault !== undefined)
      .toSorted((one, other) => other.at.localeCompare(one.at))
      .slice(0, mostTold);
  }

  return {
    async read(workspaceId) {
      const [ofVerifications, ofReports, workers, elsewhere, faults] = await Promise.all([
        countsOf(verifications),
        countsOf(reports),
        verifications.getWorkers(),
        Promise.all([...checks].map(async ([id, queue]) => [id, await queue.getWorkersCount()] as const)),
        faultsOf(workspaceId),
      ]);
      const served = workers.map(servedBy);
      const verifying = elsewhere.map(([id, others]) => {
        const here = served.filter((ids) => ids.includes(everyProvider) || ids.includes(id));
        // What a worker serves for others it serves for itself too.
        const own = served.filter((ids) => ids.includes(id));
        return [id, here.length + Math.max(0, others - own.length)] as const;
      });
      return {
        verifications: ofVerifications,
        reports: ofReports,
        answering: workers.length,
        verifying: new Map(verifying),
        faults,
      };
    },
    async close() {
      await Promise.all([verifications, reports, ...checks.values()].map((queue) => queue.close()));
    },
  };
}
