import { createAddConnection } from './add-connection.ts';
import { type ChoiceDraft, createChooseObjects } from './choose-objects.ts';
import { type Click, createClickHandler } from './click-handlers.ts';
import {
  type ChatContext,
  type ChatDependencies,
  createCommandHandlers,
  formOf,
} from './command-handlers.ts';
import { parseCommand } from './commands.ts';
import type { Draft } from './connection-form.ts';
import type { Form } from './form.ts';
import { type FormRequest, redrawnForm, type Submission } from './form-submission.ts';
import type { FormReply, Reply } from './reply.ts';

/** What people can do, the same on every platform; an adapter turns its payloads into these calls. */
export type Chat = {
  /** A typed command, without the word that calls the bot. */
  command(text: string, context: ChatContext): Promise<Reply>;
  /** The form that a command opens, if all it does is to open one; changes nothing, so it may run ahead of checks. */
  formOf(text: string, context: ChatContext): Form | undefined;
  click(click: Click, context: ChatContext): Promise<Reply>;
  /** The form for what was filled in so far. Throws `connections.not-found` as `submit` does. */
  redraw(request: FormRequest): Promise<Form>;
  /** Throws `connections.not-found` when the form's token is not ours or not this person's. */
  submit(submission: Submission): Promise<FormReply>;
};

/** Wires the handlers to what they need. */
export function createChat(dependencies: ChatDependencies): Chat {
  const handleCommand = createCommandHandlers(dependencies);
  const addConnection = createAddConnection(dependencies);
  const chooseObjects = createChooseObjects(dependencies);
  const draftOf = ({ token, actor }: FormRequest) =>
    dependencies.signer.verify(token, actor) as Draft | ChoiceDraft;
  return {
    command: (text, context) => handleCommand(parseCommand(text), context),
    formOf: (text, context) => formOf(dependencies, parseCommand(text), context),
    click: createClickHandler(dependencies),
    redraw: async (request) => {
      const draft = draftOf(request);
      if ('connectionId' in draft) return chooseObjects.redraw(request, draft);
      return redrawnForm(dependencies.providers, request);
    },
    submit: async (submission) => {
      const draft = draftOf(submission);
      if ('connectionId' in draft) {
        if (!(await dependencies.replayGuard.claim(submission.once))) return { kind: 'replayed' };
        return chooseObjects.submit(submission, draft);
      }
      return addConnection(submission, draft);
    },
  };
}
