import { z } from 'zod';
import type { Action } from '../access/actions.ts';
import { AccessDraft, createChangeAccess } from './access/change-access.ts';
import { createShowAccess } from './access/show-access.ts';
import { createShowAudit } from './audit/show-audit.ts';
import type { ChatDependencies } from './chat-dependencies.ts';
import type { CommandId } from './commands.ts';
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
import { createDeleteWorkspace } from './deletion/delete-workspace.ts';
import { createForgetMe } from './deletion/forget-me.ts';
import { createDecodeMessage } from './explain/decode-message.ts';
import { createExplainLog, ExplainDraft } from './explain/explain-log.ts';
import { createExportCommand } from './exports/export-command.ts';
import { homeMessage } from './home.ts';
import { homePageOf, readHomePage } from './home-overview.ts';
import { type CommandSpan, helpMessage } from './messages/command-messages.ts';
import { permissionsReply } from './messages/permissions-message.ts';
import type { ClickHandler, CommandHandler, FormHandler } from './model/handlers.ts';
import type { ButtonAction } from './model/message.ts';
import { replyWith } from './model/reply.ts';
import { createAskReport } from './reports/ask-report.ts';
import { createFollowUp } from './reports/follow-up.ts';
import { createPermittedSchedule } from './reports/permitted-schedule.ts';
import { createPreviewReport } from './reports/preview-report.ts';
import { createReportClicks } from './reports/report-clicks.ts';
import { createReportCommands } from './reports/report-commands.ts';
import { createScheduleReport, ScheduleDraft } from './reports/schedule-report.ts';
import { createSnoozeReport, SnoozeDraft } from './reports/snooze-report.ts';
import { createShowStatus } from './show-status.ts';

/** What a form remembers, by the kind of the form. */
export const Draft = z.discriminatedUnion('form', [
  AccessDraft,
  AddDraft,
  AcceptDraft,
  ChooseDraft,
  EditDraft,
  ExplainDraft,
  ReplaceDraft,
  ScheduleDraft,
  SnoozeDraft,
]);
export type Draft = z.infer<typeof Draft>;

/** What each form does. */
export const formTakes: Record<Draft['form'], Action> = {
  'add-connection': 'connection.add',
  'accept-findings': 'connection.accept',
  'choose-objects': 'connection.change',
  'edit-connection': 'connection.change',
  'explain-log': 'log.explain',
  'replace-credential': 'connection.change',
  'schedule-report': 'report.schedule',
  'snooze-report': 'report.change',
  'change-access': 'access.change',
};

/** Buttons that do what a command does have no handler of their own. */
type OwnAction = Exclude<ButtonAction, 'run-command' | 'open-form'>;

export type Handlers = {
  /** Explains a message that somebody hands over. */
  readonly explain: ReturnType<typeof createExplainLog>['explain'];
  readonly commands: Record<CommandId, CommandHandler>;
  readonly clicks: Record<OwnAction, ClickHandler>;
  readonly forms: { readonly [Kind in Draft['form']]: FormHandler<Extract<Draft, { form: Kind }>> };
};

/** Wires the handlers to what they need: each is built once, and each command, button and form has one. */
export function createHandlers(dependencies: ChatDependencies & { readonly command: CommandSpan }): Handlers {
  const { command } = dependencies;
  const showStatus = createShowStatus(dependencies);
  const shared = {
    ...dependencies,
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
  const changeAccess = createChangeAccess(shared);
  const explainLog = createExplainLog(shared);
  const showAudit = createShowAudit(shared);
  const forgetMe = createForgetMe(shared);
  const deleteWorkspace = createDeleteWorkspace(shared);

  return {
    explain: explainLog.explain,
    commands: {
      help: () => replyWith(helpMessage(command)),
      home: async (argument, { actor }) =>
        replyWith(await homeMessage(dependencies, actor, homePageOf(argument))),
      status: (_argument, { actor }) => showStatus(actor),
      permissions: (argument) => replyWith(permissionsReply(dependencies.providers, argument)),
      explain: explainLog.open,
      access: createShowAccess(shared),
      audit: showAudit.command,
      export: createExportCommand(shared),
      'forget-me': forgetMe.command,
      'workspace-delete': deleteWorkspace.command,
      'connection-add': addConnection.open,
      'report-schedule': scheduleReport.open,
      ...createConnectionCommands({ ...shared, editConnection, replaceCredential }),
      ...createReportCommands(shared),
    },
    clicks: {
      'home-page': async ({ value }, { actor }) => ({
        kind: 'replacement',
        message: await homeMessage(dependencies, actor, readHomePage(value)),
      }),
      'check-progress': createCheckProgress(dependencies),
      'choose-objects': chooseObjects.open,
      'accept-findings': acceptFindings.open,
      'edit-connection': editConnection.open,
      'replace-credential': replaceCredential.open,
      'use-replacement': replaceCredential.use,
      'drop-replacement': replaceCredential.drop,
      'change-schedule': scheduleReport.openToChange,
      'snooze-report': snoozeReport.open,
      'change-access': changeAccess.open,
      'decode-message': createDecodeMessage(shared),
      'audit-older': showAudit.older,
      'forget-me': forgetMe.click,
      'delete-workspace': deleteWorkspace.click,
      ...createConnectionClicks(shared),
      ...createReportClicks(shared),
    },
    forms: {
      'add-connection': addConnection,
      'choose-objects': chooseObjects,
      'accept-findings': acceptFindings,
      'edit-connection': editConnection,
      'explain-log': explainLog,
      'replace-credential': replaceCredential,
      'schedule-report': scheduleReport,
      'snooze-report': snoozeReport,
      'change-access': changeAccess,
    },
  };
}
