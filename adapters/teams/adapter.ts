import type { ActivityParams, Client as ApiClient } from '@microsoft/teams.api';
import type { ChatAdapter, MessageName, MessageRef } from '../../src/chat/delivery/chat-adapter.ts';
import { type Pacing, waitForTurn } from '../../src/chat/delivery/pacing.ts';
import type { Message } from '../../src/chat/model/message.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import type { Picture } from '../../src/reports/pictures/picture.ts';
import type { WorkspaceLife } from '../../src/workspaces/life.ts';
import { isShutOut, type Refusals } from '../../src/workspaces/refusals.ts';
import type { ConversationReference, Conversations } from './conversations.ts';
import { isForbidden, teamsError } from './errors.ts';
import { createTeamsGroups } from './groups.ts';
import { paginate } from './paginate.ts';
import { activityOf, idsIn, noticedIn } from './render.ts';
import { baseOf, threaded } from './workspace.ts';

export type TeamsAdapterDependencies = {
  /** The client for the service that a conversation is reached by. */
  readonly clientFor: (serviceUrl: string) => Promise<ApiClient>;
  readonly conversations: Conversations;
  readonly pacing: Pacing;
  readonly life: Pick<WorkspaceLife, 'end'>;
  readonly refusals: Refusals;
  readonly now: () => Date;
  readonly commandWord: string;
  /** Puts a picture where clients can fetch it, and resolves to its address; absent where they cannot reach the bot. */
  readonly pictureUrl?: ((picture: Picture) => Promise<string>) | undefined;
};

/** Milliseconds that a message waits for its turn here; longer than that, its job waits in the queue. */
const patienceMs = 3_000;

/**
 * The address of a message in a channel or a group chat; personal chats with a bot have none.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/deep-link-teams
 */
function linkTo(conversationId: string, messageId: string): string | undefined {
  if (!conversationId.startsWith('19:')) return undefined;
  const isChat = !/@thread\.(tacv2|skype)$/.test(conversationId);
  const context = isChat ? `?context=${encodeURIComponent(JSON.stringify({ contextType: 'chat' }))}` : '';
  return `https://teams.microsoft.com/l/message/${encodeURIComponent(conversationId)}/${encodeURIComponent(messageId)}${context}`;
}

