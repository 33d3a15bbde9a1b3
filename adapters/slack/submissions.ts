import { randomUUID } from 'node:crypto';
import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Chat } from '../../src/chat/chat.ts';
import { noSuchForm } from '../../src/chat/messages/fault-message.ts';
import { type Message, say, sentence } from '../../src/chat/model/message.ts';
import type { FormReply } from '../../src/chat/model/reply.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import { requestId } from './admission.ts';
import { attachedText } from './attached.ts';
import type { ClientsOf, SlackAccess } from './clients.ts';
import { formView, messageView } from './form.ts';
import { filesIn, sendDirectly, uploadNotice, withUploads } from './uploads.ts';
import { readValues, type ViewState } from './view-state.ts';
import { workspaceIdOf } from './workspace.ts';

export type SubmissionDependencies = SlackAccess & {
  readonly chat: Chat;
  readonly clientsOf: ClientsOf;
  readonly commandWord: string;
};

type Submitted = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;

const withPlace = (message: Message): Message => ({
  ...message,
  parts: [...message.parts, say('The code comes as a direct message of this bot, in Slack.')],
});

/** Creates the listener of the form that was sent; its acknowledgement is the answer. */
export function createSubmissionListener(settings: SubmissionDependencies) {
  const { chat, logger, commandWord, clientsOf } = settings;

  /** What the form gets, with the content of uploaded files in it. */
  async function replyTo({ body, context }: Submitted): Promise<FormReply> {
    const { private_metadata: token } = body.view;
    const state = body.view.state as ViewState;
    const actor = { workspaceId: workspaceIdOf(body), userId: body.user.id };
    const { botToken, grants } = await clientsOf(actor.workspaceId);
    const access = { ...settings, botToken, grants };
    const { values, problems } = await withUploads(readValues(state), filesIn(state, 'secret'), access);
    if (Object.keys(problems).length > 0) return { kind: 'problems', problems };
    const attached = Object.fromEntries(
      [...filesIn(state, 'attached')].flatMap(([id, [file]]) =>
        file ? [[id, attachedText(file, access)] as const] : [],
      ),
    );
    try {
      const once = requestId(context) ?? randomUUID();
      return await chat.submit({ actor, token, values, attached, once });
    } catch (error) {
      if (!isAppError(error, 'access.unknown-form', 'chat.form-outdated')) throw error;
      logger.warn({ err: error, user: actor.userId }, 'a form came back that is not ours');
      const text = noSuchForm(commandWord);
      return { kind: 'problems', problems: { name: text } };
    }
  }

  /** Sends what the person alone reads; where that cannot be, the modal says so. */
  async function sayPrivately(
    client: WebClient,
    { user, view }: Submitted['body'],
    { title, privately }: { readonly title: string; readonly privately: Message },
  ): Promise<void> {
    try {
      await sendDirectly(client, user.id, [privately]);
    } catch (err) {
      logger.error({ err, user: user.id }, 'a code could not be sent to a person');
      const failed = sentence(
        'The code could not be sent to you in Slack, so the link is of no use. Try again.',
      );
      await client.views.update({ view_id: view.id, view: messageView(title, failed) });
    }
  }

  return async function onSubmission(submitted: Submitted): Promise<void> {
    const { ack, body } = submitted;
    const inputs = body.view.blocks
      .filter(({ type }) => type === 'input')
      .map(({ block_id }) => String(block_id));
    // Errors beside anything but an input are refused by Slack, and the person would see nothing at all.
    const beside = (id: string) => (inputs.includes(id) ? id : (inputs[0] ?? id));
    const reply = await replyTo(submitted);
    const { usual, grants } = await clientsOf(workspaceIdOf(body));
    switch (reply.kind) {
      case 'replayed':
        throw new AppError('A form was sent twice', { code: 'slack.replayed' });
      case 'problems': {
        // Slack shows errors beside inputs alone.
        if (inputs.length === 0) {
          const said = sentence(Object.values(reply.problems).join(' '));
          return ack({ response_action: 'update', view: messageView(body.view.title.text, said) });
        }
        const errors = Object.entries(reply.problems).map(([id, text]) => [beside(id), text]);
        return ack({ response_action: 'errors', errors: Object.fromEntries(errors) });
      }
      case 'form':
        return ack({ response_action: 'update', view: formView(reply.form, grants) });
      case 'told': {
        const { title, message, privately } = reply;
        const view = messageView(title, privately ? withPlace(message) : message);
        await ack({ response_action: 'update', view });
        return privately && sayPrivately(usual, body, { title, privately });
      }
      case 'accepted': {
        await ack();
        const files = [...filesIn(body.view.state as ViewState, 'secret').values()].flat();
        if (files.length > 0) await sendDirectly(usual, body.user.id, files.map(uploadNotice));
        return;
      }
      default:
        return reply satisfies never;
    }
  };
}
