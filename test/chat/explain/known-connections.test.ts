import { describe, expect, it } from 'vitest';
import { knownConnections } from '../../../src/chat/explain/known-connections.ts';
import type { Connection } from '../../../src/connections/connection.ts';
import type { LatestVerdict } from '../../../src/connections/history.ts';
import { explainLog } from '../../../src/explain/explain.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { connectionOf } from '../../support/findings.ts';

const aws = createAws();
const account = '123456789012';
const who = `arn:aws:iam::${account}:user/xoap-packer`;
const log = (principal: string) =>
  `User: ${principal} is not authorized to perform: ec2:CreateImage on resource: *`;

/** Connections, with whom and where their latest verification was. */
function stored(
  list: readonly (Partial<Connection> & { identity?: LatestVerdict['identity']; in?: string })[],
) {
  const all = list.map(({ identity: _identity, in: _in, ...more }, index) =>
    connectionOf({ id: `c-${index}`, ...more }),
  );
  const latest = list.map(
    ({ identity, in: owner = account }, index) =>
      [
        `c-${index}`,
        {
          verdict: 'ready',
          at: '',
          missing: 0,
          identity,
          target: { account: owner, region: 'eu-central-1' },
        },
      ] as const,
  );
  return {
    store: {
      async *all() {
        for (const connection of all) yield { id: connection.id, connection };
      },
    },
    history: { latestVerdicts: async () => new Map<string, LatestVerdict>(latest) },
  };
}

async function known(text: string, list: Parameters<typeof stored>[0]) {
  const explanation = explainLog(text, [aws]);
  const actor = { workspaceId: 'slack:T1', userId: 'U1' };
  const { same, near } = await knownConnections(stored(list), actor, { provider: aws, explanation });
  return { same: same.map(({ name }) => name), near: near.map(({ name }) => name) };
}

describe('the connections that a log is about', () => {
  it('are those of the same principal in the same account', async () => {
    const list = [
      { name: 'other', identity: { id: `${who}2` } },
      { name: 'same', identity: { id: who } },
      { name: 'elsewhere', identity: { id: who }, in: '210987654321' },
      { name: 'never verified' },
      { name: 'azure', provider: 'azure' as const, identity: { id: who } },
    ];
    expect(await known(log(who), list)).toEqual({
      same: ['same'],
      near: ['same', 'other', 'never verified'],
    });
  });

  it('are found by the role behind a session', async () => {
    const session = `arn:aws:sts::${account}:assumed-role/builder/i-0`;
    const list = [
      { name: 'role', identity: { id: session, principal: `arn:aws:iam::${account}:role/builder` } },
    ];
    expect((await known(log(session), list)).same).toEqual(['role']);
  });

  it('are a few where the log names no account, and none where they would be many', async () => {
    const unnamed = 'An error occurred (UnauthorizedOperation) when calling the DescribeImages operation: no';
    const one = { identity: { id: who } };
    expect((await known(unnamed, [one, one, one])).near).toHaveLength(3);
    expect(await known(unnamed, [one, one, one, one])).toEqual({ same: [], near: [] });
  });

  it('are no more than three, among 5,000', async () => {
    const list = Array.from({ length: 5_000 }, (_, index) => ({ name: `n-${index}`, identity: { id: who } }));
    expect((await known(log(who), list)).same).toEqual(['n-0', 'n-1', 'n-2']);
  });
});
