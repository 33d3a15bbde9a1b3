import type { AuditTrail } from '../../access/audit.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import type { WorkspaceLife } from '../../workspaces/life.ts';
import { deletionQuestion } from '../messages/deletion-messages.ts';
import type { ClickHandler, CommandHandler } from '../model/handlers.ts';
import { replacementSaying, replyWith } from '../model/reply.ts';

export type DeleteWorkspaceDependencies = {
  readonly store: Pick<ConnectionStore, 'list'>;
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly life: Pick<WorkspaceLife, 'deleteNow'>;
  readonly audit: AuditTrail;
  readonly auditDays: number;
};

/** Creates what deletes all that is kept of a workspace, for an admin who asks for it and agrees. */
export function createDeleteWorkspace(dependencies: DeleteWorkspaceDependencies) {
  const { store, schedules, life, audit, auditDays } = dependencies;

  const command: CommandHandler = async (_argument, { actor: { workspaceId } }) => {
    const [{ total: connections }, reports] = await Promise.all([
      store.list({ workspaceId, limit: 1 }),
      schedules.list(workspaceId),
    ]);
    return replyWith(deletionQuestion({ connections, reports: reports.length, auditDays }));
  };

  const click: ClickHandler = async (_click, { actor }) => {
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
