import type { Actor } from '../access/policy.ts';
import { parseCommand } from './commands.ts';
import { createAddConnection } from './connections/add-connection.ts';
import { type ChoiceDraft, createChooseObjects } from './connections/choose-objects.ts';
import { type FormRequest, redrawnForm, type Submission } from './connections/connection-answers.ts';
import { type Click, createClickHandler } from './connections/connection-clicks.ts';
import { type ChatDependencies, createCommandHandlers, formOf } from './connections/connection-commands.ts';
import type { Draft } from './connections/connection-form.ts';
import { homeMessage } from './home.ts';
import type { ChatContext } from './model/context.ts';
import type { Form } from './model/form.ts';
import type { Message } from './model/message.ts';
import type { FormReply, Reply } from './model/reply.ts';
import { createReportClicks, type SnoozeDraft } from './reports/report-clicks.ts';
import { newSchedule, type ScheduleDraft } from './reports/schedule-form.ts';
import { createScheduleReport } from './reports/schedule-report.ts';

/** What people can do, the same on every platform; an adapter turns its payloads into these calls. */
export type Chat = {
  /** A typed command, without the word that calls the bot. */
  command(text: string, context: ChatContext): Promise<Reply>;
  /** The form that a command opens, if all it does is to open one; changes nothing, so it may run ahead of checks. */
  formOf(text: string, context: ChatContext): Form | Promise<Form> | undefined;
  click(click: Click, context: ChatContext): Promise<Reply>;
  /** What a person sees who opens the bot by itself, on platforms that have a page for that. */
  home(actor: Actor): Promise<Message>;
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
    dependencies.signer.verify(token, actor) as Draft | ChoiceDraft | ScheduleDraft | SnoozeDraft;
  const scheduleReport = createScheduleReport(dependencies);
  const { submitSnooze, redrawSnooze } = createReportClicks(dependencies);
  return {
    command: (text, context) => handleCommand(parseCommand(text), context),
    formOf: (text, context) => formOf(dependencies, parseCommand(text), context),
    click: createClickHandler(dependencies),
    home: (actor) => homeMessage(dependencies, actor),
    redraw: async (request) => {
      const draft = draftOf(request);
      if ('connectionId' in draft) return chooseObjects.redraw(request, draft);
      if ('schedule' in draft) return scheduleReport.redraw(request, draft);
      if ('snooze' in draft) return redrawSnooze(request, draft);
      return redrawnForm(dependencies.providers, request);
    },
    submit: async (submission) => {
      const draft = draftOf(submission);
      // What is new is stored once by itself.
      if ('schedule' in draft && draft.schedule === newSchedule)
        return scheduleReport.submit(submission, draft);
      if ('connectionId' in draft || 'schedule' in draft || 'snooze' in draft) {
        if (!(await dependencies.replayGuard.claim(submission.once))) return { kind: 'replayed' };
        if ('connectionId' in draft) return chooseObjects.submit(submission, draft);
        return 'schedule' in draft
          ? scheduleReport.submit(submission, draft)
          : submitSnooze(submission, draft);
      }
      return addConnection(submission, draft);
    },
  };
}
