import { z } from 'zod';

export const verificationQueueName = 'xoap-verifications';

/** The name of a job that asks for a verification when its time has come. */
export const laterJobName = 'verify-later';

/** What a verification job carries: ids only, never a credential. */
export const VerificationJob = z.strictObject({
  workspaceId: z.string(),
  connectionId: z.string(),
  askedBy: z.string(),
  conversationId: z.string(),
  trigger: z.enum(['add', 'command', 'again']),
  /** The new credential that is verified in place of the one in use, by its id. */
  replacement: z.string().optional(),
  root: z.strictObject({ conversationId: z.string(), messageId: z.string() }).optional(),
});
export type VerificationJob = z.infer<typeof VerificationJob>;
