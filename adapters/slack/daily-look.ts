import type { Logger } from '../../src/logger.ts';
import type { Leases } from '../../src/workspaces/leases.ts';
import type { Endings } from './endings.ts';

/** Milliseconds between two looks, over all processes; Slack gives up on an event after three tries, so some are missed. */
const dayMs = 24 * 3_600_000;
/** Milliseconds between two tries to be the process that looks. */
const tryMs = 3_600_000;

export type DailyLookDependencies = {
  readonly workspaces: () => AsyncIterable<string>;
  readonly endings: Pick<Endings, 'look'>;
  readonly leases: Pick<Leases, 'take'>;
  readonly logger: Logger;
};

/** Asks Slack once a day about each workspace, by one process of all, until it is closed. */
export function startDailyLook({ workspaces, endings, leases, logger }: DailyLookDependencies): {
  close(): void;
} {
  async function look(): Promise<void> {
    if (!(await leases.take('slack-look', dayMs))) return;
    for await (const workspaceId of workspaces())
      await endings.look(workspaceId).catch((err: unknown) => {
        logger.warn({ err, workspaceId }, 'Slack could not be asked about a workspace');
      });
  }
  const begin = () =>
    void look().catch((err: unknown) => logger.warn({ err }, 'Slack was not asked about workspaces'));
  begin();
  const timer = setInterval(begin, tryMs).unref();
  return { close: () => clearInterval(timer) };
}
