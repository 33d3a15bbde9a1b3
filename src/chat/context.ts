import type { Actor } from '../access/policy.ts';

/** Who asked, and in which conversation. */
export type ChatContext = {
  readonly actor: Actor;
  readonly conversationId: string;
  /** The person's own time zone, where the platform tells it in time. */
  readonly timeZone?: () => Promise<string | undefined>;
};
