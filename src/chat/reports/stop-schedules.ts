import type { ScheduleStore } from '../../reports/schedule-store.ts';
import type { ReportRequests } from './report-requests.ts';

export type StopSchedulesDependencies = {
  readonly schedules: Pick<ScheduleStore, 'list' | 'change'>;
  readonly reports: Pick<ReportRequests, 'update'>;
};

/** Creates what pauses all schedules of a workspace that has ended; resolves to how many there were to pause. */
export function createStopSchedules({ schedules, reports }: StopSchedulesDependencies) {
  return async function stopSchedules(workspaceId: string): Promise<number> {
    const active = (await schedules.list(workspaceId)).filter(({ paused }) => !paused);
    for (const { id: scheduleId } of active) {
      await schedules.change(workspaceId, scheduleId, (each) => ({ ...each, paused: 'workspace-ended' }));
      await reports.update({ workspaceId, scheduleId });
    }
    return active.length;
  };
}
