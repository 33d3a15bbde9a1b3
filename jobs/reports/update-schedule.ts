import type { AdapterOf } from '../../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { scheduleMessage } from '../../src/chat/messages/schedule-messages.ts';
import type { ScheduleUpdate } from '../../src/chat/reports/report-requests.ts';
import type { Logger } from '../../src/logger.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { type ConversationDependencies, createConversation } from '../conversation.ts';
import type { ReportQueue } from './report-queue.ts';

export type UpdateScheduleDependencies = {
  readonly schedules: Pick<ScheduleStore, 'find'>;
  readonly queue: Pick<ReportQueue, 'put' | 'take'>;
  readonly adapterOf: AdapterOf;
  readonly messages: MessageLog;
  readonly mendLater: ConversationDependencies['mendLater'];
  readonly logger: Logger;
  readonly now: () => Date;
};

/** Creates what carries out what follows from a change of a schedule: on the clock or off it, and said where it goes. */
export function createUpdateSchedule(dependencies: UpdateScheduleDependencies) {
  const { schedules, queue, now } = dependencies;
  const conversation = createConversation(dependencies);

  /** `id` is unique to the update. */
  return async function updateSchedule(
    { workspaceId, scheduleId, said }: ScheduleUpdate,
    id: string,
  ): Promise<void> {
    const schedule = await schedules.find(workspaceId, scheduleId);
    if (!schedule) return queue.take(scheduleId);
    await queue.put(schedule);
    if (!said || (await conversation.sentBy({ workspaceId, runId: id })).has('root')) return;
    const { conversationId } = schedule;
    const message = scheduleMessage(schedule, { ...said, now: now() });
    // Where the bot may not write, the person learns it now, and not from a report that never comes.
    const to = { runId: id, workspaceId, conversationId, askedBy: said.by };
    await conversation.showRoot(to, message, undefined);
  };
}
