import { z } from 'zod';
import type { AuditTrail } from '../access/audit.ts';
import type { FormTokens } from '../access/form-token.ts';
import type { AccessPolicy, Actor } from '../access/policy.ts';
import type { ReplayGuard } from '../access/replay-guard.ts';
import type { AcceptanceStore } from '../connections/acceptance-store.ts';
import type { Cipher } from '../connections/cipher.ts';
import type { VerificationHistory } from '../connections/history.ts';
import type { Replacements } from '../connections/replacements.ts';
import type { ConnectionStore } from '../connections/store.ts';
import type { UnreadableRecords } from '../connections/unreadable.ts';
import { AppError } from '../errors.ts';
import type { OfferedNames } from '../held/announcements.ts';
import type { Logger } from '../logger.ts';
import type { Providers } from '../providers/provider.ts';
import type { ReportRecords } from '../reports/report-records.ts';
import type { ScheduleStore } from '../reports/schedule-store.ts';
import type { ReadBotStatus } from './bot-status.ts';
import { type CommandId, formCommands, parseCommand } from './commands.ts';
import { createFindConnection } from './connections/about-connection.ts';
import { AcceptDraft, createAcceptFindings } from './connections/accept-findings.ts';
import { AddDraft, createAddConnection } from './connections/add-connection.ts';
import { createChangeConnection } from './connections/change-connection.ts';
import { createCheckProgress } from './connections/check-progress.ts';
import { ChooseDraft, createChooseObjects } from './connections/choose-objects.ts';
import { createConnectionClicks } from './connections/connection-clicks.ts';
import { createConnectionCommands } from './connections/connection-commands.ts';
import { createEditConnection, EditDraft } from './connections/edit-connection.ts';
import { createReplaceCredential, ReplaceDraft } from './connections/replace-credential.ts';
import type { VerificationRequests } from './connections/verification-requests.ts';
import type { ChatAdapter } from './delivery/chat-adapter.ts';
import type { HomeVisitors } from './delivery/home-visitors.ts';
import type { Threads } from './delivery/threads.ts';
import type { Sent, Twins } from './delivery/twins.ts';
import { homeMessage } from './home.ts';
import { type CommandSpan, helpMessage, unknownCommand } from './messages/command-messages.ts';
import { noConnection } from './messages/connection-messages.ts';
import { permissionsReply } from './messages/permissions-message.ts';
import type { ChatContext } from './model/context.ts';
import type { Form, FormAnswers, Submission } from './model/form.ts';
import type { Click, ClickHandler, CommandHandler, FormHandler } from './model/handlers.ts';
import type { ButtonAction, Message } from './model/message.ts';
import { type FormReply, type Reply, replyWith } from './model/reply.ts';
import { createAskReport } from './reports/ask-report.ts';
import { createFollowUp } from './reports/follow-up.ts';
import { createPermittedSchedule } from './reports/permitted-schedule.ts';
import { createPreviewReport } from './reports/preview-report.ts';
import { createReportClicks } from './reports/report-clicks.ts';
import { createReportCommands } from './reports/report-commands.ts';
import type { ReportRequests } from './reports/report-requests.ts';
import { createScheduleReport, ScheduleDraft } from './reports/schedule-report.ts';
import { createSnoozeReport, SnoozeDraft } from './reports/snooze-report.ts';
import { createSecretIntake, type SecretIntakeDependencies } from './secret-intake.ts';
import { createShowStatus } from './show-status.ts';

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

export type ChatDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  /** The same stores over a connection that waits until Redis is back. */
  readonly patientStore: Pick<ConnectionStore, 'takeBack'>;
  readonly patientSchedules: Pick<ScheduleStore, 'takeBack'>;
  readonly history: VerificationHistory;
  readonly acceptances: AcceptanceStore;
  readonly threads: Pick<Threads, 'all'>;
  readonly twins: Twins;
  readonly homeVisitors: Pick<HomeVisitors, 'remember'>;
  /** The address of a message, as the platform's clients open it. */
  readonly linkTo: ChatAdapter['linkTo'];
  readonly unreadables: Pick<UnreadableRecords, 'count'>;
  readonly replacements: Replacements;
  readonly cipher: Cipher;
  /** The address that a provider is to trust, for connections without a secret; absent where the bot has none. */
  readonly issuer?: string | undefined;
  /** What workers hold for a workspace, by name. */
  readonly heldNames: OfferedNames;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly requests: VerificationRequests;
  readonly readStatus: ReadBotStatus;
  readonly reports: ReportRequests;
  readonly schedules: ScheduleStore;
  readonly records: ReportRecords;
  readonly policy: AccessPolicy;
  readonly audit: AuditTrail;
  /** Where secrets are entered; in the forms themselves where nothing is said of it. */
  readonly intake: Pick<SecretIntakeDependencies, 'mode' | 'links' | 'pageOf'>;
  readonly logger: Logger;
  /** The time zone of whoever's own is not known. */
  readonly timeZone: string;
  /** Days after which a key is too old; 0 for never. */
  readonly maxKeyAgeDays: number;
  /** The word that people put before a command, such as `/xoap`. */
  readonly commandWord: string;
  readonly now: () => Date;
};

/** What a form remembers, by the kind of the form. */
const Draft = z.discriminatedUnion('form', [
  AddDraft,
  AcceptDraft,
  ChooseDraft,
  EditDraft,
  ReplaceDraft,
  ScheduleDraft,
  SnoozeDraft,
]);
type Draft = z.infer<typeof Draft>;
type FormHandlers = { readonly [Kind in Draft['form']]: FormHandler<Extract<Draft, { form: Kind }>> };

