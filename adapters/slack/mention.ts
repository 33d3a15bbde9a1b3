import type { App } from '@slack/bolt';
import type { Chat } from '../../src/chat/chat.ts';
import type { Logger } from '../../src/logger.ts';
import type { ClientsOf } from './clients.ts';
import { draw } from './draw.ts';
import { paginate } from './paginate.ts';
import { workspaceOfEvent } from './workspace.ts';

export type MentionDependencies = {
  readonly chat: Pick<Chat, 'command'>;
  readonly logger: Logger;
  readonly clientsOf: ClientsOf;
};

/**
 * Answers whoever mentions the bot with help, for them alone and where they are: what they wrote is not read. Slack tells
 * of mentions only where the scope for it was granted. https://docs.slack.dev/reference/events/app_mention
 */
export function registerMention(app: App, { chat, logger, clientsOf }: MentionDependencies): void {
  app.event('app_mention', async ({ event, body }) => {
    const { user, channel, thread_ts } = event;
    if (!user) return;
    const actor = { workspaceId: workspaceOfEvent(body), userId: user };
    try {
      const reply = await chat.command('help', { actor, conversationId: channel });
      if (reply.kind !== 'message') return;
      const { urgent, people } = await clientsOf(actor.workspaceId);
      for (const page of paginate(reply.message)) {
        const where = { channel, user, ...(thread_ts && { thread_ts }) };
        await urgent.chat.postEphemeral({ ...where, ...(await draw(page, people)) });
      }
    } catch (err) {
      logger.warn({ err, user }, 'a mention could not be answered');
    }
  });
}
