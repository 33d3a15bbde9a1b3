import type { ProviderId } from '../../src/catalog/catalog.ts';
import type { VerificationRequests } from '../../src/chat/connections/verification-requests.ts';
import { type Listener, listen, type WorkerDependencies } from '../listen.ts';
import { workerName } from '../queue-status.ts';
import { readJob } from '../read-job.ts';
import { createTellRemoved } from './tell-removed.ts';
import {
  AskedVerification,
  HomesJob,
  homesJobName,
  laterJobName,
  RemovedJob,
  removedJobName,
  VerificationJob,
  verificationQueueName,
} from './verification-job.ts';
import { createVerifyConnection, type VerifyConnectionDependencies } from './verify-connection.ts';

export type VerificationWorkerDependencies = VerifyConnectionDependencies &
  WorkerDependencies & {
    /** Where a verification that was asked for later is asked for when its time has come. */
    readonly requests: Pick<VerificationRequests, 'request' | 'drawHomes'>;
    /** Draws the Homes of a workspace anew. */
    readonly drawHomes: (workspaceId: string) => Promise<void>;
    readonly concurrency: number;
    /** The providers whose connections this process verifies by itself; all of them where empty. */
    readonly serves: readonly ProviderId[];
  };

/** Starts a worker that takes verifications off the queue; resolves when it listens. */
export function startVerificationWorker(dependencies: VerificationWorkerDependencies): Promise<Listener> {
  const { concurrency, requests, serves, drawHomes } = dependencies;
  const { verifyConnection, giveUp } = createVerifyConnection(dependencies);
  const tellRemoved = createTellRemoved(dependencies);
  return listen(dependencies, {
    queue: verificationQueueName,
    concurrency,
    name: workerName(serves),
    what: 'a verification',
    async work({ id = '', name, data, attemptsStarted }, signal) {
      if (name === removedJobName) return tellRemoved(readJob(RemovedJob, data));
      if (name === homesJobName) return drawHomes(readJob(HomesJob, data).workspaceId);
      const job = readJob(VerificationJob, data);
      if (name === laterJobName) await requests.request(job);
      else {
        await verifyConnection({ id, job, isRepeated: attemptsStarted > 1, signal });
        await requests.drawHomes(job.workspaceId);
      }
    },
    async giveUp({ id = '', name, data }) {
      if (name !== removedJobName && name !== homesJobName)
        await giveUp({ id, job: readJob(AskedVerification, data) });
    },
  });
}
