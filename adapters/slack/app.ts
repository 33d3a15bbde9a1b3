import { App, type Authorize, type ViewSubmitAction } from '@slack/bolt';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';
import type { Chat } from '../../src/chat/chat.ts';
import { createAdmission } from './admission.ts';
import type { ClientsOf } from './clients.ts';
import { createFormOpener } from './commands.ts';
import { formCallbackId } from './form.ts';
import { createHomeNotice, registerHome } from './home.ts';
import { registerListeners } from './listeners.ts';
import { slackLogger } from './logger.ts';
import { registerMention } from './mention.ts';
import { registerPosted } from './posted.ts';
import { createReceiver, type ReceiverDependencies } from './receiver.ts';
import { createSubmissionListener } from './submissions.ts';

export type SlackAppDependencies = ReceiverDependencies & {
  readonly chat: Chat;
  readonly clientsOf: ClientsOf;
  readonly authorize: Authorize<boolean>;
  readonly commandWord: string;
  readonly replayGuard: ReplayGuard;
  readonly now: () => Date;
};

/** Starts to receive from Slack: through a socket, or as soon as the HTTP server listens. */
export async function startSlackApp(settings: SlackAppDependencies): Promise<{ close(): Promise<void> }> {
  const { clientsOf, authorize, slackApiUrl, logger, transport, chat, commandWord, replayGuard, now } =
    settings;
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
  const openAhead = createFormOpener(chat, clientsOf);
  const sayInHome = createHomeNotice(clientsOf);
  app.use(createAdmission({ guard: replayGuard, now, openAhead, sayInHome }));
  registerListeners(app, { chat, logger, commandWord, clientsOf });
  registerMention(app, { chat, logger, clientsOf });
  registerPosted(app, { chat, logger });
  registerHome(app, { chat, logger, clientsOf });
  app.view<ViewSubmitAction>(
    formCallbackId,
    createSubmissionListener({ chat, logger, commandWord, slackApiUrl, clientsOf }),
  );

  if (transport.kind === 'http') return { close: async () => undefined };
  await app.start();
  return {
    async close() {
      await app.stop();
    },
  };
}
