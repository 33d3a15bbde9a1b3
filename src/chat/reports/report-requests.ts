import type { MessageRef } from '../delivery/chat-adapter.ts';

/** What a report is to be about: all connections unless it says otherwise. */
export type ReportSelection = Pick<ReportRequest, 'scheduleId' | 'tag'>;

const tagPrefix = 'tag:';

/** The selection as the value of a button, and back. */
export const selectionValue = ({ scheduleId, tag }: ReportSelection) =>
  scheduleId ?? (tag === undefined ? 'all' : `${tagPrefix}${tag}`);
export function selectionIn(value: string): ReportSelection {
  if (value === 'all') return {};
  return value.startsWith(tagPrefix) ? { tag: value.slice(tagPrefix.length) } : { scheduleId: value };
}

/** A report that somebody asked for; ids only, so that it can wait in a queue. */
export type ReportRequest = {
  readonly workspaceId: string;
  readonly askedBy: string;
  /** Where it goes. */
  readonly conversationId: string;
  /** Whose connections it is about; those with the tag, or all of the workspace, when absent. */
  readonly scheduleId?: string | undefined;
  readonly tag?: string | undefined;
  /** The message to edit instead of posting a new one. */
  readonly root?: MessageRef | undefined;
};

/** What is to follow from a schedule that was made, changed, paused or removed. */
export type ScheduleUpdate = {
  readonly workspaceId: string;
  readonly scheduleId: string;
  /** What is said in its conversation, and who did it; nothing when absent. */
  readonly said?: { readonly verb: 'scheduled' | 'changed'; readonly by: string };
};

export type ReportRequests = {
  /** Queues a report; the same one is made once at a time in a conversation. */
  request(request: ReportRequest): Promise<'queued' | 'already-running'>;
  /** Queues what puts a schedule on the clock, or takes it off, as its record says by then. */
  update(update: ScheduleUpdate): Promise<void>;
};
