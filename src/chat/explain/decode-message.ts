import { z } from 'zod';
import { type AuditTrail, recorded } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { type Actor, permits } from '../../access/policy.ts';
import type { Connection } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { isAppError } from '../../errors.ts';
import { explainDecoded } from '../../explain/explain.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import type { Decoded } from '../../providers/told.ts';
import type { ChatAdapter, MessageRef } from '../delivery/chat-adapter.ts';
import type { Said, SayInThread } from '../delivery/say-in-thread.ts';
import { noConnection } from '../messages/connection-messages.ts';
import {
  decodedMessage,
  explainedMessage,
  explainedReplies,
  outdatedGuess,
  tooMuchUnderWay,
} from '../messages/explanation-messages.ts';
import type { ClickHandler } from '../model/handlers.ts';
import { type Message, sentence } from '../model/message.ts';
import { type Reply, replyWith } from '../model/reply.ts';
import type { Decoder } from './decoder.ts';
import { type KnownConnectionDependencies, knownConnections } from './known-connections.ts';
import type { UnderWay } from './under-way.ts';

/** Messages that one value names, so that it fits a button. */
const mostReplies = 20;

/** Which connection, and which messages of the same conversation said what the log led to guess. */
const Value = z.object({
  id: z.string(),
  thread: z.string(),
  root: z.string(),
  replies: z.array(z.string()).max(mostReplies),
});

/** Messages are edited by what a button says, so it is signed: for everybody of a workspace, since anybody may click. */
const everybodyOf = (workspaceId: string) => ({ workspaceId, userId: 'everybody' });

/** What a button says of the answer that it is below. */
export const decodeValue =
  (
    { threadId, root, replies }: Pick<Said, 'threadId' | 'root' | 'replies'>,
    formTokens: Pick<FormTokens, 'sign'>,
  ) =>
  ({ id, workspaceId }: Connection): string => {
    const value: z.infer<typeof Value> = {
      id,
      thread: threadId,
      root: root.messageId,
      replies: replies.slice(0, mostReplies).map(({ messageId }) => messageId),
    };
    return formTokens.sign(value, everybodyOf(workspaceId));
  };

export type DecodeMessageDependencies = KnownConnectionDependencies & {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'all' | 'find'>;
  readonly audit: AuditTrail;
  readonly formTokens: Pick<FormTokens, 'verify'>;
  readonly decode: Decoder;
  readonly underWay: UnderWay;
  readonly sayInThread: SayInThread;
  readonly update: ChatAdapter['update'];
};

type Clicked = {
  readonly clicked: MessageRef;
  readonly value: z.infer<typeof Value>;
  readonly actor: Actor;
};
type Asked = { readonly provider: Provider; readonly connection: Connection };

/** Creates what has a provider say what its own message in a log says, which then takes the place of the guess. */
export function createDecodeMessage(dependencies: DecodeMessageDependencies): ClickHandler {
  const { providers, store, audit, formTokens, decode, underWay, sayInThread, update } = dependencies;
  /** The messages that are being decoded: two people may click at once. */
  const running = new Set<string>();

  /** Puts what the provider says in the place of what was guessed. */
  async function replaceGuess(
    { clicked, value, actor }: Clicked,
    { provider, connection }: Asked,
    decoded: Decoded,
  ): Promise<void> {
    const { workspaceId, userId: askedBy } = actor;
    const { conversationId } = clicked;
    const explanation = explainDecoded(decoded, provider);
    const put = (messageId: string, message: Message) =>
      update(workspaceId, { conversationId, messageId }, message).catch((error: unknown) => {
        // Somebody has deleted it since.
        if (!isAppError(error, 'chat.message-gone')) throw error;
      });
    const { same } = await knownConnections(dependencies, actor, { provider, explanation });
    const explained = { explanation, provider, askedBy, same, unread: [] };
    await put(value.root, explainedMessage(explained));
    for (const reply of value.replies) await put(reply, outdatedGuess);
    const [first, ...others] = explainedReplies(explanation);
    if (first) await sayInThread({ actor, conversationId, threadId: value.thread }, first, others);
    // Last, since with it go the buttons: whoever finds the rest undone clicks again.
    await put(clicked.messageId, decodedMessage(connection.name, askedBy));
  }

  async function carryOut(
    { clicked, value, actor }: Clicked,
    { provider, connection }: Asked,
    texts: readonly string[],
  ): Promise<Reply> {
    const entry = { actor, action: 'log.decode', connectionId: connection.id } as const;
    try {
      const decoded = await recorded(audit, entry, () => decode({ connection, text: texts.join('') }));
      await replaceGuess({ clicked, value, actor }, { provider, connection }, decoded);
      return replyWith(sentence('Decoded. The answer above says what it is.'));
    } catch (error) {
      if (!isAppError(error) || error.code.startsWith('redis.') || error.code.startsWith('chat.'))
        throw error;
      return replyWith(sentence([error.message, error.hint].filter(Boolean).join('. ')));
    }
  }

  /** What a button says; undefined for one that is not ours, or of another workspace. */
  function read(text: string, { workspaceId }: Actor): z.infer<typeof Value> | undefined {
    try {
      return Value.safeParse(formTokens.verify(text, everybodyOf(workspaceId))).data;
    } catch (error) {
      if (!isAppError(error, 'access.unknown-form')) throw error;
      return undefined;
    }
  }

  return async ({ value: text, message: clicked, texts = [] }, { actor }) => {
    const value = read(text, actor);
    const connection = value && (await store.find(actor.workspaceId, value.id));
    const provider = connection && providers.find(connection.provider);
    const isPermitted = connection && permits(actor, 'log.decode', connection);
    if (!value || !clicked || !provider || !isPermitted) return replyWith(noConnection);
    const key = JSON.stringify([actor.workspaceId, clicked]);
    if (running.has(key)) return replyWith(sentence('It is being decoded right now.'));
    running.add(key);
    try {
      const work = () => carryOut({ clicked, value, actor }, { provider, connection }, texts);
      const done = await underWay.run(actor, work);
      return 'kind' in done ? done : replyWith(tooMuchUnderWay(done));
    } finally {
      running.delete(key);
    }
  };
}
