import type { MessageRef } from '../../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { patiently } from '../../src/chat/delivery/retries.ts';
import {
  type ReportSubject,
  reportMessage,
  restMessages,
  rooms,
  smallestRoom,
} from '../../src/chat/messages/report-messages.ts';
import { reportThread } from '../../src/chat/messages/report-thread.ts';
import { brokenReportMessage, cannotPostMessage } from '../../src/chat/messages/schedule-messages.ts';
import type { Message } from '../../src/chat/model/message.ts';
import type { AdapterOf } from '../../src/chat/platform.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { composeReport } from '../../src/reports/compose.ts';
import { type Report, speaks } from '../../src/reports/report.ts';
import type { ReportRecords } from '../../src/reports/report-records.ts';
import type { Schedule } from '../../src/reports/schedule.ts';
import type { ScheduleStore } from '../../src/reports/schedule-store.ts';
import { createRootMessage } from '../root-message.ts';
import { isNewEnough } from './check-for-report.ts';
import type { Outbox, Prepared } from './outbox.ts';
import type { ReportJob } from './report-job.ts';
import { askedId, type ReportQueue } from './report-queue.ts';

export type SendReportDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly schedules: ScheduleStore;
  readonly records: ReportRecords;
  readonly outbox: Outbox;
  readonly messages: MessageLog;
  readonly adapterOf: AdapterOf;
  readonly queue: Pick<ReportQueue, 'take' | 'release'>;
  readonly logger: Logger;
  /** The time zone of reports that belong to no schedule. */
  readonly timeZone: string;
  readonly maxKeyAgeDays: number;
  readonly now: () => Date;
};

/** Where a report goes, and whose it is. */
type Address = {
  readonly conversationId: string;
  readonly schedule: Schedule | undefined;
  readonly subject: ReportSubject;
};

