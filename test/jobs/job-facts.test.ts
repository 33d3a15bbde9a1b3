import { expect, it } from 'vitest';
import { factsOf, traceOf } from '../../jobs/job-facts.ts';

const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ids = { workspaceId: 'slack:T1', connectionId: 'c-1' };

it.each([
  [
    'a verification',
    { ...ids, askedBy: 'U1', trace },
    { runId: 'job', ...ids, traceId: trace.split('-')[1] },
  ],
  ['a check of a report', { ...ids, runId: 'r-1', account: 'planted' }, { runId: 'r-1', ...ids }],
  [
    'a batch',
    { report: { workspaceId: 'slack:T1', runId: 'r-1' }, from: 0 },
    { runId: 'r-1', workspaceId: 'slack:T1' },
  ],
  ['what cannot be read', { workspaceId: 7 }, { runId: 'job' }],
  ['nothing', null, { runId: 'job' }],
])('%s is told of by its own ids', (_what, data, facts) => {
  expect(factsOf({ id: 'job', data })).toEqual(facts);
});

it('a trace goes on with a job that has a link, and with the report of a batch', () => {
  expect(traceOf({ data: { trace } })).toBe(trace);
  expect(traceOf({ data: { report: { trace } } })).toBe(trace);
  expect(traceOf({ data: {} })).toBeUndefined();
});
