import type { AuditTrail } from '../../access/audit.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import type { WorkspaceLife } from '../../workspaces/life.ts';
import { answerAlone, type TellPrivately } from '../delivery/tell-privately.ts';
import { deletionQuestion, othersQuestion } from '../messages/deletion-messages.ts';
import type { ClickHandler, CommandHandler } from '../model/handlers.ts';
import { replacementSaying, replyWith } from '../model/reply.ts';

export type DeleteWorkspaceDependencies = {
  readonly store: Pick<ConnectionStore, 'list'>;
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly life: Pick<WorkspaceLife, 'deleteNow'>;
  readonly tellPrivately: TellPrivately;
  readonly audit: AuditTrail;
  readonly auditDays: number;
};

/** Creates what deletes all that is kept of a workspace, for an admin who asks for it and agrees. */
export function createDeleteWorkspace(dependencies: DeleteWorkspaceDependencies) {
  const { store, schedules, life, tellPrivately, audit, auditDays } = dependencies;

  const command: CommandHandler = async (_argument, context) => {
    const { workspaceId, userId: askedBy } = context.actor;
    const [{ total: connections }, reports] = await Promise.all([
      store.list({ workspaceId, limit: 1 }),
      schedules.list(workspaceId),
    ]);
    const question = deletionQuestion({ askedBy, connections, reports: reports.length, auditDays });
    return answerAlone(tellPrivately, context, question);
  };

  const click: ClickHandler = async ({ value: askedBy }, { actor }) => {
    if (askedBy !== actor.userId) return replyWith(othersQuestion);
    await audit.record({ actor, action: 'workspace.delete', outcome: 'done' });
    if (!(await life.deleteNow(actor.workspaceId)))
      return replacementSaying(
        'All that this bot keeps of this workspace is being deleted, but for the audit trail. It takes an hour at most; what is done here until then goes too.',
      );
    return replacementSaying(
      'All that this bot kept of this workspace is deleted, but for the audit trail. Remove the app from the workspace too, if it is to be over.',
    );
  };

  return { command, click };
}
