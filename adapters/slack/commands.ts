import type { Context, SlashCommand } from '@slack/bolt';
import type { Actor } from '../../src/access/policy.ts';
import type { Chat } from '../../src/chat/chat.ts';
import type { ChatContext } from '../../src/chat/model/context.ts';
import type { Reply } from '../../src/chat/model/reply.ts';
import type { ClientsOf } from './clients.ts';
import { formView } from './form.ts';
import { workspaceIdOf } from './workspace.ts';

/** What was typed behind the command; Slack escapes three characters in it. */
export function commandText({ text }: SlashCommand): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The time zone of a person, where Slack tells it. */
export async function timeZoneOf({ workspaceId, userId }: Actor, clientsOf: ClientsOf) {
  const { people } = await clientsOf(workspaceId);
  return (await people.find(userId))?.timeZone;
}

export function commandContext(command: SlashCommand, clientsOf: ClientsOf): ChatContext {
  const actor = { workspaceId: workspaceIdOf(command), userId: command.user_id };
  const timeZone = () => timeZoneOf(actor, clientsOf);
  return { actor, conversationId: command.channel_id, picksConversations: true, timeZone };
}

/** A form that is being opened ahead of everything else; resolves to what went wrong, or to what there is in its place. */
export type Opening = Promise<{ readonly error?: unknown; readonly instead?: Reply }>;

/** The form that the middleware has begun to open for this command. */
export function openingOf(context: Context): Opening | undefined {
  return (context as { opening?: Opening }).opening;
}

/**
 * Begins to open the form of a command that opens one, before the request is checked against replays: a trigger lasts
 * three seconds and works once, so opening is urgent, and a request that is sent again can open nothing.
 * https://docs.slack.dev/surfaces/modals
 */
export function createFormOpener(chat: Pick<Chat, 'openAhead'>, clientsOf: ClientsOf) {
  return function openAhead(command: SlashCommand): Opening | undefined {
    const context = commandContext(command, clientsOf);
    const reply = chat.openAhead(commandText(command), context);
    if (!reply) return undefined;
    const open = async (shown: Reply) => {
      if (shown.kind !== 'form') return { instead: shown };
      const { urgent, grants } = await clientsOf(context.actor.workspaceId);
      await urgent.views.open({ trigger_id: command.trigger_id, view: formView(shown.form, grants) });
      return {};
    };
    // A form that is there at once is opened at once.
    const opening = reply instanceof Promise ? reply.then(open) : open(reply);
    return opening.catch((error: unknown) => ({ error }));
  };
}
