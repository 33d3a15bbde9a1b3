import type { Schedule } from './schedule.ts';

/** Where the schedules of record are kept. Every read and write but `all` names a workspace and sees nothing of another. */
export type ScheduleStore = {
  /** Stores all of it or nothing; `once` is unique to the request. Only `stored` changed anything. */
  create(schedule: Schedule, once: string): Promise<'stored' | 'name-taken' | 'replayed'>;
  find(workspaceId: string, id: string): Promise<Schedule | undefined>;
  /** Finds by name, however it is spelt in upper and lower case. */
  findByName(workspaceId: string, name: string): Promise<Schedule | undefined>;
  /** All of a workspace, in the order of names. */
  list(workspaceId: string): Promise<Schedule[]>;
  /** Alters a schedule as it is now, also when somebody else alters it at the same time; resolves to what it is then. */
  change(
    workspaceId: string,
    id: string,
    alter: (schedule: Schedule) => Schedule,
  ): Promise<Schedule | 'gone' | 'name-taken'>;
  /**
   * Takes back a creation that nobody knows the end of: what was stored is removed, and what is still on its way is not
   * stored when it arrives, whichever of the two Redis sees first.
   */
  takeBack(schedule: Pick<Schedule, 'workspaceId' | 'id'>, once: string): Promise<void>;
  /** Removes a schedule and what its reports left; false when there was none. */
  remove(workspaceId: string, id: string): Promise<boolean>;
  /** The schedules of all workspaces, for what puts them on the clock. */
  all(): AsyncIterable<Schedule>;
  /** Remembers a moment that a report was due as seen to, so that it is not made up for again. */
  settle(workspaceId: string, id: string, due: Date): Promise<void>;
  /** The last moment that was seen to. */
  settled(workspaceId: string, id: string): Promise<Date | undefined>;
};