/** Messages that nobody waits for, through the Bot Connector. */
export function createTeamsAdapter(settings: TeamsAdapterDependencies): ChatAdapter {
  const { clientFor, conversations, pacing, life, refusals, now, commandWord, pictureUrl } = settings;

  async function calling<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (cause) {
      throw teamsError(cause, what);
    }
  }

  /** Posts, and takes note of whether anything of the tenant is taken at all. There is no event for its end. */
  async function posting<Result>(workspaceId: string, post: () => Promise<Result>): Promise<Result> {
    let sent: Result;
    try {
      sent = await post();
    } catch (cause) {
      if (isForbidden(cause) && isShutOut(await refusals.refused(workspaceId, now()), now()))
        await life.end(workspaceId, 'forbidden');
      throw teamsError(cause, 'post a message');
    }
    // It is there, whatever comes of the note.
    refusals.taken(workspaceId).catch(() => undefined);
    return sent;
  }

  /** Opens a direct conversation; one that Teams refuses is with somebody who left, or where the app is not installed. */
  async function reachingAPerson<Result>(open: () => Promise<Result>): Promise<Result> {
    try {
      return await calling('open a direct conversation', open);
    } catch (error) {
      if (isAppError(error, 'chat.rate-limited') || (isAppError(error) && error.retryable)) throw error;
      throw new AppError('This person cannot be written to', {
        code: 'chat.person-unreachable',
        cause: error,
      });
    }
  }

  const inTurn = (conversationId: string, patience = patienceMs) =>
    waitForTurn(pacing, conversationId, patience);

  async function referenceOf(workspaceId: string, conversationId: string): Promise<ConversationReference> {
    const reference = await conversations.find(workspaceId, baseOf(conversationId));
    if (reference) return reference;
    throw new AppError('The bot was never in this conversation, or was removed from it', {
      code: 'chat.bot-not-in-conversation',
    });
  }

  /** The addresses of a message's pictures, by their words; none where clients cannot reach the bot for them. */
  async function addressesOf({ parts }: Message): Promise<Map<string, string>> {
    if (!pictureUrl) return new Map();
    const pictures = parts.flatMap((part) => ('picture' in part && part.picture ? [part.picture] : []));
    return new Map(
      await Promise.all(pictures.map(async (each) => [each.alt, await pictureUrl(each)] as const)),
    );
  }

  /** Names of people who are to notice a message and never used the bot, as the conversation knows its members. */
  async function membersNames(
    ids: readonly string[],
    { serviceUrl, conversationId }: ConversationReference,
  ): Promise<[string, string][]> {
    if (ids.length === 0) return [];
    const client = await clientFor(serviceUrl);
    const found = ids.map(async (id): Promise<[string, string][]> => {
      try {
        const { name } = await client.conversations.members(conversationId).getById(id);
        return name ? [[id, name]] : [];
      } catch {
        // No member here: mentioned without a name.
        return [];
      }
    });
    return (await Promise.all(found)).flat();
  }

  async function drawn(
    workspaceId: string,
    message: Message,
    { reference, postedAs }: { reference: ConversationReference; postedAs?: MessageName | undefined },
  ): Promise<ActivityParams> {
    const [people, pictures] = await Promise.all([
      conversations.people(workspaceId, idsIn(message)),
      addressesOf(message),
    ]);
    const known = [...people].map(([id, { name }]): [string, string] => [id, name]);
    const unknown = noticedIn(message).filter((id) => !people.get(id)?.name);
    const names = new Map([...known, ...(await membersNames(unknown, reference))]);
    return activityOf(message, { names, pictures, postedAs });
  }

  return {
    commandWord,
    groups: createTeamsGroups({ conversations, clientFor }),
    forgetPerson: (workspaceId, userId) => conversations.forgetPerson(workspaceId, userId),
    inviteHint: `To get answers there, add this app to that team or chat, and ask ${commandWord} again.`,
    paginate,
    async post({ workspaceId, conversationId, threadId }, message, { mark } = {}): Promise<MessageRef> {
      const reference = await referenceOf(workspaceId, conversationId);
      const postedAs = mark && { runId: mark.runId, name: mark.name };
      const activity = await drawn(workspaceId, message, { reference, postedAs });
      // Only channels have threads; elsewhere what belongs together follows.
      const isThread = threadId !== undefined && reference.kind === 'channel';
      const to = isThread ? threaded(conversationId, threadId) : baseOf(conversationId);
      const client = await clientFor(reference.serviceUrl);
      await inTurn(reference.conversationId);
      const sent = await posting(workspaceId, () => client.conversations.createActivity(to, activity));
      return { conversationId: to, messageId: sent.id };
    },
    async update(workspaceId, { conversationId, messageId }, message, { isPassing = false } = {}) {
      const reference = await referenceOf(workspaceId, conversationId);
      const activity = await drawn(workspaceId, message, { reference });
      const client = await clientFor(reference.serviceUrl);
      await inTurn(reference.conversationId, isPassing ? 0 : patienceMs);
      await calling('change a message', () =>
        client.conversations.updateActivity(conversationId, messageId, activity),
      );
    },
    linkTo: async (_workspaceId, { conversationId, messageId }) => linkTo(baseOf(conversationId), messageId),
    async directConversation(workspaceId, userId) {
      const [home, people] = await Promise.all([
        conversations.latest(workspaceId),
        conversations.people(workspaceId, [userId]),
      ]);
      if (!home)
        throw new AppError('Nobody of this tenant was heard of yet', {
          code: 'chat.bot-not-in-conversation',
        });
      const { serviceUrl, tenantId, botId } = home;
      const client = await clientFor(serviceUrl);
      const created = await reachingAPerson(() =>
        client.conversations.create({
          isGroup: false,
          bot: { id: botId },
          members: [{ id: people.get(userId)?.id ?? userId, name: '', role: 'user' }] as never,
          tenantId,
          channelData: { tenant: { id: tenantId } },
        }),
      );
      await conversations.remember(workspaceId, {
        conversationId: created.id,
        kind: 'personal',
        serviceUrl,
        tenantId,
        botId,
      });
      return created.id;
    },
  };
}
