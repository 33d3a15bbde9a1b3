import { expiryMessage } from '../../src/chat/messages/expiry-message.ts';
import { reportMessage } from '../../src/chat/messages/report-messages.ts';
import { reportThread } from '../../src/chat/messages/report-thread.ts';
import {
  brokenReportMessage,
  cannotPostMessage,
  removeScheduleQuestion,
  scheduleList,
  scheduleMessage,
} from '../../src/chat/messages/schedule-messages.ts';
import type { Message, Part } from '../../src/chat/model/message.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { composeReport } from '../../src/reports/compose.ts';
import type { Matrix } from '../../src/reports/pictures/matrix-picture.ts';
import type { TrendPoint } from '../../src/reports/report-records.ts';
import type { Schedule } from '../../src/reports/schedule.ts';
import { standingAfter } from '../../src/reports/standing.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { connectionOf, verificationOf } from './findings.ts';

const providers = await loadProviders();

const now = new Date('2026-11-23T08:00:12Z');
const schedule: Schedule = {
  id: 's-1',
  workspaceId: 'slack:T1',
  name: 'Morning check',
  selection: { kind: 'all' },
  timing: { pattern: '0 9 * * 1,2,3,4,5', timeZone: 'Europe/Vienna' },
  conversationId: 'C1',
  profile: 'own',
  speak: 'always',
  mentions: ['U000000002'],
  addedBy: 'U000000001',
  addedAt: '2026-11-01T00:00:00Z',
  activeSince: '2026-11-01T00:00:00Z',
};

const ready = verificationOf();
const lacking = verificationOf({ 'ec2:CreateImage': 'missing', 'ec2:DeleteSnapshot': 'missing' });
const untold = verificationOf({ 'ec2:CopyImage': 'inconclusive' });
const expiring = verificationOf({}, { credential: { expiresOn: '2026-11-30' } });
const unreachable: Verification = {
  ...verificationOf(
    Object.fromEntries(ready.findings.map(({ requirement }) => [requirement, 'inconclusive'] as const)),
  ),
  verdict: 'failed',
  error: { code: 'provider.unreachable', message: 'AWS gave no answer in time' },
};

type Case = { readonly name: string; readonly before: Verification; readonly now: Verification | undefined };
const cases: readonly Case[] = [
  { name: 'prod-eu', before: ready, now: lacking },
  { name: 'staging', before: lacking, now: ready },
  { name: '*b* <!channel> "ייצור" 🚀', before: ready, now: untold },
  { name: 'edge', before: ready, now: unreachable },
  { name: 'broken', before: ready, now: undefined },
  { name: 'soon', before: ready, now: expiring },
  { name: 'dev', before: ready, now: ready },
];

/** Thirty reports, for the trend. */
export const samplePoints = Array.from({ length: 30 }, (_, index) => point(index - 16));
/** A few connections against a few groups. */
export const sampleMatrix: Matrix = {
  columns: ['Take the image', 'Clean up'],
  rows: [
    { name: 'prod-eu', cells: ['met', 'missing'] },
    { name: 'dev', cells: ['untold', undefined] },
  ],
};

function point(index: number): TrendPoint {
  return {
    runId: `r-${index}`,
    at: new Date(Date.UTC(2026, 10, 9 + index, 8)).toISOString(),
    ready: 5 + (Math.abs(index) % 3),
    missing: Math.abs(index) % 2,
    unknown: 1,
  };
}

const connectionOfCase = ({ name }: Case) => ({ ...connectionOf({ name }), id: `c-${name}` });

async function compose(list: readonly Case[], { isFirst = false, trend = 14 } = {}) {
  const find = (id: string) => list.find(({ name }) => `c-${name}` === id);
  const standings = Object.fromEntries(
    list.map((each) => [`c-${each.name}`, standingAfter(each.before, undefined).standing]),
  );
  const { report } = await composeReport({
    runId: 'r-now',
    due: '2026-11-23T08:00:00Z',
    isLate: false,
    connections: list.map(connectionOfCase),
    leftOut: 0,
    providers,
    known: async ({ id }) => ({ verification: find(id)?.now, earlier: undefined }),
    before: isFirst ? undefined : { point: point(13), standings },
    trend: isFirst ? [] : Array.from({ length: trend }, (_, index) => point(index)),
    options: { profile: 'own', maxKeyAgeDays: 90, now },
  });
  return report;
}

/** Pictures have files of their own; in a message a short one stands for them. */
function withoutPixels({ summary, parts }: Message): Message {
  const plain = parts.map((part): Part => {
    if (!('picture' in part) || !part.picture) return part;
    return { ...part, picture: { ...part.picture, png: 'iVBORw0KGgo=' } };
  });
  return { summary, parts: plain };
}

const options = { providers, timeZone: 'Europe/Vienna' };
const report = await compose(cases);
const allReady = await compose(cases.slice(-1));
const many = await compose(
  Array.from({ length: 120 }, (_, index) => ({
    name: `connection-${index}`,
    before: ready,
    now: index % 4 ? ready : lacking,
  })),
  { trend: 29 },
);
const thread = async (of: typeof report) => (await reportThread(of, options)).map(withoutPixels);

/** Every message there is about reports, by name. */
export const sampleReports: Record<string, Message[]> = {
  'report-root': [reportMessage({ schedule }, report)],
  'report-late': [reportMessage({ schedule }, { ...report, isLate: true })],
  'report-asked': [reportMessage({ askedBy: 'U000000001' }, await compose(cases, { isFirst: true }))],
  'report-unchanged': [reportMessage({ schedule }, allReady)],
  'report-empty': [reportMessage({ schedule }, await compose([]))],
  'report-many': [reportMessage({ schedule }, many)],
  'report-thread': await thread(report),
  'report-thread-many': await thread(many),
  'schedule-made': [scheduleMessage(schedule, { by: 'U000000001', now, verb: 'scheduled' })],
  'schedule-list': [
    scheduleList(
      [
        schedule,
        {
          ...schedule,
          name: 'Paused',
          paused: 'cannot-post',
          selection: { kind: 'tags', tags: ['production'] },
        },
        { ...schedule, name: 'Snoozed', snoozedUntil: '2026-12-01T08:00:00Z' },
      ],
      { match: '', now },
    ),
  ],
  'schedule-remove': [removeScheduleQuestion(schedule)],
  'schedule-cannot-post': [cannotPostMessage(schedule, 'Invite it.')],
  'report-broken': [brokenReportMessage('Morning check', 'r-1')],
  'expiry-secret': [expiryMessage(connectionOf(), { on: '2026-11-30', daysLeft: 7, kind: 'expires' })],
  'expiry-key': [expiryMessage(connectionOf(), { on: '2026-11-24', daysLeft: 1, kind: 'too-old' })],
};
