import type { Json } from '../../simulations/slack/payloads.ts';
import {
  homeOpened,
  interaction,
  messageAction,
  messageShortcut,
  type Sender,
  slashCommand,
  viewAction,
  viewSubmission,
} from '../../simulations/slack/requests.ts';
import type { Bot } from './bot.ts';
import type { Conversations } from './conversations.ts';
import { Refusal } from './refusal.ts';
import type { Responses } from './responses.ts';
import type { PlaygroundSettings } from './settings.ts';
import type { Views } from './views.ts';
import type { Clicked, HandedOver, Outcome, Said, Seat, Submitted } from './wire.ts';

export type InteractionDependencies = {
  readonly settings: Pick<PlaygroundSettings, 'slack' | 'bot'>;
  readonly bot: Bot;
  readonly views: Views;
  readonly responses: Responses;
  readonly conversations: Conversations;
};

/** Slack sends the three characters of its markup escaped: https://docs.slack.dev/messaging/formatting-message-text */
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const closedView = () => new Refusal('This form was closed. Type the command again.');

/** What people in the page do, sent to the bot as Slack sends it. */
export function createInteractions({
  settings,
  bot,
  views,
  responses,
  conversations,
}: InteractionDependencies) {
  const { slack } = settings;
  const { commandWord } = settings.bot;

  function senderOf({ person }: Pick<Seat, 'person'>): Sender {
    const found = slack.people.find(({ id }) => id === person);
    if (!found) throw new Refusal('There is no such person here. Load the page again.');
    const { teamId, appId, botUserId } = slack;
    return { teamId, userId: found.id, userName: found.name, appId, botUserId };
  }

  async function command({ text, conversation, ...seat }: Said): Promise<void> {
    const channel = slack.channels.find(({ id }) => id === conversation);
    const name = channel?.name.replace('#', '') ?? 'directmessage';
    const body = slashCommand(senderOf(seat), {
      word: commandWord,
      text: escaped(text.slice(commandWord.length).trim()),
      conversation: { id: conversation, name },
      triggerId: await views.trigger(seat),
      responseUrl: responses.urlFor({ person: seat.person, conversation }),
    });
    const answer = await bot.send(body);
    if (answer.text !== undefined) responses.show({ person: seat.person, conversation }, answer);
  }

  async function clickInView(click: Clicked, triggerId: string): Promise<void> {
    const view = views.filled(click.view ?? '', click);
    if (!view) throw closedView();
    await bot.send(interaction(viewAction(senderOf(click), { view, action: click.action, triggerId })));
  }

  async function clickInMessage(click: Clicked, triggerId: string): Promise<void> {
    const { action, conversation = '', post = '', person, blocks } = click;
    const isPrivate = responses.has(post);
    const payload = messageAction(senderOf(click), {
      action,
      conversationId: conversation,
      ts: isPrivate ? responses.timeOf(post) : post,
      isPrivate,
      ...(blocks && { blocks }),
      triggerId,
      responseUrl: responses.urlFor({ person, conversation, post: isPrivate ? post : undefined }),
    });
    await bot.send(interaction(payload));
  }

  function outcomeOf(viewId: string, answer: Json): Outcome {
    if (answer.response_action === 'errors')
      return { kind: 'errors', errors: answer.errors as Record<string, string> };
    const view = answer.response_action === 'update' && views.redraw(viewId, answer.view as Json);
    if (view) return { kind: 'view', view };
    views.close(viewId);
    return { kind: 'closed' };
  }

  return {
    /** A command goes to the bot; all else is said in the conversation. */
    async say(said: Said): Promise<void> {
      const { text, conversation: channel, person } = said;
      if (text === commandWord || text.startsWith(`${commandWord} `)) return command(said);
      if (text.startsWith('/'))
        throw new Refusal(`${text.split(' ')[0]} is no command here. Commands begin with ${commandWord}.`);
      await slack.callAs(person, 'chat.postMessage', { channel, text: escaped(text) });
    },
    async click(click: Clicked): Promise<void> {
      const { page, person } = click;
      const triggerId = await views.trigger({ page, person });
      return click.view ? clickInView(click, triggerId) : clickInMessage(click, triggerId);
    },
    /** Hands a message of a conversation over, as the shortcut in its menu does. */
    async handOver({ conversation, post, page, person }: HandedOver): Promise<void> {
      const found = (await conversations.read(person, conversation)).find(({ id }) => id === post);
      if (!found) throw new Refusal('There is no such message any more. Load the page again.');
      const { text, blocks, personId } = found;
      const payload = messageShortcut(senderOf({ person }), {
        conversationId: conversation,
        message: { ts: post, text, blocks, ...(personId ? { user: personId } : { bot_id: slack.appId }) },
        triggerId: await views.trigger({ page, person }),
        responseUrl: responses.urlFor({ person, conversation }),
      });
      await bot.send(interaction(payload));
    },
    async submit({ view: id, state, ...seat }: Submitted): Promise<Outcome> {
      const view = views.filled(id, { person: seat.person, state });
      if (!view) throw closedView();
      const triggerId = await views.trigger(seat);
      return outcomeOf(id, await bot.send(interaction(viewSubmission(senderOf(seat), { view, triggerId }))));
    },
    /** Says that a person opened the bot's Home; the bot then publishes it. */
    async openHome(seat: Seat): Promise<void> {
      await bot.send(homeOpened(senderOf(seat), await conversations.direct(seat.person)));
    },
  };
}
export type Interactions = ReturnType<typeof createInteractions>;
