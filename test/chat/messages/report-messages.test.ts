import { describe, expect, it } from 'vitest';
import { withoutNative } from '../../../adapters/slack/native.ts';
import { paginate as onSlack } from '../../../adapters/slack/paginate.ts';
import { render } from '../../../adapters/slack/render.ts';
import { paginate as inTeams } from '../../../adapters/teams/paginate.ts';
import { messageProblems } from '../../../simulations/slack/block-kit-checker.ts';
import { reportMessage, restMessages, rooms } from '../../../src/chat/messages/report-messages.ts';
import { plainText } from '../../../src/chat/model/message.ts';
import type { Connection } from '../../../src/connections/connection.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import { composeReport } from '../../../src/reports/compose.ts';
import { type Report, speaks } from '../../../src/reports/report.ts';
import { standingAfter } from '../../../src/reports/standing.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';

const providers = await loadProviders();

const everything = verificationOf(
  Object.fromEntries(verificationOf().findings.map(({ requirement }) => [requirement, 'missing'] as const)),
);

/** A report that nobody waits for, of connections that are ready unless said otherwise. */
async function compose(request: Partial<Parameters<typeof composeReport>[0]>) {
  const { report } = await composeReport({
    runId: 'r',
    due: undefined,
    isLate: false,
    connections: [connectionOf()],
    leftOut: 0,
    providers,
    known: async () => ({ verification: verificationOf(), earlier: undefined }),
    before: undefined,
    trend: [],
    options: { profile: 'own', maxKeyAgeDays: 90, now: new Date('2026-11-23T09:00:00Z') },
    ...request,
  });
  return report;
}

/** The lists of the root message, a line for each entry. */
const listed = (report: Report) =>
  reportMessage({}, report)
    .parts.flatMap((part) => (part.kind === 'list' ? part.items.map(plainText) : []))
    .join('\n');

describe('what profiles ask for anew', () => {
  const earlier = (ids: readonly string[]) => ({
    point: { runId: 'b', at: '2026-11-22T09:00:00.000Z', ready: 1, missing: 0, unknown: 0 },
    standings: {},
    asked: { 'aws image-management': { version: '2026-08', ids: [...ids] } },
  });
  const ids = () => providers.find('aws')?.profiles[0]?.requirements.map(({ id }) => id) ?? [];

  it('is told once, with how many lack it', async () => {
    const then = ids().filter((id) => id !== 'ec2:CopyImage' && id !== 'ec2:CreateImage');
    const known = async () => ({
      verification: verificationOf({ 'ec2:CopyImage': 'missing' }),
      earlier: undefined,
    });
    const report = await compose({ before: earlier(then), known });
    const text = listed(report);
    expect(text).toContain(
      'image-management 2026-11, AWS, asks for 2 requirements more (ec2:CopyImage, ec2:CreateImage); one connection lacks some of it.',
    );
    expect(listed(await compose({ before: earlier(ids()), known }))).not.toContain('asks for');
  });

  it('is worth a message where a report speaks only of changes', async () => {
    const report = await compose({ before: earlier(ids().slice(1)) });
    expect(speaks('on-change', report)).toBe(true);
    expect(speaks('on-change', await compose({ before: earlier(ids()) }))).toBe(false);
  });
});

/** A report in which every connection, with a name as long as they get, lost everything. */
async function worst(count: number) {
  const connections = Array.from(
    { length: count },
    (_, index): Connection => ({
      ...connectionOf({ name: `${index} ${'ß🚀'.repeat(26)}` }),
      id: `c-${index}`,
    }),
  );
  const { standing } = standingAfter(verificationOf(), undefined);
  return compose({
    connections,
    known: async () => ({ verification: everything, earlier: undefined }),
    before: {
      point: { runId: 'r-0', at: '2026-11-22T09:00:00Z', ready: count, missing: 0, unknown: 0 },
      standings: Object.fromEntries(connections.map(({ id }) => [id, standing])),
    },
  });
}

describe('the root message of a report', () => {
  it.each([
    [0, '✅ Report — the connection can build images'],
    [1, '⚠️ Report — 1 connection can build images, 1 more cannot be read'],
  ])('with %i connections that cannot be read beside a ready one says so', async (leftOut, summary) => {
    const report = await compose({ leftOut });

    expect(reportMessage({}, report).summary).toBe(summary);
  });

  it('counts what is of a provider that this version does not know as such, and never as ready', async () => {
    const ofTomorrow = { ...connectionOf(), id: 'c-other', provider: 'of-tomorrow' };
    const report = await compose({ connections: [connectionOf(), ofTomorrow] });

    expect(reportMessage({}, report).summary).toContain('⚠️');
    expect(report.leftOut).toBe(1);
  });

  it.each([
    ['Slack', onSlack, 3],
    ['Slack', onSlack, 5_000],
    ['Teams', inTeams, 3],
    ['Teams', inTeams, 5_000],
  ] as const)(
    'keeps to one page on %s, so that its buttons stay with it, and nothing is lost',
    async (_platform, paginate, count) => {
      const report = await worst(count);
      const room = rooms.find((each) => paginate(reportMessage({}, report, each)).length === 1);
      if (!room) throw new Error('No room is small enough');

      const texts = JSON.stringify([reportMessage({}, report, room), ...restMessages(report, room)]);
      for (const { connection } of report.entries) expect(texts).toContain(`"${connection.name}"`);
    },
  );

  it('keeps to one page within the limits where Slack does not know tables', async () => {
    const report = await worst(200);
    const room = rooms.find((each) => onSlack(reportMessage({}, report, each)).length === 1) ?? rooms[0];
    const [page] = onSlack(reportMessage({}, report, room));
    const pages = onSlack(withoutNative(page ?? { summary: '', parts: [] }).message);

    expect(pages).toHaveLength(1);
    for (const each of pages) expect(messageProblems(render(each))).toEqual([]);
  });
});
