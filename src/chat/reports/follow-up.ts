import type { Logger } from '../../logger.ts';
import type { ReportRequests, ScheduleUpdate } from './report-requests.ts';

export type FollowUpDependencies = {
  readonly reports: Pick<ReportRequests, 'update'>;
  readonly logger: Logger;
};

/** Asks for what follows from a change that is stored. */
export type FollowUp = (update: ScheduleUpdate) => Promise<void>;

/**
 * Creates what asks for what follows from a change that is stored. It never fails what it follows: should the queue be
 * away, schedules and clock are made the same within the hour.
 */
export function createFollowUp({ reports, logger }: FollowUpDependencies): FollowUp {
  return async (update) => {
    try {
      await reports.update(update);
    } catch (err) {
      logger.error(
        { err, scheduleId: update.scheduleId },
        'a change of a schedule takes effect within the hour',
      );
    }
  };
}
