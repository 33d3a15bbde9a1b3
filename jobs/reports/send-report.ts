import type { MessageRef } from '../../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { brokenReportMessage, cannotPostMessage } from '../../src/chat/messages/schedule-messages.ts';
import type { Message } from '../../src/chat/model/message.ts';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import type { Metrics } from '../../src/metrics.ts';
import type { ReportRecords } from '../../src/reports/report-records.ts';
import type { Schedule } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { type ConversationDependencies, createConversation } from '../conversation.ts';
import type { Outbox, PreparedReport } from './outbox.ts';
import type { ReportPlans } from './plan.ts';
import { createPrepareReport, type PrepareReportDependencies, type ReportAddress } from './prepare-report.ts';
import type { ReportJob } from './report-job.ts';
import { askedId, type ReportQueue } from './report-queue.ts';

export type SendReportDependencies = PrepareReportDependencies & {
  readonly schedules: Pick<ScheduleStore, 'find' | 'change'>;
  readonly records: ReportRecords;
  readonly outbox: Outbox;
  readonly plans: Pick<ReportPlans, 'slice' | 'letGo'>;
  readonly messages: MessageLog;
  readonly mendLater: ConversationDependencies['mendLater'];
  readonly queue: Pick<ReportQueue, 'take' | 'allowAgain'>;
  readonly logger: Logger;
  readonly metrics?: Pick<Metrics, 'reported'> | undefined;
};

/** Creates the handler of a report whose connections are verified; it may be run again from the start at any point. */
export function createSendReport(dependencies: SendReportDependencies) {
  const { schedules, records, outbox, plans, adapterOf, queue, logger, metrics } = dependencies;
  const { addressOf, prepare } = createPrepareReport(dependencies);
  const conversation = createConversation(dependencies);

  /** Posts the root message of a report that nobody asked for; undefined where the bot may not write any more. */
  async function postRoot(
    { workspaceId, runId }: ReportJob,
    { conversationId }: ReportAddress,
    page: Message,
  ): Promise<MessageRef | undefined> {
    try {
      const to = { workspaceId, conversationId };
      return await conversation.post({ runId, name: 'root', to, message: page, inBulk: true });
    } catch (error) {
      if (!isAppError(error, 'chat.bot-not-in-conversation')) throw error;
      return undefined;
    }
  }

  async function sendRoot(
    job: ReportJob,
    address: ReportAddress,
    page: Message,
  ): Promise<MessageRef | undefined> {
    const { workspaceId, runId, asked } = job;
    const known = (await conversation.sentBy(job)).get('root');
    if (known) return known;
    if (!asked) return postRoot(job, address, page);
    const { conversationId, by: askedBy, root } = asked;
    return conversation.showRoot({ runId, workspaceId, conversationId, askedBy }, page, root);
  }

  /** Pauses a schedule whose conversation is closed to the bot, and tells its owner, once. */
  async function pauseAndTell(schedule: Schedule, runId: string): Promise<void> {
    const { workspaceId, id } = schedule;
    if (!(await conversation.sentBy({ workspaceId, runId })).has('owner')) await tellOwner(schedule, runId);
    // Last, since a report of a paused schedule is nobody's any more.
    await queue.take(id);
    await schedules.change(workspaceId, id, (each) => ({ ...each, paused: 'cannot-post' }));
  }

  async function tellOwner(schedule: Schedule, runId: string): Promise<void> {
    const { workspaceId, id, addedBy } = schedule;
    const adapter = adapterOf(workspaceId);
    try {
      const conversationId = await adapter.directConversation(workspaceId, addedBy);
      const message = cannotPostMessage(schedule, adapter.inviteHint);
      await conversation.post({ runId, name: 'owner', to: { workspaceId, conversationId }, message });
    } catch (err) {
      if (!isAppError(err) || err.retryable) throw err;
      logger.warn({ err, scheduleId: id }, 'a schedule was paused and its owner cannot be told');
    }
  }

  /** Sends what was prepared. What the report leaves is kept once people can see it: what nobody was told is no ground to compare with. */
  async function send(
    job: ReportJob,
    address: ReportAddress,
    { prepared, signal }: { prepared: PreparedReport; signal: AbortSignal },
  ): Promise<void> {
    const { workspaceId, runId } = job;
    const { pages, record } = prepared;
    const [first, ...rest] = pages;
    signal.throwIfAborted();
    const root = first && (await sendRoot(job, address, first));
    if (first && !root) {
      if (address.schedule) await pauseAndTell(address.schedule, runId);
      return;
    }
    if (record) await records.add(record);
    if (root) await conversation.postThread({ runId, workspaceId, root, pages: rest, signal, inBulk: true });
    if (root && !job.asked) metrics?.reported({ what: 'sent' });
  }

  /** Lets whoever asked ask again, once there is an end. */
  async function allowAgain({ workspaceId, scheduleId, asked }: ReportJob): Promise<void> {
    if (!asked) return;
    const { conversationId, tag } = asked;
    await queue.allowAgain(askedId({ workspaceId, scheduleId, conversationId, tag }));
  }

  async function sendReport(job: ReportJob, signal: AbortSignal): Promise<void> {
    const address = await addressOf(job);
    if (address) await send(job, address, { prepared: await prepare(job, address), signal });
    // Also where nobody is to be told any more since it was prepared: what is kept is counted as waiting.
    await Promise.all([outbox.letGo(job.runId), plans.letGo(job.runId)]);
    await allowAgain(job);
  }

  /** Says that a report came to nothing by a fault of our own, and lets it be asked for again. */
  async function giveUp(job: ReportJob): Promise<void> {
    await allowAgain(job);
    await outbox.letGo(job.runId);
    const address = await addressOf(job);
    if (!address || (await conversation.sentBy(job)).has('root')) return;
    const message = brokenReportMessage(address.schedule?.name, job.runId);
    await sendRoot(job, address, message);
  }

  return { sendReport, giveUp };
}
