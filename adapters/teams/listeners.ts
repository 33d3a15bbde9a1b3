import { randomUUID } from 'node:crypto';
import type { AdaptiveCardActionResponse } from '@microsoft/teams.api';
import { z } from 'zod';
import type { ChatAdapter } from '../../src/chat/adapter.ts';
import type { Chat } from '../../src/chat/chat.ts';
import type { Click } from '../../src/chat/click-handlers.ts';
import { faultMessage } from '../../src/chat/fault-message.ts';
import { buttonActions, type Message, plainTexts, say } from '../../src/chat/message.ts';
import type { Reply } from '../../src/chat/reply.ts';
import type { Logger } from '../../src/logger.ts';
import { inTime } from './in-time.ts';
import { render } from './render.ts';
import { type DialogReply, dialogSaying, dialogWith } from './submissions.ts';
import { type Origin, threadIn } from './workspace.ts';

const WithAction = z.looseObject({
  xoap: z.object({ action: z.enum(buttonActions), value: z.string() }),
});

/** What a button of ours carried; undefined for anything else. */
export const actionIn = (data: unknown) => WithAction.safeParse(data).data?.xoap;
export type ActionIn = NonNullable<ReturnType<typeof actionIn>>;

export type ListenerSettings = {
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

/** A dialog opens from a button only, so a command that opens a form is answered with one. */
function invitation(command: string, title: string): Message {
  return {
    summary: title,
    parts: [
      say('This opens a form.'),
      { kind: 'buttons', buttons: [{ label: title, action: 'open-form', value: command, style: 'primary' }] },
    ],
  };
}

const contextOf = ({ actor, reference: { conversationId } }: Origin) => ({ actor, conversationId });

/** Creates what carries out what people type and click. */
export function createListeners({ chat, adapter, logger }: ListenerSettings) {
  /** Writes where somebody asked: into the same thread, where there is one. */
  async function write({ actor, reference, fullConversationId }: Origin, message: Message): Promise<void> {
    const threadId = threadIn(fullConversationId);
    const to = {
      workspaceId: actor.workspaceId,
      conversationId: reference.conversationId,
      ...(threadId && { threadId }),
    };
    for (const page of adapter.paginate(message)) await adapter.post(to, page);
  }

  /** Carries out what was asked; a fault is told to the person, under a reference that is in the log too. */
  async function carriedOut(work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (err) {
      const reference = randomUUID();
      logger.error({ err, reference }, 'a request could not be carried out');
      return { kind: 'message', message: faultMessage(err, reference) };
    }
  }

  /** Goes on after the answer was due; nobody hears of its end but through what it writes. */
  function afterwards(work: Promise<unknown>): void {
    work.catch((err: unknown) => logger.error({ err }, 'a request could not be finished'));
  }

  function click({ data, origin, messageId }: Clicked): Promise<Reply> {
    const message = messageId ? { conversationId: origin.fullConversationId, messageId } : undefined;
    const given: Click = { ...data, message };
    return carriedOut(() => chat.click(given, contextOf(origin)));
  }

  /** Writes what a click is answered with; in place of the clicked message where the answer says so. */
  async function follow(reply: Reply, { origin, messageId }: Clicked): Promise<void> {
    if (reply.kind === 'none') return;
    if (reply.kind === 'form') return write(origin, invitation('connection add', reply.form.title));
    if (reply.kind === 'message' || !messageId) return write(origin, reply.message);
    const clicked = { conversationId: origin.fullConversationId, messageId };
    return adapter.update(origin.actor.workspaceId, clicked, reply.message);
  }

  return {
    /** Answers a typed command. */
    async onCommand(text: string, origin: Origin): Promise<void> {
      const reply = await carriedOut(() => chat.command(text, contextOf(origin)));
      if (reply.kind === 'form') await write(origin, invitation(text, reply.form.title));
      else if (reply.kind !== 'none') await write(origin, reply.message);
    },

    /** Answers a click that came as a message, from a client that knows no other way. */
    async onSubmittedClick(clicked: Clicked): Promise<void> {
      await follow(await click(clicked), clicked);
    },

    /** Answers a click within the time of an invoke; what takes longer is written when it is done. */
    async onClick(clicked: Clicked): Promise<AdaptiveCardActionResponse> {
      const work = click(clicked);
      const reply = await inTime(work);
      if (reply === 'late') {
        afterwards(work.then((late) => follow(late, clicked)));
        return saying('This takes a moment longer. The answer comes in this conversation.');
      }
      if (reply.kind === 'none') return saying('Verifying. The answer comes in this conversation.');
      if (reply.kind === 'message' && isShort(reply.message)) return saying(plainTexts(reply.message));
      afterwards(follow(reply, clicked));
      if (reply.kind === 'replacement')
        return {
          statusCode: 200,
          type: 'application/vnd.microsoft.card.adaptive',
          value: render(reply.message),
        };
      return saying('The answer comes in this conversation.');
    },

    /** Opens the dialog of a button, or says why there is none. */
    async onDialog(clicked: Clicked): Promise<DialogReply> {
      const reply = await click(clicked);
      if (reply.kind === 'form') return dialogWith(reply.form);
      return dialogSaying('message' in reply ? plainTexts(reply.message) : 'There is nothing to fill in.');
    },
  };
}
