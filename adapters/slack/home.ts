import type { App, BlockAction, EnvelopedEvent } from '@slack/bolt';
import type { AppHomeOpenedEvent } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Chat } from '../../src/chat/chat.ts';
import { databaseAway } from '../../src/chat/messages/fault-message.ts';
import { type Message, sentence } from '../../src/chat/model/message.ts';
import type { Logger } from '../../src/logger.ts';
import { draw } from './draw.ts';
import { withoutNative } from './native.ts';
import { paginate } from './paginate.ts';
import type { People } from './people.ts';
import { workspaceIdOf } from './workspace.ts';

type HomeNoticeDependencies = {
  readonly chat: Pick<Chat, 'home'>;
  readonly logger: Logger;
  readonly urgent: WebClient;
  readonly people: People;
};
type Opened = Pick<AppHomeOpenedEvent, 'user' | 'channel'>;

/** The person's direct messages with the bot, which a Home carries for the answers to clicks in it. */
export const directOf = ({ view, user }: Pick<BlockAction, 'view' | 'user'>): string =>
  view?.private_metadata || user.id;

/** Draws a message as somebody's Home: https://docs.slack.dev/surfaces/app-home */
export async function publish(
  { user, channel }: Opened,
  message: Message,
  { urgent, people }: { readonly urgent: WebClient; readonly people: People },
): Promise<void> {
  const pages = await Promise.all(paginate(withoutNative(message).message).map((page) => draw(page, people)));
  const blocks = pages.flatMap((page) => page.blocks);
  await urgent.views.publish({ user_id: user, view: { type: 'home', private_metadata: channel, blocks } });
}

/** Draws the Home of whoever opens it, as things are then. */
export function registerHome(app: App, { chat, logger, urgent, people }: HomeNoticeDependencies): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    // Whether the app is installed for an organisation stands beside the event, not in it.
    const [installation = body] = body.authorizations ?? [];
    const actor = { workspaceId: workspaceIdOf(installation), userId: event.user };
    try {
      await publish(event, await chat.home(actor, event.channel), { urgent, people });
    } catch (err) {
      // It stays as it was, until it is opened again.
      logger.warn({ err, user: event.user }, 'a Home could not be drawn');
    }
  });
}

const isOpened = (body: object): body is EnvelopedEvent<AppHomeOpenedEvent> =>
  'event' in body && (body.event as { type?: string }).type === 'app_home_opened';

/** Creates what tells that the database is away to whoever opens the Home or clicks in it: there is no message to answer. */
export function createHomeNotice(urgent: WebClient, people: People) {
  return async function sayInHome(body: object): Promise<void> {
    if (isOpened(body)) {
      if (body.event.tab === 'home') await publish(body.event, sentence(databaseAway), { urgent, people });
      return;
    }
    const { view, user } = body as BlockAction;
    if (view?.type === 'home')
      await urgent.chat.postMessage({ channel: directOf({ view, user }), text: databaseAway });
  };
}
