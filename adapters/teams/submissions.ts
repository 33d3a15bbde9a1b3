import type { MessagingExtensionActionResponse, TaskModuleResponse } from '@microsoft/teams.api';
import type { Chat } from '../../src/chat/chat.ts';
import { faultMessage, noSuchForm } from '../../src/chat/messages/fault-message.ts';
import type { Form, FormValues } from '../../src/chat/model/form.ts';
import { plainTexts } from '../../src/chat/model/message.ts';
import type { FormReply } from '../../src/chat/model/reply.ts';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { formCard, readDialog, type Step, stepOf } from './form.ts';
import { render } from './render.ts';
import type { Origin } from './workspace.ts';

export type SubmissionDependencies = {
  readonly chat: Pick<Chat, 'redraw' | 'submit'>;
  readonly logger: Logger;
  readonly commandWord: string;
};

/** What a dialog shows next; nothing closes it. The same shape serves dialogs of cards and of message extensions. */
export type DialogReply = TaskModuleResponse & MessagingExtensionActionResponse;

/** The dialog with a card of a form. */
export function dialogWith(
  form: Form,
  step: Step = stepOf(form),
  problems?: Record<string, string>,
): DialogReply {
  const content = formCard(form, step, problems);
  return {
    task: {
      type: 'continue',
      value: {
        title: form.title,
        height: step === 'deciding' ? 'small' : 'large',
        width: 'medium',
        card: { contentType: 'application/vnd.microsoft.card.adaptive', content },
      },
    },
  };
}

/** The dialog with something to read, which its person alone sees. */
export function dialogTelling({
  title,
  message,
  privately,
}: Omit<Extract<FormReply, { kind: 'told' }>, 'kind'>): DialogReply {
  const content = render({ ...message, parts: [...message.parts, ...(privately?.parts ?? [])] });
  return {
    task: {
      type: 'continue',
      value: {
        title,
        height: 'small',
        width: 'medium',
        card: { contentType: 'application/vnd.microsoft.card.adaptive', content },
      },
    },
  };
}

/** The dialog with a sentence, after which it can only be closed. */
export function dialogSaying(value: string): DialogReply {
  return { task: { type: 'message', value } };
}

/** Creates what answers a dialog that was sent: the next card, the same one with what was wrong, or nothing. */
export function createSubmissionHandler({ chat, logger, commandWord }: SubmissionDependencies) {
  /** The deciding questions again, or what is asked once they are answered. */
  function afterDeciding(
    form: Form,
    { values, decided }: { values: FormValues; decided: Readonly<Record<string, string>> },
  ): DialogReply {
    const deciding = form.fields.filter(({ redraws }) => redraws);
    // What was chosen under one answer may not be there under another.
    const lost = deciding.find(({ id, value }) => values[id] && values[id] !== value);
    if (lost) {
      const text = lost.pattern?.message ?? 'That is not offered here. Choose another.';
      return dialogWith(form, 'deciding', { [lost.id]: text });
    }
    const open = deciding.find(({ value, optional }) => value === undefined && !optional);
    // What may stay empty is shown once all the same, since it is asked for on no other card.
    const isNew = deciding.some(({ id, value }) => value === undefined && !(id in decided));
    if (stepOf(form) === 'asking' && !open && !isNew) return dialogWith(form);
    const isChanged = deciding.some(({ id, value }) => value !== undefined && value !== decided[id]);
    return dialogWith(
      form,
      'deciding',
      open && !isChanged
        ? { [open.id]: `${open.label}: ${open.kind === 'text' ? 'this is needed' : 'choose one'}.` }
        : {},
    );
  }

  async function answer(reply: FormReply, form: () => Promise<Form>): Promise<DialogReply> {
    switch (reply.kind) {
      case 'replayed':
      case 'accepted':
        return {};
      case 'form':
        return dialogWith(reply.form);
      case 'told':
        return dialogTelling(reply);
      case 'problems':
        return dialogWith(await form(), 'asking', reply.problems);
      default:
        return reply satisfies never;
    }
  }

  return async function onSubmission(submitted: unknown, { actor, once }: Origin): Promise<DialogReply> {
    const read = readDialog(submitted);
    if (!read) return dialogSaying('This dialog is not one of this bot’s any more. Close it and begin anew.');
    const { data, values } = read;
    const { step, token, decided } = data;
    const redrawn = () => chat.redraw({ actor, token, values });
    try {
      if (step === 'back') return dialogWith(await redrawn(), 'deciding');
      if (step === 'deciding') return afterDeciding(await redrawn(), { values, decided });
      return await answer(await chat.submit({ actor, token, values, once }), redrawn);
    } catch (err) {
      if (isAppError(err, 'access.unknown-form', 'chat.form-outdated')) {
        logger.warn({ err, user: actor.userId }, 'a dialog came back that is not ours');
        return dialogSaying(noSuchForm(commandWord));
      }
      return dialogSaying(plainTexts(faultMessage(err, logger)));
    }
  };
}
