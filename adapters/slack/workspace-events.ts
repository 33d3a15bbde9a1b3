import type { App } from '@slack/bolt';
import type { Logger } from '../../src/logger.ts';
import type { WorkspaceLife } from '../../src/workspaces/life.ts';
import type { EndReason } from '../../src/workspaces/workspace-end.ts';
import type { Endings } from './endings.ts';
import type { SlackReach } from './reach.ts';
import { workspaceOfEvent } from './workspace.ts';

/** What Slack tells of installations; all of it without a scope. */
export const lifeEvents = [
  'app_uninstalled',
  'tokens_revoked',
  'team_access_granted',
  'team_access_revoked',
] as const;

export type WorkspaceEventDependencies = {
  readonly life: Pick<WorkspaceLife, 'end' | 'revive' | 'hasEnded'>;
  readonly endings: Pick<Endings, 'isGone' | 'look'>;
  readonly reach: Pick<SlackReach, 'installedSince' | 'forget'>;
  readonly logger: Logger;
};

type Envelope = Parameters<typeof workspaceOfEvent>[0] & { readonly event_time: number };

/**
 * Ends workspaces as Slack tells of it. The events come in no promised order, more than once, and some after the app was
 * installed again. https://docs.slack.dev/reference/events/app_uninstalled
 */
export function registerWorkspaceEvents(app: App, dependencies: WorkspaceEventDependencies): void {
  const { life, endings, logger } = dependencies;
  const { installedSince, forget } = dependencies.reach;

  /** The workspaces that an event may mean: it says of an installation that is gone less than of one that is there. */
  function meantBy(body: Envelope): string[] {
    const { enterprise_id: enterpriseId } = body;
    const own = workspaceOfEvent(body);
    return [...new Set([own, ...(enterpriseId ? [`slack:${enterpriseId}`] : [])])];
  }

  async function isOfEarlier(workspaceId: string, { event_time: seconds }: Envelope): Promise<boolean> {
    const since = await installedSince(workspaceId);
    if (!since || seconds * 1_000 > since.getTime()) return false;
    // Where Slack does not say that it is over, the daily look finds out.
    return !(await endings.isGone(workspaceId));
  }

  async function end(body: Envelope, reason: EndReason): Promise<void> {
    for (const workspaceId of meantBy(body)) {
      const isKnown = (await installedSince(workspaceId)) ?? (await life.hasEnded(workspaceId));
      if (!isKnown) continue;
      // The event names a workspace of the organisation; the installation for all of it may be there as before.
      if (workspaceId !== workspaceOfEvent(body) && !(await endings.isGone(workspaceId))) continue;
      if (await isOfEarlier(workspaceId, body)) {
        logger.info({ workspaceId, reason }, 'an event is of an installation before this one');
        return;
      }
      await life.end(workspaceId, reason);
      forget(workspaceId);
      return;
    }
    logger.info({ reason }, 'an event is of a workspace that the app is not installed in');
  }

  app.event('app_uninstalled', ({ body }) => end(body, 'uninstalled'));
  app.event('tokens_revoked', async ({ event, body }) => {
    // The others are tokens of people, of which the bot has none.
    if ((event.tokens.bot ?? []).length > 0) await end(body, 'tokens-revoked');
  });
  app.event('team_access_revoked', async ({ event, body }) => {
    for (const workspaceId of event.team_ids.map((id) => `slack:${id}`))
      if (await installedSince(workspaceId)) await life.end(workspaceId, 'access-revoked');
    const organisation = workspaceOfEvent(body);
    if (await installedSince(organisation)) await endings.look(organisation);
  });
  app.event('team_access_granted', async ({ event, body }) => {
    const given = [...event.team_ids.map((id) => `slack:${id}`), workspaceOfEvent(body)];
    for (const workspaceId of given) if (await installedSince(workspaceId)) await life.revive(workspaceId);
  });
}
