import { App, type AuthorizeSourceData, type ViewSubmitAction } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';
import type { Chat } from '../../src/chat/chat.ts';
import { AppError } from '../../src/errors.ts';
import { createAdmission } from './admission.ts';
import { createFormOpener } from './commands.ts';
import { slackError } from './errors.ts';
import { formCallbackId } from './form.ts';
import { createHomeNotice, registerHome } from './home.ts';
import { registerListeners } from './listeners.ts';
import { slackLogger } from './logger.ts';
import { registerMention } from './mention.ts';
import type { People } from './people.ts';
import { registerPosted } from './posted.ts';
import { createReceiver, type ReceiverDependencies } from './receiver.ts';
import { createSubmissionListener } from './submissions.ts';

export type SlackAppDependencies = ReceiverDependencies & {
  readonly chat: Chat;
  readonly botToken: string;
  readonly installed: SlackInstallation;
  readonly commandWord: string;
  readonly replayGuard: ReplayGuard;
  readonly people: People;
  readonly now: () => Date;
};

/**
 * How often calls are sent again and what they may take, in milliseconds. Urgent ones give up rather than arrive too late.
 * Posts are sent once: an answer that was lost may mean that the message is there, and Slack offers no look. The rest may be
 * sent as often as one likes.
 */
const patience = {
  usual: { retries: 3, timeout: 15_000 },
  urgent: { retries: 0, timeout: 2_500 },
  posts: { retries: 0, timeout: 15_000 },
};

/** A client for Slack's Web API. What Slack asks to wait is waited for in the queue, where it holds nothing else up. */
export function createSlackClient(settings: {
  readonly botToken: string;
  readonly slackApiUrl: string;
  readonly logger: ReceiverDependencies['logger'];
  readonly for?: keyof typeof patience;
}): WebClient {
  const { botToken, slackApiUrl, logger, for: purpose = 'usual' } = settings;
  const { retries, timeout } = patience[purpose];
  return new WebClient(botToken, {
    slackApiUrl,
    logger: slackLogger(logger),
    retryConfig: { retries },
    timeout,
    rejectRateLimitedCalls: true,
  });
}

/** Who the bot is in Slack. */
export type SlackInstallation = {
  readonly teamId: string | undefined;
  readonly enterpriseId: string | undefined;
  /** Installed for a whole organisation. */
  readonly isOrganisation: boolean;
  readonly botId: string | undefined;
  readonly botUserId: string | undefined;
};

/** Asks Slack once whose the token is, since Bolt would otherwise ask before every request. */
export async function signInToSlack(client: WebClient): Promise<SlackInstallation> {
  try {
    const answer = await client.auth.test();
    const { team_id: teamId, enterprise_id: enterpriseId, bot_id: botId, user_id: botUserId } = answer;
    return { teamId, enterpriseId, isOrganisation: answer.is_enterprise_install === true, botId, botUserId };
  } catch (cause) {
    throw slackError(cause, 'sign in to Slack with SLACK_BOT_TOKEN');
  }
}

/** Starts to receive from Slack: through a socket, or as soon as the HTTP server listens. */
export async function startSlackApp(settings: SlackAppDependencies): Promise<{ close(): Promise<void> }> {
  const { botToken, installed, slackApiUrl, logger, transport, chat, commandWord, replayGuard, now, people } =
    settings;
  const urgent = createSlackClient({ botToken, slackApiUrl, logger, for: 'urgent' });

  async function authorize({ teamId, enterpriseId, isEnterpriseInstall }: AuthorizeSourceData<boolean>) {
    // One that names no organisation is of none, also where the installation is of none either.
    const isOfOrganisation = enterpriseId !== undefined && enterpriseId === installed.enterpriseId;
    const isOurs = isEnterpriseInstall ? isOfOrganisation : teamId === installed.teamId;
    if (!isOurs && !(installed.isOrganisation && isOfOrganisation)) {
      throw new AppError('A request came from a workspace that the bot token is not for', {
        code: 'slack.unknown-workspace',
      });
    }
    const { botId, botUserId } = installed;
    return { botToken, ...(botId && { botId }), ...(botUserId && { botUserId }) };
  }

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
  const openAhead = createFormOpener(chat, urgent, people);
  const sayInHome = createHomeNotice(urgent, people);
  app.use(createAdmission({ guard: replayGuard, now, openAhead, sayInHome }));
  registerListeners(app, { chat, logger, commandWord, urgent, people });
  registerMention(app, { chat, logger, urgent, people });
  registerPosted(app, { chat, logger });
  registerHome(app, { chat, logger, urgent, people });
  app.view<ViewSubmitAction>(
    formCallbackId,
    createSubmissionListener({ chat, logger, commandWord, slackApiUrl, botToken }),
  );

  if (transport.kind === 'http') return { close: async () => undefined };
  await app.start();
  return {
    async close() {
      await app.stop();
    },
  };
}
