import type { App, BlockAction, MessageShortcut, RespondFn } from '@slack/bolt';
import type { Chat } from '../../src/chat/chat.ts';
import { faultMessage } from '../../src/chat/messages/fault-message.ts';
import { type ButtonAction, buttonActions, type Message, readsTexts } from '../../src/chat/model/message.ts';
import type { Reply } from '../../src/chat/model/reply.ts';
import type { Logger } from '../../src/logger.ts';
import { attachedText } from './attached.ts';
import type { ClientsOf } from './clients.ts';
import { commandContext, commandText, openingOf, timeZoneOf } from './commands.ts';
import { draw } from './draw.ts';
import { isOutdatedView, slackError } from './errors.ts';
import { formCallbackId, formView } from './form.ts';
import { readMessage, textsToCopy } from './handed-message.ts';
import { directOf, publish } from './home.ts';
import { explainShortcut } from './manifest.ts';
import { nameInBlock } from './mark.ts';
import { withoutNative } from './native.ts';
import { paginate } from './paginate.ts';
import { actionOf, menuAction } from './render.ts';
import { readValues, type ViewState } from './view-state.ts';
import { workspaceIdOf } from './workspace.ts';

export type ListenerDependencies = {
  readonly chat: Chat;
  readonly logger: Logger;
  readonly commandWord: string;
  readonly clientsOf: ClientsOf;
  readonly slackApiUrl: string;
};

/** Tells one person something; in place of the message that was clicked, where that can be. */
type Tell = (message: Message, replace?: boolean) => Promise<void>;
type Clicked = {
  readonly body: BlockAction;
  readonly respond: RespondFn;
  readonly action: ButtonAction;
  readonly value: string;
  /** Of the block in which it was clicked. */
  readonly blockId: string;
};
type Answering = { readonly workspaceId: string; readonly tell: Tell; readonly triggerId: string };

