import type { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Chat } from '../../src/chat/chat.ts';
import type { Logger } from '../../src/logger.ts';
import { draw } from './draw.ts';
import { paginate } from './paginate.ts';
import type { People } from './people.ts';
import { workspaceIdOf } from './workspace.ts';

export type MentionDependencies = {
  readonly chat: Pick<Chat, 'command'>;
  readonly logger: Logger;
  readonly urgent: WebClient;
  readonly people: People;
};

/**
 * Answers whoever mentions the bot with help, for them alone and where they are: what they wrote is not read. Slack tells
 * of mentions only where the scope for it was granted. https://docs.slack.dev/reference/events/app_mention
 */
export function registerMention(app: App, { chat, logger, urgent, people }: MentionDependencies): void {
  app.event('app_mention', async ({ event, body }) => {
    const { user, channel, thread_ts } = event;
    if (!user) return;
    const [installation = body] = body.authorizations ?? [];
    const actor = { workspaceId: workspaceIdOf(installation), userId: user };
    try {
      const reply = await chat.command('help', { actor, conversationId: channel });
      if (reply.kind !== 'message') return;
      for (const page of paginate(reply.message)) {
        const where = { channel, user, ...(thread_ts && { thread_ts }) };
        await urgent.chat.postEphemeral({ ...where, ...(await draw(page, people)) });
      }
    } catch (err) {
      logger.warn({ err, user }, 'a mention could not be answered');
    }
  });
}
