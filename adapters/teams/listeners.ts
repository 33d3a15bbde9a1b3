import type { AdaptiveCardActionResponse } from '@microsoft/teams.api';
import { z } from 'zod';
import type { Chat } from '../../src/chat/chat.ts';
import type { ChatAdapter } from '../../src/chat/delivery/chat-adapter.ts';
import { sendPatiently } from '../../src/chat/delivery/retries.ts';
import { faultMessage } from '../../src/chat/messages/fault-message.ts';
import type { Click } from '../../src/chat/model/handlers.ts';
import {
  type ButtonAction,
  buttonActions,
  type Message,
  plainTexts,
  say,
} from '../../src/chat/model/message.ts';
import type { Reply } from '../../src/chat/model/reply.ts';
import { late, within } from '../../src/deadline.ts';
import type { Logger } from '../../src/logger.ts';
import { type MessageAction, readMessage, unreadFile } from './handed-message.ts';
import { render } from './render.ts';
import { type DialogReply, dialogSaying, dialogTelling, dialogWith } from './submissions.ts';
import { answerComes, underWay } from './words.ts';
import { type Origin, threadIn, untilDue } from './workspace.ts';

const WithAction = z.looseObject({
  xoap: z.object({
    action: z.enum(buttonActions),
    value: z.string(),
    postedAs: z.object({ runId: z.string(), name: z.string() }).optional(),
    texts: z.array(z.string()).optional(),
  }),
});

/** What a button of ours carried; undefined for anything else. */
export const actionIn = (data: unknown) => WithAction.safeParse(data).data?.xoap;
export type ActionIn = NonNullable<ReturnType<typeof actionIn>>;

export type ListenerDependencies = {
  readonly chat: Chat;
  readonly adapter: ChatAdapter;
  readonly logger: Logger;
};

/** A click and the message that its button is on. */
export type Clicked = {
  readonly data: ActionIn;
  readonly origin: Origin;
  readonly messageId?: string | undefined;
};

/** What the person alone reads beside the button. */
function saying(value: string): AdaptiveCardActionResponse {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value };
}

/** Whether a message is short enough to be said beside the button. */
const isShort = ({ parts }: Message) => parts.length === 1 && parts[0]?.kind === 'text';

/** A dialog opens from a button only, so what opens a form is answered with one. */
function invitation(action: ButtonAction, value: string, title: string): Message {
  return {
    summary: title,
    parts: [
      say('This opens a form.'),
      { kind: 'buttons', buttons: [{ label: title, action, value, style: 'primary' }] },
    ],
  };
}

/** What a dialog shows of a message: no buttons, which would send the dialog, and no more than a card holds. */
function inADialog({ parts, ...message }: Message, paginate: ChatAdapter['paginate']): Message {
  const [first, ...more] = paginate({ ...message, parts: parts.filter(({ kind }) => kind !== 'buttons') });
  const rest = say('There is more than a dialog holds. Add this app to a chat of yours, and use it again.');
  return { ...message, parts: [...(more.length > 0 ? [rest] : []), ...(first?.parts ?? [])] };
}

const greeting = ({ summary, parts }: Message): Message => ({
  summary,
  parts: [
    say(
      { bold: 'Hello.' },
      ' This bot proves what a cloud credential may do, before an image build needs it. Here is how things stand; ',
      { code: 'home' },
      ' shows it again.',
    ),
    ...parts,
  ],
});

const contextOf = ({ actor, reference: { conversationId, kind }, timeZone }: Origin) => ({
  actor,
  conversationId,
  isOverheard: kind !== 'personal',
  timeZone: async () => timeZone,
});

