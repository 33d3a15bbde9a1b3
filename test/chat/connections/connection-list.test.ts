import { expect, it } from 'vitest';
import { connectionList } from '../../../src/chat/connections/connection-list.ts';
import { plainText } from '../../../src/chat/model/message.ts';
import type { LatestVerdict } from '../../../src/connections/history.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import { connectionOf } from '../../support/findings.ts';

const providers = await loadProviders();
const at = '2026-11-28T10:00:00.000Z';
const accepted = { count: 2, until: '2027-03-01' };

/** The cell that tells of the latest verdict, as it reads at a moment. */
async function verdictCell(latest: LatestVerdict | undefined, now: string) {
  const connection = connectionOf();
  const list = await connectionList(
    {
      providers,
      store: { list: async () => ({ total: 1, connections: [connection] }) } as never,
      history: { latestVerdicts: async () => new Map(latest && [[connection.id, latest]]) } as never,
      now: () => new Date(now),
    },
    { workspaceId: connection.workspaceId, userId: 'U1' },
    { match: '', offset: 0 },
  );
  const table = list.parts.find((part) => part.kind === 'table');
  return plainText(table?.rows[0]?.[2] ?? []);
}

it.each<[string, LatestVerdict | undefined, string, RegExp]>([
  ['none yet', undefined, at, /^❔ not verified yet$/],
  ['ready', { verdict: 'ready', at, missing: 0 }, at, /^✅ ready, /],
  ['missing', { verdict: 'missing', at, missing: 3, accepted }, at, /^❌ missing \(3\), /],
  [
    'missing, whatever was accepted besides and is no more',
    { verdict: 'missing', at, missing: 3, accepted },
    '2027-03-02T00:00:00Z',
    /^❌ missing \(3\), /,
  ],
  [
    'ready with what is accepted',
    { verdict: 'ready', at, missing: 0, accepted },
    '2027-03-01T23:00:00Z',
    /^☑️ ready, 2 accepted until 1 Mar 2027, /,
  ],
  [
    'ready once, with what is accepted no more',
    { verdict: 'ready', at, missing: 0, accepted },
    '2027-03-02T00:00:00Z',
    /^❔ 2 accepted until 1 Mar 2027, verify again, /,
  ],
])('the list tells the latest verdict: %s', async (_what, latest, now, text) => {
  expect(await verdictCell(latest, now)).toMatch(text);
});
