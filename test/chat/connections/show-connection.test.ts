import { expect, it } from 'vitest';
import { connectionDetails } from '../../../src/chat/connections/show-connection.ts';
import { plainText } from '../../../src/chat/model/message.ts';
import type { Connection } from '../../../src/connections/connection.ts';
import type { LatestVerdict, RecentRun } from '../../../src/connections/history.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { connectionOf } from '../../support/findings.ts';

const at = '2026-11-22T14:02:00.000Z';
const latest: LatestVerdict = {
  verdict: 'ready',
  at,
  missing: 0,
  target: { account: '123456789012', region: 'eu-central-1' },
  credential: { createdOn: '2026-09-30' },
};

async function lines(
  more: Partial<Connection>,
  known: { latest?: LatestVerdict; runs?: RecentRun[] },
): Promise<string[]> {
  const connection = connectionOf(more);
  const { summary, parts } = await connectionDetails(
    {
      history: {
        latestVerdicts: async () => new Map(known.latest && [[connection.id, known.latest]]),
        recent: async () => known.runs ?? [],
      },
      maxKeyAgeDays: 90,
      now: () => new Date('2026-11-28T10:00:00Z'),
    },
    connection,
    createAws(),
  );
  const list = parts.find((part) => part.kind === 'list');
  return [summary, ...(list?.items ?? []).map(plainText)];
}

it('tells where a connection leads, how it came out, how old its credential is, and whose it is', async () => {
  const runs: RecentRun[] = (['ready', 'failed', 'unproven', 'missing'] as const).map((verdict, index) => ({
    verdict,
    at: `2026-11-2${6 - index}T09:00:00.000Z`,
  }));
  const changed = { changedBy: 'U2', changedAt: '2026-11-23T08:00:00.000Z' };
  const more = { ...changed, tags: ['production', 'ייצור'], profileOptions: ['spot'], description: 'Ours.' };

  expect(await lines(more, { latest, runs })).toEqual([
    'prod-eu, AWS · 123456789012 · eu-central-1',
    'Latest: ✅ ready, 2026-11-22 14:02 UTC',
    'The last 4, since 2026-11-23 09:00 UTC: ❌❔⚠️✅',
    'Credential: made on 30 Sept 2026, key reaches its greatest age in 31 days, on 29 Dec 2026',
    'Added by @U000000001 2026-11-22 14:00 UTC, last changed by @U2 2026-11-23 08:00 UTC',
    'Tags: production, \u2068ייצור\u2069',
    'Options: Spot instances',
    'Ours.',
  ]);
});

it('says what is not known', async () => {
  expect(await lines({}, {})).toEqual([
    'prod-eu, AWS · eu-central-1',
    'Latest: ❔ not verified yet',
    'Credential: its age is not known',
    'Added by @U000000001 2026-11-22 14:00 UTC',
  ]);
  expect(
    await lines({}, { latest: { ...latest, credential: {} }, runs: [{ verdict: 'ready', at }] }),
  ).toHaveLength(4);
});
