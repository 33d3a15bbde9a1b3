import { z } from 'zod';

export const verificationQueueName = 'xoap-verifications';

/** The name of a job that asks for a verification when its time has come. */
export const laterJobName = 'verify-later';

/** The name of a job that takes the buttons from what was said of a connection that is gone. */
export const removedJobName = 'removed';

/** The name of a job that draws the Homes of a workspace anew. */
export const homesJobName = 'draw-homes';
export const HomesJob = z.object({ workspaceId: z.string() });

/** The name of a job that mends turns which something left that died. */
export const mendJobName = 'mend-turns';

const Ref = z.object({ conversationId: z.string(), messageId: z.string() });

/** The name of a job that lets a message that stands twice point to the one that counts. */
export const twinJobName = 'mend-twin';
export const TwinJob = z.object({
  workspaceId: z.string(),
  name: z.object({ runId: z.string(), name: z.string() }),
  ref: Ref,
});

/** A connection that was removed, and where messages about it are. */
export const RemovedJob = z.object({
  workspaceId: z.string(),
  name: z.string(),
  by: z.string(),
  roots: z.array(Ref),
});

/** What a verification job carries: ids only, never a credential. */
export const VerificationJob = z.object({
  workspaceId: z.string(),
  connectionId: z.string(),
  askedBy: z.string(),
  conversationId: z.string(),
  trigger: z.enum(['add', 'command', 'again']),
  /** The new credential that is verified in place of the one in use, by its id. */
  replacement: z.string().optional(),
  root: Ref.optional(),
  /** The trace that it goes on with. */
  trace: z.string().optional(),
});
export type VerificationJob = z.infer<typeof VerificationJob>;

/** What is known of a job that cannot be read as a whole: enough to say so where it was asked for. */
export const AskedVerification = VerificationJob.pick({
  workspaceId: true,
  connectionId: true,
  askedBy: true,
  conversationId: true,
}).extend({ root: Ref.optional().catch(undefined) });
export type AskedVerification = z.infer<typeof AskedVerification>;
