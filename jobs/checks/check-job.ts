import { z } from 'zod';
import type { ProviderId } from '../../src/catalog/profile.ts';
import { Verification } from '../../src/verification/verification.ts';

/** The queue of checks that only workers for one provider carry out. */
export const checkQueueName = (provider: ProviderId) => `xoap-checks-${provider}`;

/** The queue of checks that only one holder of credentials carries out. */
export const heldQueueName = (holderId: string) => `xoap-checks-held-${holderId}`;

/** What a check carries: ids only, never a credential. */
export const CheckJob = z.object({
  workspaceId: z.string(),
  connectionId: z.string(),
  /** The new credential to check in place of the one in use, by its id. */
  replacement: z.string().optional(),
  /** When nobody waits for it any more. */
  expiresAt: z.iso.datetime(),
  /** The run that it is for, for the log. */
  runId: z.string().optional(),
  /** The trace that it is a part of. */
  trace: z.string().optional(),
});
export type CheckJob = z.infer<typeof CheckJob>;

/** Where the result lies until it is read; not in the job, whose events keep what it returned. */
export const checkResultKey = (jobId: string) => `xoap:check:${jobId}`;

/** What comes back; null once the connection is gone. */
export const CheckResult = Verification.nullable();

/** How far a check has come. */
export const CheckProgress = z.object({
  checked: z.int(),
  total: z.int(),
  target: z.record(z.string(), z.string()),
});
