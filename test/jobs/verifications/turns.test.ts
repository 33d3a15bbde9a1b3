import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { capsFor } from '../../../jobs/verifications/tickets.ts';
import { createTurns, type Turns } from '../../../jobs/verifications/turns.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let turns: Turns;
beforeAll(async () => {
  redis = await openTestRedis();
});
beforeEach(async () => {
  await redis.prompt.flushdb();
  turns = createTurns(redis.prompt);
});
afterAll(() => redis.close());

const limits = { person: 100, workspace: 1_000 };
const all = { person: 1_000, workspace: 1_000 };

/** Puts something in line; its data is its name. */
const join = (name: string, person = 'U1', workspaceId = 'slack:T1', more = limits) =>
  turns.join({ id: randomUUID(), workspaceId, person, connectionId: name, data: name }, more);

/** What so many tickets get, one after the other. */
async function served(count: number, caps = all): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const turn = await turns.claim(randomUUID(), caps);
    names.push(turn.kind === 'run' ? turn.data : turn.kind);
  }
  return names;
}

describe('turns', () => {
  it('go round over people, whoever asked for how much', async () => {
    for (const name of ['a1', 'a2', 'a3', 'a4']) await join(name, 'A');
    for (const name of ['b1', 'b2']) await join(name, 'B');
    await join('c1', 'C');

    expect(await served(8)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4', 'empty']);
  });

  it('go round over workspaces first', async () => {
    for (const person of ['A', 'B', 'C'])
      for (const index of [1, 2]) await join(`${person}${index}`, person, 'slack:T1');
    for (const index of [1, 2, 3]) await join(`d${index}`, 'D', 'slack:T2');

    expect(await served(6)).toEqual(['A1', 'd1', 'B1', 'd2', 'C1', 'd3']);
  });

  it('put whoever comes anew behind those who waited, and before those who were just served', async () => {
    for (const name of ['a1', 'a2', 'a3']) await join(name, 'A');
    expect(await served(1)).toEqual(['a1']);
    await join('b1', 'B');

    expect(await served(3)).toEqual(['a2', 'b1', 'a3']);
  });

  it('are given once to a ticket, however often it asks', async () => {
    await join('a1');
    const [first, second] = [await turns.claim('t-1', all), await turns.claim('t-1', all)];

    expect(second).toEqual(first);
    expect(await turns.claim('t-2', all)).toEqual({ kind: 'empty' });
  });

  it('let nobody hold more than they may, and go on once something ends', async () => {
    for (const name of ['a1', 'a2', 'a3']) await join(name, 'A');
    const caps = { person: 2, workspace: 3 };
    await turns.claim('t-1', caps);
    await turns.claim('t-2', caps);

    expect(await served(1, caps)).toEqual(['busy']);
    await join('b1', 'B');
    expect(await served(2, caps)).toEqual(['b1', 'busy']);
    await join('c1', 'C', 'slack:T2');
    expect(await served(1, caps)).toEqual(['c1']);
    await turns.release('t-1');
    expect(await served(1, caps)).toEqual(['a3']);
  });

  it('are for a connection once, until it has ended', async () => {
    expect([await join('a1'), await join('a1'), await join('a1', 'U2')]).toEqual([
      'queued',
      'already-running',
      'already-running',
    ]);
    await turns.claim('t-1', all);
    expect(await join('a1')).toBe('already-running');
    await turns.release('t-1');
    await turns.release('t-1');

    expect(await join('a1')).toBe('queued');
    expect(await turns.waiting()).toBe(1);
  });

  it('are refused where too much waits of a person or a workspace, with a guess when to come again', async () => {
    const tight = { person: 2, workspace: 3 };
    for (const name of ['a1', 'a2']) await join(name, 'A', 'slack:T1', tight);
    expect(await join('a3', 'A', 'slack:T1', tight)).toEqual({ of: 'person', most: 2, minutes: 1 });
    await join('b1', 'B', 'slack:T1', tight);
    expect(await join('b2', 'B', 'slack:T1', tight)).toEqual({ of: 'workspace', most: 3, minutes: 1 });
    expect(await join('c1', 'A', 'slack:T2', tight)).toBe('queued');

    // What runs counts too; what has ended does not.
    await turns.claim('t-1', all);
    expect(await join('a3', 'A', 'slack:T1', tight)).toMatchObject({ of: 'person' });
    await turns.release('t-1');
    expect(await join('a3', 'A', 'slack:T1', tight)).toBe('queued');
  });

  it('take names of every kind, and leave nothing behind', async () => {
    for (const odd of ['"quoted"', "it's", '{"a":1}', '🚀', 'עברית', 'a:b|c\n', ''])
      await join(`x${odd}`, odd, `slack:${odd}`);
    const tickets = Array.from({ length: 7 }, () => randomUUID());
    for (const ticket of tickets) expect(await turns.claim(ticket, all)).toMatchObject({ kind: 'run' });
    for (const ticket of tickets) await turns.release(ticket);

    expect((await redis.prompt.keys('*')).sort()).toEqual(['xoap:{turns}:clock', 'xoap:{turns}:ended']);
  });
});

describe('the caps', () => {
  it.each([
    [1, { person: 1, workspace: 1 }],
    [2, { person: 1, workspace: 1 }],
    [4, { person: 2, workspace: 3 }],
    [8, { person: 6, workspace: 7 }],
    [24, { person: 18, workspace: 21 }],
  ])('of %i slots leave some free', (slots, caps) => {
    expect(capsFor(slots)).toEqual(caps);
  });
});
