import type { Actor } from '../../access/policy.ts';

/** Who asked, and in which conversation. */
export type ChatContext = {
  readonly actor: Actor;
  readonly conversationId: string;
  /** Whether the platform lets people pick a conversation in a form, among those they see. */
  readonly picksConversations?: boolean;
  /** Whether others read what is answered here. */
  readonly isOverheard?: boolean;
  /** The person's own time zone, where the platform tells it in time. */
  readonly timeZone?: () => Promise<string | undefined>;
};
