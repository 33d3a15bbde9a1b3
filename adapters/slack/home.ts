import type { App, BlockAction, EnvelopedEvent } from '@slack/bolt';
import type { AppHomeOpenedEvent } from '@slack/types';
import type { Chat } from '../../src/chat/chat.ts';
import { databaseAway } from '../../src/chat/messages/fault-message.ts';
import { type Message, sentence } from '../../src/chat/model/message.ts';
import type { Logger } from '../../src/logger.ts';
import type { ClientsOf, WorkspaceClients } from './clients.ts';
import { draw } from './draw.ts';
import { withoutNative } from './native.ts';
import { paginate } from './paginate.ts';
import { workspaceIdOf, workspaceOfEvent } from './workspace.ts';

type HomeNoticeDependencies = {
  readonly chat: Pick<Chat, 'home'>;
  readonly logger: Logger;
  readonly clientsOf: ClientsOf;
};
type Opened = Pick<AppHomeOpenedEvent, 'user' | 'channel'>;

/** The person's direct messages with the bot, which a Home carries for the answers to clicks in it. */
export const directOf = ({ view, user }: Pick<BlockAction, 'view' | 'user'>): string =>
  view?.private_metadata || user.id;

/** Draws a message as somebody's Home: https://docs.slack.dev/surfaces/app-home */
export async function publish(
  { user, channel }: Opened,
  message: Message,
  { urgent, people }: Pick<WorkspaceClients, 'urgent' | 'people'>,
): Promise<void> {
  const pages = await Promise.all(paginate(withoutNative(message).message).map((page) => draw(page, people)));
  const blocks = pages.flatMap((page) => page.blocks);
  await urgent.views.publish({ user_id: user, view: { type: 'home', private_metadata: channel, blocks } });
}

/** Draws the Home of whoever opens it, as things are then. */
export function registerHome(app: App, { chat, logger, clientsOf }: HomeNoticeDependencies): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const actor = { workspaceId: workspaceOfEvent(body), userId: event.user };
    try {
      const home = await chat.home(actor, event.channel);
      await publish(event, home, await clientsOf(actor.workspaceId));
    } catch (err) {
      // It stays as it was, until it is opened again.
      logger.warn({ err, user: event.user }, 'a Home could not be drawn');
    }
  });
}

const isOpened = (body: object): body is EnvelopedEvent<AppHomeOpenedEvent> =>
  'event' in body && (body.event as { type?: string }).type === 'app_home_opened';

/** Creates what tells that the database is away to whoever opens the Home or clicks in it: there is no message to answer. */
export function createHomeNotice(clientsOf: ClientsOf) {
  return async function sayInHome(body: object): Promise<void> {
    if (isOpened(body)) {
      if (body.event.tab !== 'home') return;
      await publish(body.event, sentence(databaseAway), await clientsOf(workspaceOfEvent(body)));
      return;
    }
    const { view, user } = body as BlockAction;
    if (view?.type !== 'home') return;
    const { urgent } = await clientsOf(workspaceIdOf(body as BlockAction));
    await urgent.chat.postMessage({ channel: directOf({ view, user }), text: databaseAway });
  };
}
