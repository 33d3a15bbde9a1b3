import { z } from 'zod';
import { Decoded } from '../../src/providers/told.ts';

// The text of a person may be in no job and under no key, so it goes from the bot to a worker as a message that Redis hands on
// and does not keep: https://redis.io/docs/latest/develop/pubsub/. It is sealed on the way, like a credential.

/** Where bots ask; every worker hears it. */
export const askChannel = 'xoap:decode';

/** Where one answer comes. */
export const answerChannel = (id: string) => `xoap:decode:${id}`;

/** Whose question it is: one worker answers. */
export const claimKey = (id: string) => `xoap:decode-claim:${id}`;

/** Milliseconds in which a worker takes a question up, and in which it answers. */
export const takenMs = 3_000;
export const answeredMs = 20_000;

export const Question = z.object({
  id: z.string(),
  workspaceId: z.string(),
  connectionId: z.string(),
  /** The text with the message. */
  sealed: z.string(),
  expiresAt: z.iso.datetime(),
  /** The trace that it is a part of. */
  trace: z.string().optional(),
});
export type Question = z.infer<typeof Question>;

export const Answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('taken') }),
  z.object({ kind: z.literal('told'), sealed: z.string() }),
  z.object({
    kind: z.literal('failed'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);
export type Answer = z.infer<typeof Answer>;

/** What is sealed in an answer. */
export const SealedAnswer = Decoded;
