import { createHash } from 'node:crypto';
import type { Activity } from '@microsoft/teams.api';
import { z } from 'zod';
import type { Arrival, ConversationReference } from './conversations.ts';
import { limits } from './limits.ts';

/** What every activity must say of itself; the rest depends on its kind. */
const Envelope = z.object({
  id: z.string().min(1),
  // Direct Line and Web Chat would let a client say who it is: only Teams vouches for people.
  channelId: z.literal('msteams'),
  serviceUrl: z.url({ protocol: /^https?$/ }),
  from: z.object({ id: z.string(), name: z.string().optional(), aadObjectId: z.string().min(1) }),
  recipient: z.object({ id: z.string() }),
  conversation: z.object({
    id: z.string().default(''),
    conversationType: z.string().optional(),
    tenantId: z.string().optional(),
  }),
  channelData: z.object({ tenant: z.object({ id: z.string() }).optional() }).optional(),
  localTimezone: z.string().optional(),
  entities: z
    .array(z.looseObject({ type: z.string(), timezone: z.string().optional() }))
    .optional()
    .catch(undefined),
});

/** Where an activity comes from and who did it. */
export type Origin = Arrival & {
  readonly tenantId: string;
  /** The person's own time zone, where the client tells it. */
  readonly timeZone: string | undefined;
  /** The conversation as the activity names it: with its thread, where it has one. */
  readonly fullConversationId: string;
  /** When an answer is due, on the clock of `performance.now()`. */
  readonly dueAt: number;
};

/** Milliseconds until an answer is due. */
export const untilDue = ({ dueAt }: Pick<Origin, 'dueAt'>) => dueAt - performance.now();

/** A conversation's id without the thread that Teams appends to it. */
export const baseOf = (conversationId: string) => conversationId.split(';', 1)[0] ?? conversationId;

/** The root message of the thread that a conversation's id names, if it names one. */
export const threadIn = (conversationId: string) => /;messageid=([^;]+)/.exec(conversationId)?.[1];

/** The id of one thread of a channel: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages */
export const threaded = (conversationId: string, rootId: string) =>
  `${baseOf(conversationId)};messageid=${rootId}`;

export const workspaceIdOf = (tenantId: string) => `teams:${tenantId}`;

/** The kind of a conversation; where an invoke leaves it out, the endings of ids that Teams gives to channels tell. */
function kindOf(conversationType: string | undefined, id: string): ConversationReference['kind'] {
  if (conversationType === 'personal') return 'personal';
  const isChannel = conversationType === undefined && /@thread\.(tacv2|skype)$/.test(id);
  return conversationType === 'channel' || isChannel ? 'channel' : 'group';
}

/** Reads where an activity comes from; undefined when it does not come from a person in Teams. */
export function originOf(activity: Activity): Origin | undefined {
  const parsed = Envelope.safeParse(activity);
  if (!parsed.success) return undefined;
  const { id, serviceUrl, from, recipient, conversation, channelData, localTimezone, entities } = parsed.data;
  const tenantId = conversation.tenantId ?? channelData?.tenant?.id;
  // Two tenants at once: a conversation with people of another one, whom no allow-list names.
  const isMixed = channelData?.tenant !== undefined && channelData.tenant.id !== tenantId;
  if (!tenantId || isMixed) return undefined;
  const conversationId = baseOf(conversation.id);
  return {
    tenantId,
    timeZone: localTimezone ?? entities?.find(({ type }) => type === 'clientInfo')?.timezone,
    actor: { workspaceId: workspaceIdOf(tenantId), userId: from.aadObjectId },
    person: { id: from.id, name: from.name ?? '' },
    reference: {
      conversationId,
      kind: kindOf(conversation.conversationType, conversationId),
      serviceUrl,
      tenantId,
      botId: recipient.id,
    },
    fullConversationId: conversation.id,
    dueAt: performance.now() + limits.invokeMs,
    once: createHash('sha256').update(`${conversation.id}\n${id}`).digest('hex'),
  };
}
