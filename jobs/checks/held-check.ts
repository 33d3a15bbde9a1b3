import type { Replacements } from '../../src/connections/replacements.ts';
import { type Announcements, whoHolds } from '../../src/held/announcements.ts';
import { type HeldFolder, notHeld } from '../../src/held/held-folder.ts';
import type { Check, ConnectionCheck } from './check.ts';
import { heldQueueName } from './check-job.ts';
import type { RemoteCheck } from './remote-check.ts';

export type HeldCheckDependencies = {
  /** What this process holds, if anything. */
  readonly held: Pick<HeldFolder, 'has'> | undefined;
  readonly announcements: Pick<Announcements, 'alive'>;
  readonly replacements: Pick<Replacements, 'find'>;
  /** Checks in this process. */
  readonly local: Check;
  readonly remote: Pick<RemoteCheck, 'at'>;
  /** Checks every other connection. */
  readonly others: Check;
};

/** Lets whoever holds the credential of a connection check it: nobody else could. */
export function createHeldCheck(dependencies: HeldCheckDependencies): Check {
  const { held, announcements, replacements, local, remote, others } = dependencies;

  /** The name of what a check signs in with, where that is held. */
  async function nameOf({ connection, replacement }: ConnectionCheck): Promise<string | undefined> {
    if (replacement === undefined) return connection.held;
    const { workspaceId, id: connectionId } = connection;
    return (await replacements.find({ workspaceId, connectionId }, replacement))?.held;
  }

  return async (request) => {
    const name = await nameOf(request);
    if (name === undefined) return others(request);
    const { connection, provider } = request;
    const asked = { workspaceId: connection.workspaceId, provider: provider.id, name };
    if (await held?.has(asked)) return local(request);
    const holders = whoHolds(await announcements.alive(), asked);
    return remote.at({ queues: holders.map(({ id }) => heldQueueName(id)), nobody: notHeld(asked) }, request);
  };
}
