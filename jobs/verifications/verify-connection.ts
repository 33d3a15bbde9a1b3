import type { AdapterOf, MessageRef } from '../../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { sendPatiently } from '../../src/chat/delivery/retries.ts';
import { openThread, type Thread, type Threads, threadBelow } from '../../src/chat/delivery/threads.ts';
import { changeMessages } from '../../src/chat/messages/change-messages.ts';
import { threadMessages } from '../../src/chat/messages/finding-messages.ts';
import {
  elsewhereMessage,
  goneMessage,
  refusedMessage,
  replacedMessage,
} from '../../src/chat/messages/replacement-messages.ts';
import type { Subject } from '../../src/chat/messages/subject.ts';
import {
  brokenMessage,
  removedMessage,
  runningMessage,
  verdictMessage,
} from '../../src/chat/messages/verification-messages.ts';
import type { Message } from '../../src/chat/model/message.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { Replacements } from '../../src/connections/replacements.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Logger } from '../../src/logger.ts';
import type { Providers } from '../../src/providers/provider.ts';
import type { Progress } from '../../src/providers/run-verification.ts';
import { changesBetween } from '../../src/verification/changes.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { type Check, createCheckOfRun } from '../checks/check.ts';
import { type ConversationDependencies, createConversation } from '../conversation.ts';
import { createIncidentAlarm } from '../incident-alarm.ts';
import { createProgressReporter } from '../progress-reporter.ts';
import { createKeepThread } from './keep-thread.ts';
import { createSettleReplacement, type Settled } from './settle-replacement.ts';
import type { AskedVerification, VerificationJob } from './verification-job.ts';

export type VerifyConnectionDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'find' | 'update'>;
  readonly replacements: Replacements;
  readonly now: () => Date;
  readonly history: VerificationHistory;
  readonly check: Check;
  readonly adapterOf: AdapterOf;
  readonly messages: MessageLog;
  readonly mendLater: ConversationDependencies['mendLater'];
  readonly threads: Threads;
  readonly logger: Logger;
  /** Milliseconds between two edits of a message. */
  readonly editIntervalMs: number;
};

export type Run = {
  readonly id: string;
  readonly job: VerificationJob;
  /** Whether the job was started before, so that some of its messages may be there already. */
  readonly isRepeated: boolean;
  /** Aborted when the job was given to another worker, which now does what is left. */
  readonly signal: AbortSignal;
};

type Answering = {
  readonly subject: Subject;
  readonly verification: Verification;
  readonly root: MessageRef;
  /** Whose change it is, where the credential is a new one. */
  readonly replaced?: Parameters<typeof replacedMessage>[0] | undefined;
};

/** A run that came to nothing, of which no more need be known than who waits for it. */
type Broken = { readonly id: string; readonly job: AskedVerification };

const addresseeOf = ({ id: runId, job }: Broken) => ({ ...job, runId });

