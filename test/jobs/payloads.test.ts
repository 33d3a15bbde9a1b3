import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CheckJob, CheckProgress } from '../../jobs/checks/check-job.ts';
import { readJob } from '../../jobs/read-job.ts';
import { AskedJob, DueJob, ReportCheckJob, ReportJob, UpdateJob } from '../../jobs/reports/report-job.ts';
import { HomesJob, RemovedJob, VerificationJob } from '../../jobs/verifications/verification-job.ts';

const workspaceId = 'slack:T1';
const ref = { conversationId: 'C1', messageId: '1.1' };
const at = '2026-11-23T09:00:00Z';
const asked = { by: 'U1', conversationId: 'C1', tag: 'few', root: ref };

/** What a job of each kind carries at most. */
const payloads: readonly (readonly [string, z.ZodType, object])[] = [
  ['a check', CheckJob, { workspaceId, connectionId: 'c-1', replacement: 'r-1', expiresAt: at }],
  ['the progress of a check', CheckProgress, { checked: 1, total: 2, target: { region: 'eu' } }],
  ['a due report', DueJob, { workspaceId, scheduleId: 's-1' }],
  ['an asked report', AskedJob, { workspaceId, askedBy: 'U1', conversationId: 'C1', tag: 'few', root: ref }],
  ['a changed schedule', UpdateJob, { workspaceId, scheduleId: 's-1', said: { verb: 'changed', by: 'U1' } }],
  [
    'a report',
    ReportJob,
    { workspaceId, runId: 'r-1', asked, due: at, isLate: false, connectionIds: ['c-1'], leftOut: 1 },
  ],
  [
    'a check for a report',
    ReportCheckJob,
    { workspaceId, runId: 'r-1', connectionId: 'c-1', account: 'a', since: at },
  ],
  ['a removal', RemovedJob, { workspaceId, name: 'prod-eu', by: 'U1', roots: [ref] }],
  ['Homes', HomesJob, { workspaceId }],
  [
    'a verification',
    VerificationJob,
    { workspaceId, connectionId: 'c-1', askedBy: 'U1', conversationId: 'C1', trigger: 'again', root: ref },
  ],
];

/** The same with a field in every object of it that no version knows; records of text by text stay as they are. */
function ofTomorrow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ofTomorrow);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [
    name,
    name === 'target' ? each : ofTomorrow(each),
  ]);
  return { ...Object.fromEntries(fields), ofTomorrow: { deep: true } };
}

describe('what a newer version of the bot puts into a job', () => {
  it.each(payloads)('is read as far as it is known: %s', (_what, schema, payload) => {
    expect(readJob(schema, ofTomorrow(payload))).toEqual(payload);
  });
});