/** Registers what the bot listens to. Each acknowledges first, unless the acknowledgement is the answer. */
export function registerListeners(
  app: App,
  { chat, logger, commandWord, clientsOf, slackApiUrl }: ListenerDependencies,
): void {
  // Whether a workspace knows newer blocks is not asked for what one person sees.
  const pagesOf = (message: Message) => paginate(withoutNative(message).message);

  const privately =
    (workspaceId: string, respond: RespondFn): Tell =>
    async (message, replace = false) => {
      const { people } = await clientsOf(workspaceId);
      for (const page of pagesOf(message)) {
        const content = await draw(page, people);
        await respond({ response_type: 'ephemeral', replace_original: replace, ...content });
      }
    };

  /** A click in the bot's Home has no message beside it, so it is answered among the person's direct messages. */
  const directly =
    (workspaceId: string, home: Parameters<typeof publish>[0]): Tell =>
    async (message, replace = false) => {
      const { urgent, people } = await clientsOf(workspaceId);
      // What takes the place of what was clicked there is the Home itself.
      if (replace) return publish(home, message, { urgent, people });
      const { channel } = home;
      for (const page of pagesOf(message))
        await urgent.chat.postMessage({ channel, ...(await draw(page, people)) });
    };

  async function answer(reply: Reply, { workspaceId, tell, triggerId }: Answering): Promise<void> {
    switch (reply.kind) {
      case 'none':
        return;
      case 'form': {
        const { urgent, grants } = await clientsOf(workspaceId);
        await urgent.views.open({ trigger_id: triggerId, view: formView(reply.form, grants) });
        return;
      }
      case 'message':
        return tell(reply.message);
      case 'replacement':
        return tell(reply.message, true);
      default:
        return reply satisfies never;
    }
  }

  /** Carries out what was asked; a fault is told to the person, under a reference that is in the log too. */
  async function serve(answering: Answering, work: () => Promise<Reply>): Promise<void> {
    try {
      await answer(await work(), answering);
    } catch (err) {
      await answering.tell(faultMessage(err, logger));
    }
  }

  app.command(commandWord, async ({ ack, command, respond, context }) => {
    await ack();
    const opening = openingOf(context);
    const asked = commandContext(command, clientsOf);
    const { workspaceId } = asked.actor;
    const tell = privately(workspaceId, respond);
    await serve({ workspaceId, tell, triggerId: command.trigger_id }, async () => {
      if (!opening) return chat.command(commandText(command), asked);
      const { error, instead } = await opening;
      if (error) throw slackError(error, 'open a form');
      return instead ?? { kind: 'none' };
    });
  });

  app.shortcut<MessageShortcut>(
    { callback_id: explainShortcut.callback_id, type: 'message_action' },
    async ({ ack, shortcut, respond }) => {
      await ack();
      const workspaceId = workspaceIdOf(shortcut);
      const actor = { workspaceId, userId: shortcut.user.id };
      const tell = privately(workspaceId, respond);
      await serve({ workspaceId, tell, triggerId: shortcut.trigger_id }, async () => {
        const { botToken, grants } = await clientsOf(workspaceId);
        const { text, files, threadId } = readMessage(shortcut);
        const access = { botToken, grants, slackApiUrl, commandWord, logger };
        const handed = { text, threadId, files: files.map((file) => attachedText(file, access)) };
        return chat.explain(handed, { actor, conversationId: shortcut.channel.id });
      });
    },
  );

  /** Carries out a click on a button, or a choice of a menu. */
  async function clicked({ body, respond, action, value, blockId }: Clicked): Promise<void> {
    const conversationId = body.channel?.id ?? directOf(body);
    const workspaceId = workspaceIdOf(body);
    const actor = { workspaceId, userId: body.user.id };
    const timeZone = () => timeZoneOf(actor, clientsOf);
    const context = { actor, conversationId, picksConversations: true, timeZone };
    const message = body.message && { conversationId, messageId: body.message.ts };
    const inHome = { user: body.user.id, channel: conversationId };
    const tell = body.channel ? privately(workspaceId, respond) : directly(workspaceId, inHome);
    const texts = readsTexts(action) ? textsToCopy(body.message) : undefined;
    const click = { action, value, message, postedAs: nameInBlock(blockId), texts };
    await serve({ workspaceId, tell, triggerId: body.trigger_id }, () => chat.click(click, context));
  }

  app.action<BlockAction>(new RegExp(`^(${buttonActions.join('|')})(:\\d+)?$`), async (args) => {
    const { ack, action, body, respond } = args;
    await ack();
    if (action.type !== 'button') return;
    const name = actionOf(action.action_id) as ButtonAction;
    const { block_id: blockId, value = '' } = action;
    await clicked({ body, respond, action: name, value, blockId });
  });

  app.action<BlockAction>(menuAction, async (args) => {
    const { ack, action, body, respond } = args;
    await ack();
    if (action.type !== 'overflow') return;
    const [name = '', value = ''] = action.selected_option.value.split(' ');
    const chosen = buttonActions.find((each) => each === name);
    if (chosen) await clicked({ body, respond, action: chosen, value, blockId: action.block_id });
  });

  // Inputs of a form tell of a choice only where the form is to be drawn anew for it.
  app.action<BlockAction>({ type: 'block_actions', callback_id: formCallbackId }, async ({ ack, body }) => {
    await ack();
    if (!body.view) return;
    const { id: view_id, hash, private_metadata: token, state } = body.view;
    const actor = { workspaceId: workspaceIdOf(body), userId: body.user.id };
    const form = await chat.redraw({ actor, token, values: readValues(state as ViewState) });
    const { urgent, grants } = await clientsOf(actor.workspaceId);
    try {
      await urgent.views.update({ view_id, hash, view: formView(form, grants) });
    } catch (error) {
      // A later choice has drawn the form already.
      if (!isOutdatedView(error)) throw error;
    }
  });
}
