import type { Logger } from '../logger.ts';
import type { InstallationStore } from './installations.ts';
import {
  deletionOf,
  type EndReason,
  endWords,
  isDueForDeletion,
  type WorkspaceEnd,
  type WorkspaceEnds,
} from './workspace-end.ts';

/** What is told of a workspace, for the audit. */
export type LifeEvent = {
  readonly workspaceId: string;
  readonly action: 'workspace.install' | 'workspace.end' | 'workspace.revive' | 'workspace.erase';
  /** The person who did it; absent where it came about by itself. */
  readonly by?: string;
  readonly detail?: string;
};

export type WorkspaceLifeDependencies = {
  readonly ends: WorkspaceEnds;
  readonly installations: Pick<InstallationStore, 'remove'>;
  /** Pauses all schedules of a workspace, and takes them off the clock; resolves to how many there were to pause. */
  readonly stopSchedules: (workspaceId: string) => Promise<number>;
  readonly tell: (event: LifeEvent) => Promise<void>;
  /** Has what is due deleted without waiting for its hour. */
  readonly sweepSoon: () => Promise<void>;
  readonly graceDays: number;
  readonly now: () => Date;
  readonly logger: Logger;
};

/** How workspaces come and go. */
export type WorkspaceLife = {
  /** Takes note that the bot is being installed, before it is. */
  installing(workspaceId: string, by: string): Promise<void>;
  /**
   * Ends a workspace: its schedules stop at once, and what is kept goes after the grace period; its tokens at once, where the
   * platform told of the end itself. Told twice, or by several events in any order, it is the same end.
   */
  end(workspaceId: string, reason: EndReason): Promise<void>;
  /** Lets a workspace go on that had ended; nothing changes for one that had not, nor for one that an admin has deleted. */
  revive(workspaceId: string): Promise<void>;
  /**
   * Deletes all that is kept of a workspace at once, but its audit and what the platform gave the bot to speak there. False where
   * some of it is left, which the hourly sweep deletes.
   */
  deleteNow(workspaceId: string): Promise<boolean>;
  hasEnded(workspaceId: string): Promise<boolean>;
  /** Lets a workspace that is marked as ended go on, if it is there after all. Cheap where it did not end. */
  seen(workspaceId: string, isThere: () => Promise<boolean>): Promise<void>;
  /** Deletes what is due. It may be begun again at any point, and by several processes. */
  sweep(): Promise<void>;
};

/** Ends that the platform told of itself: the tokens are gone there too. Every other one may turn out to be none. */
const isToldByPlatform: readonly EndReason[] = ['uninstalled', 'tokens-revoked'];

/** Milliseconds for which it is not looked again whether a workspace that was seen is marked as ended. */
const seenMs = 600_000;
const mostSeen = 10_000;

/** Creates what tends the lives of workspaces. */
export function createWorkspaceLife(dependencies: WorkspaceLifeDependencies): WorkspaceLife {
  const { ends, installations, stopSchedules, tell, sweepSoon, graceDays, now, logger } = dependencies;
  const seenAt = new Map<string, number>();

  async function revive(workspaceId: string): Promise<void> {
    const end = await ends.revive(workspaceId);
    if (!end) return;
    logger.info({ workspaceId }, 'a workspace that had ended goes on');
    await tell({ workspaceId, action: 'workspace.revive', detail: `had ended: ${endWords[end.reason]}` });
  }

  async function erase(workspaceId: string, { reason }: Pick<WorkspaceEnd, 'reason'>): Promise<boolean> {
    // Whoever deletes what is kept goes on with the bot, unless they remove it too.
    if (!(await ends.erase(workspaceId, { keepsInstallation: reason === 'deleted' }))) return false;
    logger.info({ workspaceId }, 'what was kept of a workspace that had ended is deleted');
    await tell({ workspaceId, action: 'workspace.erase', detail: 'all but the audit' });
    return true;
  }

  return {
    revive,
    hasEnded: async (workspaceId) => (await ends.find(workspaceId)) !== undefined,
    installing: (workspaceId, by) => tell({ workspaceId, action: 'workspace.install', by }),
    async end(workspaceId, reason) {
      const end = { endedAt: now().toISOString(), reason };
      const isFirst = await ends.mark(workspaceId, end);
      // At once: what is seen while the rest goes on must find the mark.
      seenAt.delete(workspaceId);
      // Whatever was told before: a process may have died between these steps.
      if (isToldByPlatform.includes(reason)) await installations.remove(workspaceId);
      const stopped = await stopSchedules(workspaceId);
      if (!isFirst) return;
      logger.warn({ workspaceId, reason }, 'a workspace has ended');
      const on = deletionOf(end, graceDays).toISOString();
      const detail = `${endWords[reason]}; schedules paused: ${stopped}; what is kept is deleted at ${on}`;
      await tell({ workspaceId, action: 'workspace.end', detail });
      if (graceDays === 0) await sweepSoon();
    },
    async deleteNow(workspaceId) {
      const end = { endedAt: now().toISOString(), reason: 'deleted' } as const;
      await ends.markDeleted(workspaceId, end);
      await stopSchedules(workspaceId);
      return erase(workspaceId, end);
    },
    async seen(workspaceId, isThere) {
      if (Date.now() - (seenAt.get(workspaceId) ?? 0) < seenMs) return;
      if (seenAt.size >= mostSeen) seenAt.clear();
      seenAt.set(workspaceId, Date.now());
      if ((await ends.find(workspaceId)) && (await isThere())) await revive(workspaceId);
    },
    async sweep() {
      for await (const { workspaceId, ...end } of ends.all())
        try {
          await stopSchedules(workspaceId);
          if (isDueForDeletion(end, { now: now(), graceDays })) await erase(workspaceId, end);
        } catch (err) {
          // It is tried again in an hour; the others are not to wait for it.
          logger.warn({ err, workspaceId }, 'an ended workspace could not be seen to');
        }
    },
  };
}
