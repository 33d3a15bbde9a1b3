import type { MessageName, MessageRef } from '../delivery/chat-adapter.ts';
import type { ChatContext } from './context.ts';
import type { Form, FormAnswers, Submission } from './form.ts';
import type { ButtonAction } from './message.ts';
import type { FormReply, Reply } from './reply.ts';

/** Carries out a command; what follows its words is one argument. */
export type CommandHandler = (argument: string, context: ChatContext) => Reply | Promise<Reply>;

/** A click on a button; its value is what we once wrote there, but came back from outside. */
export type Click = {
  readonly action: ButtonAction;
  readonly value: string;
  /** The message the button is on. */
  readonly message: MessageRef | undefined;
  /** What that message was posted as, where it carries that; one that was edited since does not. */
  readonly postedAs?: MessageName | undefined;
  /** What stands to be copied in that message, for the buttons that work with it (`readsTexts`). */
  readonly texts?: readonly string[] | undefined;
};

/** Answers a click, which is authorised anew; an id in its value is looked up in the clicker's workspace only. */
export type ClickHandler = (click: Click, context: ChatContext) => Reply | Promise<Reply>;

/** What becomes of a form that is open; a draft is what its token holds. Each file with one holds the form's whole life. */
export type FormHandler<Draft> = {
  /** The form for what was filled in so far. Throws `chat.form-outdated` where what it is about is gone. */
  redraw(answers: FormAnswers, draft: Draft): Form | Promise<Form>;
  submit(submission: Submission, draft: Draft): Promise<FormReply>;
  /** What is wrong already, by field, before a secret is entered elsewhere. */
  check?(submission: Submission, draft: Draft): Promise<Readonly<Record<string, string>>>;
};
