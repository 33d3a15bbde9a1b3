import type { AdapterOf, MessageRef } from '../../src/chat/delivery/chat-adapter.ts';
import { type Thread, type Threads, threadBelow } from '../../src/chat/delivery/threads.ts';
import { standingMessages } from '../../src/chat/messages/finding-messages.ts';
import { leavesOpen, overMessage, supersededMessage } from '../../src/chat/messages/standing-messages.ts';
import type { Subject } from '../../src/chat/messages/subject.ts';
import type { Message, MessageTells } from '../../src/chat/model/message.ts';
import type { HistoryKey } from '../../src/connections/history.ts';
import { isAppError } from '../../src/errors.ts';
import { type Finding, isOpen, subjectOf } from '../../src/verification/finding.ts';
import type { Verification } from '../../src/verification/verification.ts';

export type KeepThreadDependencies = { readonly adapterOf: AdapterOf; readonly threads: Threads };

/** What a run has to say below a root message. */
export type Saying = {
  readonly key: HistoryKey;
  readonly root: MessageRef;
  readonly subject: Subject;
  readonly verification: Verification;
  /** What it says anew, below what was said before. */
  readonly pages: readonly Message[];
};

/** The same once it is said: where it was asked for, and where each of the pages is. */
export type Said = Saying & {
  readonly runId: string;
  readonly conversationId: string;
  readonly refs: readonly MessageRef[];
};

/** What is missing by a run, and what was and could not be told this time. */
function stillMissing({ findings }: Verification, before: readonly string[] = []): string[] {
  const isStill = (finding: Finding) =>
    isOpen(finding, 'missing') || (isOpen(finding, 'inconclusive') && before.includes(subjectOf(finding)));
  return findings.filter(isStill).map(subjectOf);
}

/** Creates what remembers threads, and makes what they said before true again. */
export function createKeepThread({ adapterOf, threads }: KeepThreadDependencies) {
  /** Replaces a reply; one that is gone, or went out as a file, stays as it is. */
  async function edit(workspaceId: string, ref: MessageRef, message: Message): Promise<void> {
    try {
      await adapterOf(workspaceId).update(workspaceId, ref, message);
    } catch (error) {
      if (!isAppError(error, 'chat.message-gone', 'chat.message-refused')) throw error;
    }
  }

  /** Edits the replies of one kind to what it tells now, page by page; what is left over says where that is, or that it is over. */
  async function renew(
    { key: { workspaceId }, subject, verification }: Saying,
    refs: readonly MessageRef[],
    { tells, isNewBelow, told }: { tells: MessageTells; isNewBelow: boolean; told: readonly Finding[] },
  ): Promise<void> {
    const now = standingMessages(subject, verification).filter((message) => message.tells === tells);
    const pages = isNewBelow ? [] : now.flatMap(adapterOf(workspaceId).paginate);
    const isOver = pages.length === 0 && !isNewBelow;
    // What could not be told may be as it was.
    if (isOver && leavesOpen(told)) return;
    const left = isOver
      ? overMessage(tells, { at: verification.startedAt, told })
      : supersededMessage(tells, isNewBelow ? 'below' : 'above');
    for (const [index, ref] of refs.entries()) await edit(workspaceId, ref, pages[index] ?? left);
  }

  const isNew = ({ pages }: Saying, tells: MessageTells) => pages.some((page) => page.tells === tells);

  return {
    /** Edits what was said before, before the rest is said: whoever reads that finds both to be true. */
    async renewReplies(saying: Saying): Promise<void> {
      const { key, root, verification } = saying;
      const known = threadBelow(await threads.all(key), root);
      // A run that told nothing changes nothing of what was told before, nor does one that is begun again.
      const isTold = !known || known.toldAt >= verification.startedAt;
      if (isTold || verification.verdict === 'failed') return;
      const told = verification.findings.filter((finding) => known.missing.includes(subjectOf(finding)));
      for (const [tells, replies] of Map.groupBy(known.replies, (reply) => reply.tells))
        await renew(
          saying,
          replies.map(({ ref }) => ref),
          { tells, isNewBelow: isNew(saying, tells), told },
        );
    },

    /** Remembers where everything is. */
    async rememberThread(said: Said): Promise<void> {
      const { key, conversationId, root, verification, pages, refs } = said;
      const known = threadBelow(await threads.all(key), root);
      const fresh = pages.flatMap(({ tells }, index): Thread['replies'][number][] => {
        const ref = refs[index];
        return tells && ref ? [{ tells, ref }] : [];
      });
      // A run that told nothing has left what was said before as it was.
      const isTold = verification.verdict !== 'failed';
      const kept = known?.replies.filter(({ tells }) => !isTold || !isNew(said, tells)) ?? [];
      const at = known?.at ?? verification.startedAt;
      const toldAt = verification.startedAt;
      const missing = isTold ? stillMissing(verification, known?.missing) : (known?.missing ?? []);
      const replies = [...kept, ...fresh];
      const toldRun = isTold ? said.runId : known?.toldRun;
      const isOpen = verification.verdict !== 'ready';
      await threads.put(key, { conversationId, root, at, toldAt, toldRun, isOpen, missing, replies });
    },
  };
}
