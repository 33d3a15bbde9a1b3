import type { AuditTrail } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { isAppError } from '../../errors.ts';
import type { Explanation } from '../../explain/explanation.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import type { Said, SayInThread } from '../delivery/say-in-thread.ts';
import { sentPrivately } from '../delivery/tell-privately.ts';
import { encodedMessages, explainedMessage, explainedReplies } from '../messages/explanation-messages.ts';
import type { ChatContext } from '../model/context.ts';
import { type Reply, replyWith } from '../model/reply.ts';
import { decodeValue } from './decode-message.ts';
import {
  type KnownConnectionDependencies,
  type KnownConnections,
  knownConnections,
} from './known-connections.ts';

export type TellExplanationDependencies = KnownConnectionDependencies & {
  readonly providers: Providers;
  readonly sayInThread: SayInThread;
  readonly audit: AuditTrail;
  readonly formTokens: FormTokens;
};

/** An explanation, and a sentence for each file that could not be read. */
export type ToTell = { readonly explanation: Explanation; readonly unread: readonly string[] };

/**
 * What the audit trail keeps of a text: what kind of thing it was and the ids that are known anyway. An id that is in no
 * profile may be anything that somebody wrote.
 */
export function auditDetail({ kind, requirements }: Explanation, provider: Provider | undefined): string {
  const known = new Set(provider?.profiles.flatMap((profile) => profile.requirements.map(({ id }) => id)));
  const ids = requirements.filter((id) => known.has(id));
  return [provider?.id, kind, ...ids].filter(Boolean).join(' ');
}

/** Creates what says an explanation where it was asked for; resolves to what is said to the person besides. */
export function createTellExplanation(dependencies: TellExplanationDependencies) {
  const { providers, sayInThread, audit, formTokens } = dependencies;

  /** What its provider encoded, with those who can have it decoded. */
  async function offerToDecode(
    said: Said,
    explanation: Explanation,
    { provider, near }: { readonly provider: Provider | undefined; readonly near: KnownConnections['near'] },
  ): Promise<void> {
    const decoding = provider?.decode ? near : [];
    for (const message of encodedMessages(explanation, decoding, decodeValue(said, formTokens)))
      await said.add(message);
  }

  return async function tell(
    { explanation, unread }: ToTell,
    { actor, conversationId }: ChatContext,
    threadId: string | undefined,
  ): Promise<Reply> {
    const provider = explanation.provider === null ? undefined : providers.find(explanation.provider);
    const detail = auditDetail(explanation, provider);
    await audit.record({ actor, action: 'log.explain', outcome: 'done', detail });
    const known = provider && (await knownConnections(dependencies, actor, { provider, explanation }));
    const { same, near } = known ?? { same: [], near: [] };
    const root = explainedMessage({ explanation, provider, askedBy: actor.userId, same, unread });
    const replies = explainedReplies(explanation);
    try {
      const said = await sayInThread({ actor, conversationId, threadId }, root, replies);
      await offerToDecode(said, explanation, { provider, near });
      return said.isPrivate && conversationId !== '' ? replyWith(sentPrivately) : { kind: 'none' };
    } catch (error) {
      if (!isAppError(error, 'chat.person-unreachable')) throw error;
      const all = [root, ...replies, ...encodedMessages(explanation, [], () => '')];
      return replyWith({ summary: root.summary, parts: all.flatMap(({ parts }) => parts) });
    }
  };
}
