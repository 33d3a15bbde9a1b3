import type { MessageRef } from '../../src/chat/delivery/chat-adapter.ts';
import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import { patiently } from '../../src/chat/delivery/retries.ts';
import { changeMessages, threadMessages } from '../../src/chat/messages/finding-messages.ts';
import {
  brokenMessage,
  removedMessage,
  runningMessage,
  type Subject,
  verdictMessage,
} from '../../src/chat/messages/verification-messages.ts';
import type { Message } from '../../src/chat/model/message.ts';
import type { AdapterOf } from '../../src/chat/platform.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Logger } from '../../src/logger.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { changesBetween } from '../../src/verification/changes.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { type Check, type CheckRequest, interrupted, unableToCheck } from '../checks/check.ts';
import { createIncidentAlarm } from '../incident-alarm.ts';
import { createProgressReporter } from '../progress-reporter.ts';
import { createRootMessage } from '../root-message.ts';
import type { VerificationJob } from './verification-job.ts';

export type VerifyConnectionDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly check: Check;
  readonly adapterOf: AdapterOf;
  readonly messages: MessageLog;
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

/** What a run has sent so far, by the name of the message. */
type Sent = ReadonlyMap<string, MessageRef>;

type Answering = {
  readonly subject: Subject;
  readonly verification: Verification;
  readonly root: MessageRef;
  readonly sent: Sent;
};

/** Creates the handler of one verification job; it may be run again from the start at any point. */
export function createVerifyConnection(dependencies: VerifyConnectionDependencies) {
  const { providers, store, history, check, adapterOf, messages, logger, editIntervalMs } = dependencies;
  const showRoot = createRootMessage(dependencies);
  const alarm = createIncidentAlarm(logger);

  async function subjectOf({ workspaceId, connectionId }: VerificationJob): Promise<Subject | undefined> {
    const connection = await store.find(workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    return connection && provider ? { connection, provider } : undefined;
  }

  /** The run's verification; undefined once the connection is gone. */
  async function verify(
    { id, job, signal }: Run,
    subject: Subject,
    { root, sent }: { root: MessageRef; sent: Sent },
  ): Promise<Verification | undefined> {
    const { signsInOnce } = subject.provider;
    if (signsInOnce && sent.has('sign-in')) return unableToCheck(subject, interrupted());
    const onBegin = async () => {
      if (signsInOnce) await messages.remember(id, 'sign-in', root);
    };
    const verification = await carryOut({ job, signal }, { ...subject, onBegin }, root);
    // Without its lock this run goes no further; what ended at the sign-in is kept all the same.
    if (!verification?.error) signal.throwIfAborted();
    if (!verification) return undefined;
    alarm(id, verification);
    await history.add(job, id, verification);
    return verification;
  }

  /** Carries the check out, with its progress in the root message. */
  async function carryOut(
    { job, signal }: Pick<Run, 'job' | 'signal'>,
    { onBegin, ...subject }: Subject & Required<Pick<CheckRequest, 'onBegin'>>,
    root: MessageRef,
  ): Promise<Verification | undefined> {
    const reporter = createProgressReporter(
      (progress: Parameters<typeof runningMessage>[1]) =>
        adapterOf(job.workspaceId).update(job.workspaceId, root, runningMessage(subject, progress), {
          isPassing: true,
        }),
      editIntervalMs,
    );
    try {
      return await check({ ...subject, signal, onProgress: reporter.report, onBegin });
    } finally {
      await reporter.finish();
    }
  }

  async function postThread(
    { id, job, signal }: Run,
    thread: readonly Message[],
    { root, sent }: { root: MessageRef; sent: Sent },
  ) {
    const { workspaceId } = job;
    const { conversationId, messageId: threadId } = root;
    const adapter = adapterOf(workspaceId);
    for (const [index, page] of thread.flatMap(adapter.paginate).entries()) {
      const name = `thread-${index}`;
      if (sent.has(name)) continue;
      signal.throwIfAborted();
      const ref = await adapter.post({ workspaceId, conversationId, threadId }, page);
      await messages.remember(id, name, ref);
    }
  }

  async function sentBy({ id, isRepeated }: Run): Promise<Sent> {
    return isRepeated ? messages.read(id) : new Map();
  }

  /** Verifies a connection and answers in its conversation. Does nothing for a connection that is gone. */
  async function verifyConnection(run: Run): Promise<void> {
    const { id, job, isRepeated } = run;
    const { workspaceId } = job;
    const gone = (root: MessageRef) => adapterOf(workspaceId).update(workspaceId, root, removedMessage());
    const [subject, sent] = await Promise.all([subjectOf(job), sentBy(run)]);
    const started = sent.get('root') ?? job.root;
    if (!subject) {
      if (started) await gone(started);
      return;
    }
    const told = isRepeated ? await history.find(job, id) : undefined;
    // What was told already is not taken back while the rest is sent.
    if (told && started) return answer(run, { subject, verification: told, root: started, sent });
    const root = await showRoot(run, runningMessage(subject), started);
    const verification = told ?? (await verify(run, subject, { root, sent }));
    const isGone = !verification || !(await subjectOf(job));
    if (isGone) return gone(root);
    return answer(run, { subject, verification, root, sent });
  }

  /** Tells the verdict in the root message and the rest in its thread. */
  async function answer(run: Run, { subject, verification, root: known, sent }: Answering): Promise<void> {
    const { id, job } = run;
    const { askedBy, trigger } = job;
    const before = trigger === 'again' ? await history.latest(job, id) : undefined;
    // A run that told nothing is no ground to compare with, unless this one told nothing either.
    const isComparable = before?.verdict !== 'failed' || verification.verdict === 'failed';
    const changes = before && isComparable ? changesBetween(before, verification) : undefined;
    const root = await showRoot(run, verdictMessage(subject, { verification, askedBy, changes }), known);
    const thread = changes ? changeMessages(verification, changes) : threadMessages(subject, verification);
    await postThread(run, thread, { root, sent });
  }

  /** Says that a run came to nothing by a fault of our own. */
  async function giveUp({ id, job }: Pick<Run, 'id' | 'job'>): Promise<void> {
    const subject = await subjectOf(job);
    if (!subject) return;
    const sent = await messages.read(id);
    const known = sent.get('root') ?? job.root;
    await patiently(() => showRoot({ id, job }, brokenMessage(subject, id), known));
  }

  return { verifyConnection, giveUp };
}