/** Wires the handlers to what they need: each is built once, and each command, button and form has one. */
export function createChat(dependencies: ChatDependencies): Chat {
  const { formTokens, commandWord, twins } = dependencies;
  const intake = createSecretIntake({ ...dependencies, ...dependencies.intake });
  const command: CommandSpan = (words) => ({ code: `${commandWord} ${words}` });
  const showStatus = createShowStatus(dependencies);
  const shared = {
    ...dependencies,
    command,
    findConnection: createFindConnection(dependencies),
    changeConnection: createChangeConnection(dependencies),
    permittedSchedule: createPermittedSchedule(dependencies),
    followUp: createFollowUp(dependencies),
    askReport: createAskReport(dependencies),
    previewReport: createPreviewReport(dependencies),
  };
  const addConnection = createAddConnection(shared);
  const chooseObjects = createChooseObjects(shared);
  const editConnection = createEditConnection(shared);
  const replaceCredential = createReplaceCredential(shared);
  const acceptFindings = createAcceptFindings(shared);
  const scheduleReport = createScheduleReport(shared);
  const snoozeReport = createSnoozeReport(shared);

  const commands: Record<CommandId, CommandHandler> = {
    help: () => replyWith(helpMessage(command)),
    home: async (_argument, { actor }) => replyWith(await homeMessage(dependencies, actor)),
    status: (_argument, { actor }) => showStatus(actor),
    permissions: (argument) => replyWith(permissionsReply(dependencies.providers, argument)),
    'connection-add': addConnection.open,
    'report-schedule': scheduleReport.open,
    ...createConnectionCommands({ ...shared, editConnection, replaceCredential }),
    ...createReportCommands(shared),
  };

  const clicks: Record<ButtonAction, ClickHandler> = {
    'run-command': ({ value }, context) => run(value, context),
    'home-page': async ({ value }, { actor }) => ({
      kind: 'replacement',
      message: await homeMessage(dependencies, actor, Math.max(0, Number.parseInt(value, 10) || 0)),
    }),
    'open-form': ({ value }, context) => openForm(value, context) ?? replyWith(noConnection),
    'check-progress': createCheckProgress(dependencies),
    'choose-objects': chooseObjects.open,
    'accept-findings': acceptFindings.open,
    'edit-connection': editConnection.open,
    'replace-credential': replaceCredential.open,
    'use-replacement': replaceCredential.use,
    'drop-replacement': replaceCredential.drop,
    'change-schedule': scheduleReport.openToChange,
    'snooze-report': snoozeReport.open,
    ...createConnectionClicks(shared),
    ...createReportClicks(shared),
  };

  const forms: FormHandlers = {
    'add-connection': addConnection,
    'choose-objects': chooseObjects,
    'accept-findings': acceptFindings,
    'edit-connection': editConnection,
    'replace-credential': replaceCredential,
    'schedule-report': scheduleReport,
    'snooze-report': snoozeReport,
  };

  /** A reply as a chat shows it; it waits for nothing where the reply is there. */
  function shown(reply: Reply | Promise<Reply>): Reply | Promise<Reply> {
    if (reply instanceof Promise) return reply.then(shown);
    return reply.kind === 'form' ? { ...reply, form: intake.inChat(reply.form) } : reply;
  }

  function run(text: string, context: ChatContext): Reply | Promise<Reply> {
    const parsed = parseCommand(text);
    if (parsed.kind === 'unknown') return replyWith(unknownCommand(parsed.typed, parsed.meant, command));
    return commands[parsed.id](parsed.argument, context);
  }

  function openForm(text: string, context: ChatContext): Reply | Promise<Reply> | undefined {
    const parsed = parseCommand(text);
    const opens = parsed.kind === 'command' && formCommands.includes(parsed.id);
    return opens ? commands[parsed.id](parsed.argument, context) : undefined;
  }

  /** What a form remembers, and who handles it. */
  function formOf({ token, actor }: FormAnswers): { draft: Draft; handler: FormHandler<Draft> } {
    const { data: draft } = Draft.safeParse(formTokens.verify(token, actor));
    // Made by another version of the bot.
    if (!draft) throw new AppError('There is no such form any more', { code: 'chat.form-outdated' });
    return { draft, handler: forms[draft.form] as FormHandler<Draft> };
  }

  const whole: Chat['whole'] = {
    async redraw(answers) {
      const { draft, handler } = formOf(answers);
      return handler.redraw(answers, draft);
    },
    async submit(submission) {
      const { draft, handler } = formOf(submission);
      return handler.submit(submission, draft);
    },
  };

  return {
    command: async (text, context) => shown(run(text, context)),
    openAhead(text, context) {
      const opened = openForm(text, context);
      return opened && shown(opened);
    },
    async click(click, context) {
      const { message: ref, postedAs: name } = click;
      const { workspaceId } = context.actor;
      // Whoever clicks in a message that stands twice sees it point to the other one.
      const twin = ref && name && (await twins.reveal({ workspaceId, name, ref }));
      return twin ? replyWith(twin) : shown(clicks[click.action](click, context));
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
    async submit(submission) {
      const { draft, handler } = formOf(submission);
      const elsewhere = await intake.answer(
        submission,
        () => handler.redraw(submission, draft),
        handler.check && (async () => handler.check?.(submission, draft) ?? {}),
      );
      if (elsewhere) return elsewhere;
      const reply = await handler.submit(submission, draft);
      return reply.kind === 'form' ? { ...reply, form: intake.inChat(reply.form, submission.values) } : reply;
    },
    whole,
  };
}
