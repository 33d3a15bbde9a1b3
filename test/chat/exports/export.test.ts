import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../../src/chat/exports/cells.ts';
import { exportIn } from '../../../src/chat/exports/export-command.ts';
import { ocsfOf } from '../../../src/chat/exports/ocsf.ts';
import type { Exported } from '../../../src/chat/exports/records.ts';
import { type ExportFormat, writeExport } from '../../../src/chat/exports/write-export.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';

const now = new Date('2026-11-30T12:00:00Z');
const connection = connectionOf({ name: '=HYPERLINK("evil"),\nשלום 🏗', tags: ['a', 'b'] });
const all: Record<string, Exported> = {
  audit: {
    kind: 'audit',
    name: 'prod-eu',
    entry: {
      id: '1-0',
      at: now,
      userId: 'U1',
      action: 'connection.remove',
      outcome: 'done',
      connectionId: 'c-1',
      detail: 'a "quoted", detail',
    },
  },
  connections: {
    kind: 'connections',
    connection,
    latest: { verdict: 'missing', at: now.toISOString(), missing: 2 },
  },
  verifications: { kind: 'verifications', connection, verification: verificationOf({}) },
};

async function written(kind: keyof typeof all, format: ExportFormat): Promise<string> {
  async function* one() {
    const each = all[kind];
    if (each) yield each;
  }
  const file = await writeExport(one(), { kind: kind as 'audit', format, now });
  expect(file).toMatchObject({ count: 1, name: expect.stringMatching(/^xoap-\w+-2026-11-30\./) });
  return file.content.toString();
}

describe('an export', () => {
  it('as CSV has a head, quotes what needs it, and is no formula', async () => {
    expect(await written('audit', 'csv')).toBe(
      'time,user,action,outcome,connection_id,connection,report_id,detail\n' +
        '2026-11-30T12:00:00.000Z,U1,connection.remove,done,c-1,prod-eu,,"a ""quoted"", detail"\n',
    );
    const [, row = ''] = (await written('connections', 'csv')).split(/\n(?=c-|\w)/);
    expect(row).toContain(`"'=HYPERLINK(""evil""),\nשלום 🏗"`);
  });

  it('as JSON Lines has the same columns', async () => {
    const line = JSON.parse(await written('connections', 'jsonl'));
    expect(line).toMatchObject({ name: connection.name, verdict: 'missing', missing: 2, tags: 'a, b' });
    const run = JSON.parse(await written('verifications', 'jsonl'));
    expect(run).toMatchObject({ connection_id: connection.id, provider: connection.provider });
  });

  it.each([
    ['audit', 3_004, 4],
    ['connections', 5_023, 2],
    ['verifications', 2_003, 1],
  ] as const)('of %s is an event of OCSF with what each has', async (kind, classUid, activityId) => {
    const event = JSON.parse(await written(kind, 'ocsf'));
    expect(event).toMatchObject({
      class_uid: classUid,
      category_uid: Math.floor(classUid / 1_000),
      activity_id: activityId,
      type_uid: classUid * 100 + activityId,
      severity_id: expect.any(Number),
      time: expect.any(Number),
      metadata: { version: '1.6.0', product: { name: 'xoap-chatops', vendor_name: 'XOAP' } },
    });
  });

  it.each([
    ['ready', undefined, 1],
    ['unproven', undefined, 2],
    ['missing', undefined, 3],
    ['failed', 'provider.unreachable', 0],
    ['failed', 'provider.sign-in-failed', 3],
  ] as const)('calls %s with %s what it is, and what was not reached no failure', (verdict, code, status) => {
    const error = code && { code, message: 'Not reached.' };
    const verification = verificationOf({}, { verdict, ...(error && { error }) });
    const event = ocsfOf({ kind: 'verifications', connection, verification });
    expect(event).toMatchObject({ compliance: { status_id: status } });
  });

  it('says of a run that told nothing no number of what is missing', async () => {
    const latest = { verdict: 'failed', at: now.toISOString(), missing: 0 } as const;
    const cells = cellsOf({ kind: 'connections', connection, latest });
    expect(cells.missing).toBe('');
  });

  it('names what an act of no class of its own was', () => {
    const audit = all.audit as Extract<Exported, { kind: 'audit' }>;
    const event = ocsfOf({ ...audit, entry: { ...audit.entry, action: 'secret.link', outcome: 'refused' } });
    expect(event).toMatchObject({ activity_id: 99, activity_name: 'secret.link', status_id: 2 });
  });

  it.each([
    ['audit', { kind: 'audit', format: 'csv', since: undefined }],
    ['connections jsonl', { kind: 'connections', format: 'jsonl', since: undefined }],
    [
      'Verifications OCSF since 1d',
      { kind: 'verifications', format: 'ocsf', since: new Date('2026-11-29T12:00:00Z') },
    ],
    ['', { problem: expect.stringContaining('Export takes what and how') }],
    ['secrets', { problem: expect.stringContaining('Export takes what and how') }],
    ['audit xml', { problem: expect.stringContaining('Export takes what and how') }],
    ['audit csv since never', { problem: expect.stringContaining('no time that has passed') }],
  ])('reads %j', (argument, wanted) => {
    expect(exportIn(argument, now)).toEqual(wanted);
  });
});
