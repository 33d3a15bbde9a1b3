import type { Action } from '../access/actions.ts';
import type { Actor } from '../access/policy.ts';
import { late, within } from '../deadline.ts';
import { AppError, isAppError } from '../errors.ts';
import type { ChatDependencies } from './chat-dependencies.ts';
import { actionOf, type CommandId, formCommands } from './commands.ts';
import type { Sent } from './delivery/twins.ts';
import { type Admission, createGate } from './gate.ts';
import { createHandlers, Draft, formTakes } from './handlers.ts';
import { homeMessage } from './home.ts';
import { notRecorded, roleMissing, roleMissingInAForm } from './messages/access-messages.ts';
import { type CommandSpan, unknownCommand } from './messages/command-messages.ts';
import { noConnection } from './messages/connection-messages.ts';
import { databaseAway, databaseLost } from './messages/fault-message.ts';
import type { ChatContext } from './model/context.ts';
import type { Form, FormAnswers, Submission } from './model/form.ts';
import type { HandedMessage } from './model/handed.ts';
import type { Click, FormHandler } from './model/handlers.ts';
import type { Message } from './model/message.ts';
import { type FormReply, type Reply, refusalAt, replyWith } from './model/reply.ts';
import { parseCommand } from './parse-command.ts';
import { createSecretIntake } from './secret-intake.ts';
import { clickTakes } from './takes.ts';

export type { ChatDependencies };

/** What people can do, the same on every platform; an adapter turns its payloads into these calls. */
export type Chat = {
  /** A typed command, without the word that calls the bot. */
  command(text: string, context: ChatContext): Promise<Reply>;
  /**
   * What a command is answered with that does nothing but open a form, and undefined for any other: it changes nothing,
   * so it may run ahead of checks.
   */
  openAhead(text: string, context: ChatContext): Reply | Promise<Reply> | undefined;
  click(click: Click, context: ChatContext): Promise<Reply>;
  /** Says what ended a build, from a message that somebody hands over: in its thread, or to them alone. */
  explain(handed: HandedMessage, context: ChatContext): Promise<Reply>;
  /** What a platform tells of a message of ours that is there, whose answer may have been lost. */
  posted(sent: Sent): Promise<void>;
  /** What a person sees who opens the bot by itself, on platforms that have a page for that. */
  home(actor: Actor, conversationId: string): Promise<Message>;
  /** The form for what was filled in so far. Throws `access.unknown-form` and `chat.form-outdated`. */
  redraw(answers: FormAnswers): Promise<Form>;
  /** Throws `access.unknown-form` when the form's token is not ours or not this person's. */
  submit(submission: Submission): Promise<FormReply>;
  /** The same forms with all their fields, for a place where secrets may be entered. */
  readonly whole: Pick<Chat, 'redraw' | 'submit'>;
};

/** Milliseconds that a form waits for the role of who opens it, where that is not at hand. */
const roleMs = 400;

/** Commands whose form asks nothing of who opens it, and holds it against their role when it is sent. */
const opensBlind: readonly CommandId[] = ['connection-add', 'explain', 'report-schedule'];

