import type { Context, SlashCommand } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Chat } from '../../src/chat/chat.ts';
import type { ChatContext } from '../../src/chat/model/context.ts';
import type { Form } from '../../src/chat/model/form.ts';
import { formView } from './form.ts';
import type { People } from './people.ts';
import { workspaceIdOf } from './workspace.ts';

/** What was typed behind the command; Slack escapes three characters in it. */
export function commandText({ text }: SlashCommand): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export function commandContext(command: SlashCommand, people: People): ChatContext {
  const actor = { workspaceId: workspaceIdOf(command), userId: command.user_id };
  const timeZone = async () => (await people.find(command.user_id))?.timeZone;
  return { actor, conversationId: command.channel_id, picksConversations: true, timeZone };
}

/** A form that is being opened ahead of everything else; resolves to what went wrong, if anything did. */
export type Opening = Promise<{ readonly error?: unknown }>;

/** The form that the middleware has begun to open for this command. */
export function openingOf(context: Context): Opening | undefined {
  return (context as { opening?: Opening }).opening;
}

/**
 * Begins to open the form of a command that opens one, before the request is checked against replays: a trigger lasts
 * three seconds and works once, so opening is urgent, and a request that is sent again can open nothing.
 * https://docs.slack.dev/surfaces/modals
 */
export function createFormOpener(chat: Pick<Chat, 'formOf'>, urgent: WebClient, people: People) {
  return function openAhead(command: SlashCommand): Opening | undefined {
    const form = chat.formOf(commandText(command), commandContext(command, people));
    if (!form) return undefined;
    const open = (shown: Form) =>
      urgent.views.open({ trigger_id: command.trigger_id, view: formView(shown) });
    // A form that is there at once is opened at once.
    return (form instanceof Promise ? form.then(open) : open(form)).then(
      () => ({}),
      (error: unknown) => ({ error }),
    );
  };
}