/** Creates what carries out what people type and click. */
export function createListeners({ chat, adapter, logger }: ListenerDependencies) {
  /** Writes where somebody asked: into the same thread, where there is one. */
  async function write({ actor, reference, fullConversationId }: Origin, message: Message): Promise<void> {
    const threadId = threadIn(fullConversationId);
    const to = {
      workspaceId: actor.workspaceId,
      conversationId: reference.conversationId,
      ...(threadId && { threadId }),
    };
    for (const page of adapter.paginate(message)) await sendPatiently(() => adapter.post(to, page));
  }

  /** Carries out what was asked; a fault is told to the person, under a reference that is in the log too. */
  async function carriedOut(work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (err) {
      return { kind: 'message', message: faultMessage(err, logger) };
    }
  }

  /** Waits for what is written as long as the turn of a bot allows; it goes on after that, and never fails the turn. */
  async function afterwards(work: Promise<unknown>, origin: Origin): Promise<void> {
    await within(
      untilDue(origin),
      work.catch((err: unknown) => logger.error({ err }, 'a request could not be finished')),
    );
  }

  function click({ data, origin, messageId }: Clicked): Promise<Reply> {
    const message = messageId ? { conversationId: origin.fullConversationId, messageId } : undefined;
    const given: Click = { ...data, message };
    return carriedOut(() => chat.click(given, contextOf(origin)));
  }

  /** Writes what a click is answered with; in place of the clicked message where the answer says so. */
  async function follow(reply: Reply, { data, origin, messageId }: Clicked): Promise<void> {
    if (reply.kind === 'none') return;
    if (reply.kind === 'form') return write(origin, invitation(data.action, data.value, reply.form.title));
    if (reply.kind === 'message' || !messageId) return write(origin, reply.message);
    const clicked = { conversationId: origin.fullConversationId, messageId };
    return sendPatiently(() => adapter.update(origin.actor.workspaceId, clicked, reply.message));
  }

  return {
    /** Answers a typed command. */
    async onCommand(text: string, origin: Origin): Promise<void> {
      const reply = await carriedOut(() => chat.command(text, contextOf(origin)));
      if (reply.kind === 'form')
        await afterwards(write(origin, invitation('open-form', text, reply.form.title)), origin);
      else if (reply.kind !== 'none') await afterwards(write(origin, reply.message), origin);
    },

    /** Greets a person who has installed the bot for themselves, with what the command `home` shows. */
    async onPersonalInstall(origin: Origin): Promise<void> {
      const reply = await carriedOut(() => chat.command('home', contextOf(origin)));
      if ('message' in reply) await afterwards(write(origin, greeting(reply.message)), origin);
    },

    /** Answers a click that came as a message, from a client that knows no other way. */
    async onSubmittedClick(clicked: Clicked): Promise<void> {
      await afterwards(follow(await click(clicked), clicked), clicked.origin);
    },

    /** Answers a click within the time of an invoke; what takes longer is written when it is done. */
    async onClick(clicked: Clicked): Promise<AdaptiveCardActionResponse> {
      const work = click(clicked);
      const reply = await within(untilDue(clicked.origin), work);
      if (reply === late) {
        void afterwards(
          work.then((answer) => follow(answer, clicked)),
          clicked.origin,
        );
        return saying(`This takes a moment longer. ${answerComes}`);
      }
      if (reply.kind === 'none') return saying(underWay);
      if (reply.kind === 'message' && isShort(reply.message)) return saying(plainTexts(reply.message));
      void afterwards(follow(reply, clicked), clicked.origin);
      if (reply.kind === 'replacement')
        return {
          statusCode: 200,
          type: 'application/vnd.microsoft.card.adaptive',
          value: render(reply.message),
        };
      return saying(answerComes);
    },

    /** Explains a message that somebody hands over: below it, or to them alone. */
    async onHanded(handed: MessageAction, origin: Origin): Promise<DialogReply> {
      const title = 'Explain this failure';
      const { text, files, threadId } = readMessage(handed);
      const unread = files.map((name) => unreadFile(name, adapter.commandWord));
      const work = carriedOut(() => chat.explain({ text, files: unread, threadId }, contextOf(origin)));
      const reply = await within(untilDue(origin), work);
      if (reply === late) {
        work.catch((err: unknown) => logger.error({ err }, 'a message could not be explained'));
        return dialogSaying(
          'This takes a moment longer. The answer comes below the message, or in your chat with this bot.',
        );
      }
      if ('message' in reply)
        return dialogTelling({ title, message: inADialog(reply.message, adapter.paginate) });
      return dialogSaying('The answer is below the message.');
    },

    /** Opens the dialog of a button, or says why there is none. */
    async onDialog(clicked: Clicked): Promise<DialogReply> {
      const reply = await within(untilDue(clicked.origin), click(clicked));
      if (reply === late) return dialogSaying('This takes too long just now. Try again in a minute.');
      if (reply.kind === 'form') return dialogWith(reply.form);
      return dialogSaying('message' in reply ? plainTexts(reply.message) : 'There is nothing to fill in.');
    },
  };
}
