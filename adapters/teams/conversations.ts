import { z } from 'zod';
import type { Actor } from '../../src/access/policy.ts';

/** What it takes to write to a conversation without having been asked there just now. */
export const ConversationReference = z.object({
  /** Without a thread. */
  conversationId: z.string(),
  kind: z.enum(['personal', 'group', 'channel']),
  /** Where Teams takes messages for it, as an authenticated activity said. */
  serviceUrl: z.string(),
  tenantId: z.string(),
  botId: z.string(),
});
export type ConversationReference = z.infer<typeof ConversationReference>;

/** A person as Teams names them to this bot. */
export const Person = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof Person>;

/** Who did something where. */
export type Arrival = {
  readonly actor: Actor;
  readonly person: Person;
  readonly reference: ConversationReference;
  /** The same for an activity that is sent again, and for no other. */
  readonly once: string;
};

/** Remembers conversations and people, so that workers can write to them later. */
export type Conversations = {
  /**
   * Claims an activity and remembers where it came from, if that has an id, and who did it, in one exchange. False when the same one was
   * claimed within the last ten minutes.
   */
  admit(arrival: Arrival): Promise<boolean>;
  /** Remembers a conversation that the bot opened itself. */
  remember(workspaceId: string, reference: ConversationReference): Promise<void>;
  find(workspaceId: string, conversationId: string): Promise<ConversationReference | undefined>;
  /** The conversation that was heard of last in a workspace, for what needs any. */
  latest(workspaceId: string): Promise<ConversationReference | undefined>;
  /** The people with these ids of their directory, as far as they are known. */
  people(workspaceId: string, userIds: readonly string[]): Promise<Map<string, Person>>;
  /** Forgets what a person is called. */
  forgetPerson(workspaceId: string, userId: string): Promise<void>;
  /** Forgets a conversation that the app was removed from; resolves to how many are left. */
  forget(workspaceId: string, conversationId: string): Promise<number>;
};
