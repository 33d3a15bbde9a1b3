import { App, type Authorize, type AuthorizeSourceData, type ViewSubmitAction } from '@slack/bolt';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';
import type { Chat } from '../../src/chat/chat.ts';
import type { Metrics } from '../../src/metrics.ts';
import type { Leases } from '../../src/workspaces/leases.ts';
import type { WorkspaceLife } from '../../src/workspaces/life.ts';
import { createAdmission } from './admission.ts';
import { createFormOpener } from './commands.ts';
import { startDailyLook } from './daily-look.ts';
import type { Endings } from './endings.ts';
import { formCallbackId } from './form.ts';
import { registerGroups, type SlackGroups } from './groups.ts';
import { createHomeNotice, registerHome } from './home.ts';
import { registerListeners } from './listeners.ts';
import { slackLogger } from './logger.ts';
import { registerMention } from './mention.ts';
import { registerPosted } from './posted.ts';
import type { SlackReach } from './reach.ts';
import { createReceiver, type ReceiverDependencies } from './receiver.ts';
import { createSubmissionListener } from './submissions.ts';
import { watchRequests } from './watch-requests.ts';
import { workspaceOf } from './workspace.ts';
import { lifeEvents, registerWorkspaceEvents } from './workspace-events.ts';

export type SlackAppDependencies = ReceiverDependencies & {
  readonly chat: Chat;
  readonly reach: SlackReach;
  readonly life: WorkspaceLife;
  readonly groups: Pick<SlackGroups, 'forget'>;
  readonly endings: Endings;
  readonly leases: Leases;
  readonly commandWord: string;
  readonly metrics: Pick<Metrics, 'acknowledged'>;
  readonly replayGuard: ReplayGuard;
  readonly now: () => Date;
};

/** The workspace that something came from, unless it says itself that the workspace comes or goes. */
function seenIn(source: AuthorizeSourceData<boolean>, body: unknown): string | undefined {
  const { event } = (body ?? {}) as { event?: { type?: string } };
  if (lifeEvents.some((type) => type === event?.type)) return undefined;
  const { teamId, enterpriseId, isEnterpriseInstall: isOrganisation } = source;
  return workspaceOf({ teamId, enterpriseId, isOrganisation });
}

/** Starts to receive from Slack: through a socket, or as soon as the HTTP server listens. */
export async function startSlackApp(settings: SlackAppDependencies): Promise<{ close(): Promise<void> }> {
  const { groups, chat, reach, life, endings, leases, slackApiUrl, logger, transport } = settings;
  const { commandWord, replayGuard, now } = settings;
  const { clientsOf, workspaces } = reach;

  /** Who is let in is there, whatever was told before; nobody waits for that. */
  const authorize: Authorize<boolean> = async (source, body) => {
    const result = await reach.authorize(source, body);
    const workspaceId = seenIn(source, body);
    if (workspaceId)
      life
        .seen(workspaceId, () => endings.isThere(workspaceId))
        .catch((err: unknown) => logger.debug({ err, workspaceId }, 'a workspace was not looked at'));
    return result;
  };

  const receiver = createReceiver(settings);
  const app = new App({
    receiver,
    authorize,
    clientOptions: { slackApiUrl },
    logger: slackLogger(logger),
    // Bolt would ask auth.test for each request otherwise.
    tokenVerificationEnabled: false,
    // It would keep every conversation in memory.
    convoStore: false,
    ...(transport.kind === 'socket' && { socketMode: true }),
  });
  app.error(async (error) => {
    const original = 'original' in error && error.original instanceof Error ? error.original : error;
    logger.warn({ err: original }, 'a request from Slack was refused or could not be served');
    throw error;
  });
  watchRequests(app, settings.metrics);
  const openAhead = createFormOpener(chat, clientsOf);
  const sayInHome = createHomeNotice(clientsOf);
  app.use(createAdmission({ guard: replayGuard, now, openAhead, sayInHome }));
  registerListeners(app, { chat, logger, commandWord, clientsOf, slackApiUrl });
  registerMention(app, { chat, logger, clientsOf });
  registerPosted(app, { chat, logger });
  registerWorkspaceEvents(app, { life, endings, reach, logger });
  registerGroups(app, groups);
  registerHome(app, { chat, logger, clientsOf });
  app.view<ViewSubmitAction>(
    formCallbackId,
    createSubmissionListener({ chat, logger, commandWord, slackApiUrl, clientsOf }),
  );

  if (transport.kind === 'socket') await app.start();
  const look = startDailyLook({ workspaces, endings, leases, logger });
  return {
    async close() {
      look.close();
      if (transport.kind === 'socket') await app.stop();
    },
  };
}