/** Puts chat together: what is asked is held against the role of who asks, and carried out by its handler. */
export function createChat(dependencies: ChatDependencies): Chat {
  const { formTokens, commandWord, twins, groups } = dependencies;
  const command: CommandSpan = (words) => ({ code: `${commandWord} ${words}` });
  const intake = createSecretIntake({ ...dependencies, ...dependencies.intake });
  const gate = createGate({ ...dependencies, isMember: groups?.isMember });
  const { commands, clicks, forms, explain } = createHandlers({ ...dependencies, command });

  /** A reply as a chat shows it; it waits for nothing where the reply is there. */
  function shown(reply: Reply | Promise<Reply>): Reply | Promise<Reply> {
    if (reply instanceof Promise) return reply.then(shown);
    return reply.kind === 'form' ? { ...reply, form: intake.inChat(reply.form) } : reply;
  }

  /** What somebody is answered, given what they may do. */
  function given(
    { actor, isRefused }: Admission,
    action: Action | undefined,
    carryOut: (actor: Actor) => Reply | Promise<Reply>,
  ): Reply | Promise<Reply> {
    if (isRefused && action) return replyWith(roleMissing(action, actor.standing, command));
    return shown(carryOut(actor));
  }

  async function run(text: string, context: ChatContext): Promise<Reply> {
    const parsed = parseCommand(text);
    if (parsed.kind === 'unknown') return replyWith(unknownCommand(parsed.typed, parsed.meant, command));
    const { id, argument } = parsed;
    const action = actionOf(id);
    return given(await gate.admit(context, action), action, (actor) =>
      commands[id](argument, { ...context, actor }),
    );
  }

  function openAhead(text: string, context: ChatContext): Reply | Promise<Reply> | undefined {
    const parsed = parseCommand(text);
    if (parsed.kind === 'unknown' || !formCommands.includes(parsed.id)) return undefined;
    const { id, argument } = parsed;
    // With a text behind it there is something to do, and no form.
    if (id === 'explain' && argument !== '') return undefined;
    const action = actionOf(id);
    const open = (actor: Actor) => commands[id](argument, { ...context, actor });
    const known = gate.admitNow(context, action);
    if (known && !known.isRefused) return given(known, action, open);
    const admitted = gate.admit(context, action);
    if (!opensBlind.includes(id)) return admitted.then((found) => given(found, action, open));
    // A platform gives three seconds to open a form, and Redis may be away.
    const soon = within(
      roleMs,
      admitted.catch((): typeof late => late),
    );
    return soon.then((found) => (found === late ? shown(open(context.actor)) : given(found, action, open)));
  }

  async function click(click: Click, context: ChatContext): Promise<Reply> {
    const { action: name, value } = click;
    if (name === 'run-command') return run(value, context);
    if (name === 'open-form') return openAhead(value, context) ?? replyWith(noConnection);
    const takes = clickTakes[name];
    const action = takes === 'command' ? undefined : takes;
    return given(await gate.admit(context, action), action, (actor) =>
      clicks[name](click, { ...context, actor }),
    );
  }

  /** What a form remembers, and who handles it. */
  function formOf({ token, actor }: FormAnswers): { draft: Draft; handler: FormHandler<Draft> } {
    const { data: draft } = Draft.safeParse(formTokens.verify(token, actor));
    // Made by another version of the bot.
    if (!draft) throw new AppError('There is no such form any more', { code: 'chat.form-outdated' });
    return { draft, handler: forms[draft.form] as FormHandler<Draft> };
  }

  /** Takes a form of somebody who may send it; `take` does the rest. */
  async function admitted(
    submission: Submission,
    take: (submission: Submission, form: ReturnType<typeof formOf>) => Promise<FormReply>,
  ): Promise<FormReply> {
    const form = formOf(submission);
    const { conversationId } = form.draft;
    const action = formTakes[form.draft.form];
    const [first = 'name'] = Object.keys(submission.values);
    let isBegun = false;
    try {
      const { actor, isRefused } = await gate.admit({ actor: submission.actor, conversationId }, action);
      if (isRefused) return refusalAt(first, roleMissingInAForm(action, actor.standing, commandWord));
      isBegun = true;
      return await take({ ...submission, actor }, form);
    } catch (error) {
      if (isAppError(error, 'access.not-recorded')) return refusalAt(first, notRecorded);
      if (!isAppError(error, 'redis.unavailable')) throw error;
      return refusalAt(first, isBegun ? databaseLost : databaseAway);
    }
  }

  const whole: Chat['whole'] = {
    async redraw(answers) {
      const { draft, handler } = formOf(answers);
      return handler.redraw(answers, draft);
    },
    submit: (submission) => admitted(submission, (sent, { draft, handler }) => handler.submit(sent, draft)),
  };

  return {
    command: run,
    openAhead,
    async click(clicked, context) {
      const { message: ref, postedAs: name } = clicked;
      const { workspaceId } = context.actor;
      // Whoever clicks in a message that stands twice sees it point to the other one.
      const twin = ref && name && (await twins.reveal({ workspaceId, name, ref }));
      return twin ? replyWith(twin) : click(clicked, context);
    },
    async explain(handed, context) {
      const action = actionOf('explain');
      return given(await gate.admit(context, action), action, (actor) =>
        explain(handed, { ...context, actor }),
      );
    },
    async posted(sent) {
      await twins.settle(sent);
    },
    async home(actor, conversationId) {
      const { workspaceId, userId } = actor;
      const [message] = await Promise.all([
        homeMessage(dependencies, actor),
        dependencies.homeVisitors.remember(workspaceId, { userId, conversationId }),
      ]);
      return message;
    },
    async redraw(answers) {
      return intake.inChat(await whole.redraw(answers), answers.values);
    },
    submit: (submission) =>
      admitted(submission, async (sent, { draft, handler }) => {
        const elsewhere = await intake.answer(
          sent,
          () => handler.redraw(sent, draft),
          handler.check && (async () => handler.check?.(sent, draft) ?? {}),
        );
        if (elsewhere) return elsewhere;
        const reply = await handler.submit(sent, draft);
        return reply.kind === 'form' ? { ...reply, form: intake.inChat(reply.form, sent.values) } : reply;
      }),
    whole,
  };
}
