import type { App } from '@slack/bolt';
import type { HomeView } from '@slack/types';
import type { Message } from '../../src/chat/message.ts';
import { draw } from './draw.ts';
import type { ListenerSettings } from './listeners.ts';
import { withoutNative } from './native.ts';
import { paginate } from './paginate.ts';
import type { People } from './people.ts';
import { workspaceIdOf } from './workspace.ts';

/** Draws a message as the bot's Home: https://docs.slack.dev/surfaces/app-home */
async function homeView(message: Message, people: People): Promise<HomeView> {
  const pages = await Promise.all(paginate(withoutNative(message).message).map((page) => draw(page, people)));
  return { type: 'home', blocks: pages.flatMap(({ blocks }) => blocks) };
}

/** Draws the Home of whoever opens it, as things are then. */
export function registerHome(
  app: App,
  { chat, logger, urgent, people }: Pick<ListenerSettings, 'chat' | 'logger' | 'urgent' | 'people'>,
): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    // Whether the app is installed for an organisation stands beside the event, not in it.
    const [installation = body] = body.authorizations ?? [];
    const actor = { workspaceId: workspaceIdOf(installation), userId: event.user };
    try {
      const view = await homeView(await chat.home(actor), people);
      await urgent.views.publish({ user_id: event.user, view });
    } catch (err) {
      // Nobody waits for an answer to this; the Home stays as it was.
      logger.warn({ err, user: event.user }, 'a Home could not be drawn');
    }
  });
}
