import { z } from 'zod';
import type { LatestVerdict } from '../../src/connections/history.ts';
import { tryJson } from '../../src/json.ts';
import { CredentialDates, Verdict } from '../../src/verification/verification.ts';
import type { RecordKind } from './records.ts';

const Latest = z.object({
  verdict: Verdict,
  at: z.string(),
  missing: z.number(),
  profiles: z.array(z.object({ id: z.string(), verdict: Verdict })).optional(),
  isRefused: z.boolean().optional(),
  accepted: z.object({ count: z.int(), until: z.iso.date() }).optional(),
  identity: z.object({ id: z.string(), principal: z.string().optional() }).optional(),
  target: z.record(z.string(), z.string()).optional(),
  credential: CredentialDates.optional(),
});

/** What lists tell of the newest run of a connection. */
export const latestVerdictRecords: RecordKind<typeof Latest> = {
  name: 'latest verdict',
  schema: Latest,
  steps: [],
};

/** The same for the index, to which one that cannot be read is none: whoever reads it by itself takes note. */
export const latestIn = (text: string | undefined): LatestVerdict | undefined => tryJson(text, Latest);