/** Creates the handler of one verification job; it may be run again from the start at any point. */
export function createVerifyConnection(dependencies: VerifyConnectionDependencies) {
  const { providers, store, history, adapterOf, threads, logger, editIntervalMs, now } = dependencies;
  const conversation = createConversation(dependencies);
  const checkOfRun = createCheckOfRun(dependencies);
  const alarm = createIncidentAlarm(logger);
  const settle = createSettleReplacement(dependencies);
  const { renewReplies, rememberThread } = createKeepThread(dependencies);

  async function subjectOf({ workspaceId, connectionId }: AskedVerification): Promise<Subject | undefined> {
    const connection = await store.find(workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    return connection && provider ? { connection, provider } : undefined;
  }

  /** The run's verification, with its progress in the root message; undefined once the connection is gone. */
  async function verify(
    { id, job, signal }: Run,
    subject: Subject,
    root: MessageRef,
  ): Promise<Verification | undefined> {
    const { workspaceId } = job;
    const show = (progress: Progress) =>
      adapterOf(workspaceId).update(workspaceId, root, runningMessage(subject, progress), {
        isPassing: true,
      });
    const reporter = createProgressReporter(show, editIntervalMs);
    try {
      const { replacement } = job;
      const check = { ...subject, replacement, signal, onProgress: reporter.report };
      const verification = await checkOfRun(id, check);
      if (verification) alarm(id, subject.provider, verification);
      return verification;
    } finally {
      await reporter.finish();
    }
  }

  /** Verifies a connection and answers in its conversation. Does nothing for a connection that is gone. */
  async function verifyConnection(run: Run): Promise<void> {
    const { job } = run;
    const [subject, { root: known, verification: told }] = await Promise.all([subjectOf(job), before(run)]);
    if (!subject) return sayRemoved(job, known);
    // What was told already is not taken back while the rest is sent.
    if (told && known) return answer(run, { subject, verification: told, root: known });
    const root = await conversation.showRoot(addresseeOf(run), runningMessage(subject), known);
    const verification = told ?? (await verify(run, subject, root));
    const found = verification && (await subjectOf(job));
    return found ? conclude(run, { subject: found, verification, root }) : sayRemoved(job, root);
  }

  /** Keeps what was found, takes a new credential into use where it is one, and answers. */
  async function conclude(run: Run, { subject, verification, root }: Answering): Promise<void> {
    const { id, job } = run;
    const { replacement } = job;
    const settled = replacement ? await settle(subject, replacement, verification) : undefined;
    if (settled && settled.kind !== 'in-use')
      return sayNotInUse(run, { subject, verification, root }, settled);
    // The dates of the credential before are not those of a new one, also where its own could not be read.
    const dates = settled?.kind === 'in-use' && { credential: verification.credential ?? {} };
    const kept = { ...verification, ...dates };
    await history.add(job, id, kept);
    const replaced = settled?.kind === 'in-use' ? settled : undefined;
    return answer(run, { subject, verification: kept, root, replaced });
  }

  /** Says why a new credential is not in use; the connection stays as it is. */
  async function sayNotInUse(
    run: Run,
    { subject, verification, root }: Answering,
    settled: Exclude<Settled, { kind: 'in-use' }>,
  ): Promise<void> {
    const { replacement = '' } = run.job;
    await conversation.showRoot(addresseeOf(run), messageOf(), root);

    function messageOf(): Message {
      if (settled.kind === 'refused') return refusedMessage(subject, verification, settled);
      if (settled.kind === 'gone') return goneMessage(subject.connection);
      const { before } = settled;
      return elsewhereMessage(subject, { before, now: verification.target, replacement });
    }
  }

  /** How far the run came before it was cut off, if it was. */
  async function before({ id, job, isRepeated }: Run): Promise<{
    root: MessageRef | undefined;
    verification: Verification | undefined;
  }> {
    const root = job.root ?? (await goingOn(job))?.root;
    if (!isRepeated) return { root, verification: undefined };
    const [sent, verification] = await Promise.all([
      conversation.sentBy({ ...job, runId: id }),
      history.find(job, id),
    ]);
    return { root: sent.get('root') ?? root, verification };
  }

  /** The thread that a verification goes on with which somebody asked for by its name. */
  async function goingOn(job: VerificationJob) {
    if (job.trigger !== 'command') return undefined;
    return openThread(await threads.all(job), { conversationId: job.conversationId, now: now() });
  }

  async function sayRemoved({ workspaceId }: AskedVerification, root: MessageRef | undefined): Promise<void> {
    if (root) await conversation.replace(workspaceId, root, removedMessage());
  }

  /** What a verification is compared with: what its own thread said last, else the latest of the connection. */
  async function earlierThan(
    { id, job }: Run,
    { verdict }: Verification,
    thread: Thread | undefined,
  ): Promise<Verification | undefined> {
    // A run that told nothing is no ground to compare with, unless this one told nothing either.
    if (verdict === 'failed') return history.latest(job, id);
    const { toldRun = id } = thread ?? {};
    const told = toldRun === id ? undefined : await history.find(job, toldRun);
    return told ?? history.latestSignedIn(job, id);
  }

  /** Tells the verdict in the root message and the rest in its thread. */
  async function answer(run: Run, answering: Answering): Promise<void> {
    const { id, job, signal } = run;
    const { subject, verification } = answering;
    const { workspaceId, conversationId, askedBy, trigger } = job;
    // One that this very run began, before it was cut off, goes on with nothing.
    const thread = threadBelow(await threads.all(job), answering.root);
    const goesOn = thread !== undefined && thread.at < verification.startedAt;
    const earlier = await earlierThan(run, verification, goesOn ? thread : undefined);
    const changes = earlier && changesBetween(earlier, verification);
    const verdict = verdictMessage(subject, { verification, askedBy, changes });
    const root = await conversation.showRoot(addresseeOf(run), verdict, answering.root);
    // A new message has a thread of its own, where nothing was said yet.
    const replies =
      changes && (trigger === 'again' || goesOn)
        ? changeMessages(subject, verification, changes)
        : threadMessages(subject, verification);
    const news = answering.replaced ? [replacedMessage(answering.replaced)] : [];
    const { paginate } = adapterOf(workspaceId);
    const pages = [...news, ...replies].flatMap((message) =>
      paginate(message).map((page) => ({ ...page, ...(message.tells && { tells: message.tells }) })),
    );
    const saying = { key: job, root, subject, verification, pages };
    await renewReplies(saying);
    const refs = await conversation.postThread({ runId: id, workspaceId, root, pages, signal });
    await rememberThread({ ...saying, runId: id, conversationId, refs });
  }

  /** Says that a run came to nothing by a fault of our own. */
  async function giveUp(run: Broken): Promise<void> {
    const [subject, sent] = await Promise.all([subjectOf(run.job), conversation.sentBy(addresseeOf(run))]);
    const known = sent.get('root') ?? run.job.root;
    if (!subject) return sendPatiently(() => sayRemoved(run.job, known));
    await sendPatiently(() => conversation.showRoot(addresseeOf(run), brokenMessage(subject, run.id), known));
  }

  return { verifyConnection, giveUp };
}