/** Creates the handler of a report whose connections are verified; it may be run again from the start at any point. */
export function createSendReport(dependencies: SendReportDependencies) {
  const { providers, store, history, schedules, records, outbox, messages, adapterOf, queue } = dependencies;
  const showRoot = createRootMessage({ adapterOf, messages });

  /** Undefined where there is nobody any more to tell: the schedule was removed or paused while its report was made. */
  async function addressOf({ workspaceId, scheduleId, asked }: ReportJob): Promise<Address | undefined> {
    const schedule = scheduleId ? await schedules.find(workspaceId, scheduleId) : undefined;
    if (asked) {
      const subject = { schedule: schedule && { ...schedule, mentions: [] }, askedBy: asked.by };
      return { conversationId: asked.conversationId, schedule, subject };
    }
    if (!schedule || schedule.paused) return undefined;
    return { conversationId: schedule.conversationId, schedule, subject: { schedule } };
  }

  async function compose(job: ReportJob, { schedule }: Address) {
    const { workspaceId, runId, due, isLate, connectionIds } = job;
    const found = await Promise.all(connectionIds.map((id) => store.find(workspaceId, id)));
    const key = schedule && { workspaceId, scheduleId: schedule.id };
    const [before, trend] = key
      ? await Promise.all([records.latest(key), records.trend(key)])
      : [undefined, []];
    return composeReport({
      runId,
      due,
      isLate,
      before,
      trend,
      connections: found.filter((connection) => connection !== undefined),
      providers,
      look: async ({ id: connectionId }) => {
        const place = { workspaceId, connectionId };
        const [verification, earlier] = await Promise.all([
          history.find(place, runId),
          history.latest(place, runId),
        ]);
        if (verification) return { verification, earlier };
        // Another report, or a person, had verified it since this one was due.
        const isReused = due !== undefined && earlier !== undefined && isNewEnough(earlier, due);
        return isReused ? { verification: earlier, earlier: undefined } : { verification, earlier };
      },
      options: {
        profile: schedule?.profile ?? 'own',
        maxKeyAgeDays: dependencies.maxKeyAgeDays,
        now: dependencies.now(),
      },
    });
  }

  /** The root message on one page, since its buttons are for the whole report; what has no room there leads the thread. */
  async function pagesOf(
    workspaceId: string,
    subject: ReportSubject,
    { report, timeZone }: { report: Report; timeZone: string },
  ): Promise<Message[]> {
    const { paginate } = adapterOf(workspaceId);
    const fitting = rooms.find((room) => paginate(reportMessage(subject, report, room)).length === 1);
    const room = fitting ?? smallestRoom;
    const thread = await reportThread(report, { providers, timeZone });
    const rest = restMessages(report, room);
    return [...paginate(reportMessage(subject, report, room)), ...[...rest, ...thread].flatMap(paginate)];
  }

  /** What will be sent, page by page, and what the report leaves; the same however often it is asked for. */
  async function prepare(job: ReportJob, address: Address): Promise<Prepared> {
    const { workspaceId, runId, asked } = job;
    const { schedule, subject } = address;
    const { report, standings } = await compose(job, address);
    const isSaid = asked !== undefined || !schedule || speaks(schedule.speak, report);
    const timeZone = schedule?.timing.timeZone ?? dependencies.timeZone;
    const pages = isSaid ? await pagesOf(workspaceId, subject, { report, timeZone }) : [];
    const point = report.trend.at(-1);
    // A report in between is not the one that the next of a schedule is compared with.
    const isOfRecord = schedule && point && !asked;
    const record = isOfRecord ? { workspaceId, scheduleId: schedule.id, point, standings } : undefined;
    return outbox.keep(runId, { pages, record });
  }

  /** Posts the root message of a report that nobody asked for; undefined where the bot may not write any more. */
  async function postRoot({ workspaceId, runId }: ReportJob, { conversationId }: Address, page: Message) {
    try {
      const adapter = adapterOf(workspaceId);
      const root = await adapter.post({ workspaceId, conversationId }, page, { inBulk: true });
      await messages.remember(runId, 'root', root);
      return root;
    } catch (error) {
      if (!isAppError(error, 'chat.bot-not-in-conversation')) throw error;
      return undefined;
    }
  }

  /** Pauses a schedule whose conversation is closed to the bot, and tells its owner, once. */
  async function pauseAndTell(schedule: Schedule, runId: string): Promise<void> {
    const { workspaceId, id } = schedule;
    if (!(await messages.read(runId)).has('owner')) await tellOwner(schedule, runId);
    // Last, since a report of a paused schedule is nobody's any more.
    await queue.take(id);
    await schedules.change(workspaceId, id, (each) => ({ ...each, paused: 'cannot-post' }));
  }

  async function tellOwner(schedule: Schedule, runId: string): Promise<void> {
    const { workspaceId, id, addedBy } = schedule;
    const adapter = adapterOf(workspaceId);
    try {
      const conversationId = await adapter.directConversation(workspaceId, addedBy);
      const told = await adapter.post(
        { workspaceId, conversationId },
        cannotPostMessage(schedule, adapter.inviteHint),
      );
      await messages.remember(runId, 'owner', told);
    } catch (err) {
      if (!isAppError(err) || err.retryable) throw err;
      dependencies.logger.warn({ err, scheduleId: id }, 'a schedule was paused and its owner cannot be told');
    }
  }

  async function sendRoot(job: ReportJob, address: Address, page: Message): Promise<MessageRef | undefined> {
    const { workspaceId, runId, asked } = job;
    const known = (await messages.read(runId)).get('root');
    if (known) return known;
    if (!asked) return postRoot(job, address, page);
    const { conversationId, by: askedBy, root } = asked;
    return showRoot({ id: runId, job: { workspaceId, conversationId, askedBy } }, page, root);
  }

  async function sendThread(
    { workspaceId, runId }: ReportJob,
    { conversationId, messageId: threadId }: MessageRef,
    { pages, signal }: { pages: readonly Message[]; signal: AbortSignal },
  ): Promise<void> {
    const adapter = adapterOf(workspaceId);
    const sent = await messages.read(runId);
    for (const [index, page] of pages.entries()) {
      const name = `page-${index}`;
      if (sent.has(name)) continue;
      signal.throwIfAborted();
      const ref = await adapter.post({ workspaceId, conversationId, threadId }, page, { inBulk: true });
      await messages.remember(runId, name, ref);
    }
  }

  /** Sends what was prepared. What the report leaves is kept once people can see it: what nobody was told is no ground to compare with. */
  async function send(
    job: ReportJob,
    address: Address,
    { prepared, signal }: { prepared: Prepared; signal: AbortSignal },
  ): Promise<void> {
    const { pages, record } = prepared;
    const [first, ...rest] = pages;
    signal.throwIfAborted();
    const root = first && (await sendRoot(job, address, first));
    if (first && !root) {
      if (address.schedule) await pauseAndTell(address.schedule, job.runId);
      return;
    }
    if (record) await records.add(record);
    if (root) await sendThread(job, root, { pages: rest, signal });
  }

  /** Lets whoever asked ask again, once there is an end. */
  async function release({ workspaceId, scheduleId, asked }: ReportJob): Promise<void> {
    if (asked)
      await queue.release(askedId({ workspaceId, scheduleId, conversationId: asked.conversationId }));
  }

  async function sendReport(job: ReportJob, signal: AbortSignal): Promise<void> {
    const address = await addressOf(job);
    if (address) {
      const prepared = (await outbox.find(job.runId)) ?? (await prepare(job, address));
      await send(job, address, { prepared, signal });
      await outbox.release(job.runId);
    }
    await release(job);
  }

  /** Says that a report came to nothing by a fault of our own, and lets it be asked for again. */
  async function giveUp(job: ReportJob): Promise<void> {
    await release(job);
    const address = await addressOf(job);
    if (!address || (await messages.read(job.runId)).has('root')) return;
    const message = brokenReportMessage(address.schedule?.name, job.runId);
    await patiently(() => sendRoot(job, address, message));
  }

  return { sendReport, giveUp };
}
