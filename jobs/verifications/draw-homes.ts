import type { AdapterOf } from '../../src/chat/delivery/chat-adapter.ts';
import type { HomeVisitors } from '../../src/chat/delivery/home-visitors.ts';
import { type HomeDependencies, homeMessage } from '../../src/chat/home.ts';
import type { Logger } from '../../src/logger.ts';

export type DrawHomesDependencies = Omit<HomeDependencies, 'commandWord'> & {
  readonly homeVisitors: Pick<HomeVisitors, 'lately'>;
  readonly adapterOf: AdapterOf;
  readonly logger: Logger;
};

/** Creates what draws the Homes of a workspace as things are now, for whoever looked at them lately. */
export function createDrawHomes(dependencies: DrawHomesDependencies) {
  const { homeVisitors, adapterOf, logger } = dependencies;
  return async function drawHomes(workspaceId: string): Promise<void> {
    const { showHome, commandWord } = adapterOf(workspaceId);
    if (!showHome) return;
    for (const place of await homeVisitors.lately(workspaceId)) {
      const actor = { workspaceId, userId: place.userId };
      try {
        await showHome(workspaceId, place, await homeMessage({ ...dependencies, commandWord }, actor));
      } catch (err) {
        // It stays as it was, until it is opened again.
        logger.warn({ err, user: place.userId }, 'a Home could not be drawn anew');
      }
    }
  };
}
