import { describe, expect, it } from 'vitest';
import { createWorkspaceLife, type LifeEvent } from '../../src/workspaces/life.ts';
import { isShutOut } from '../../src/workspaces/refusals.ts';
import {
  isDueForDeletion,
  type WorkspaceEnd,
  type WorkspaceEnds,
} from '../../src/workspaces/workspace-end.ts';
import { silent } from '../support/silent.ts';

const workspaceId = 'slack:T1';
const start = new Date('2026-11-30T12:00:00Z');
const daysOn = (days: number) => new Date(start.getTime() + days * 24 * 3_600_000);

/** A life over a store in memory, at a time that a test moves. */
function setUp({ graceDays = 30, broken = '' } = {}) {
  const marks = new Map<string, WorkspaceEnd>();
  const erased: string[] = [];
  const told: LifeEvent[] = [];
  const done: string[] = [];
  let now = start;
  let fault = broken;
  let meanwhile = async (): Promise<void> => undefined;
  const ends: WorkspaceEnds = {
    async mark(id, end) {
      const isFirst = !marks.has(id);
      if (isFirst) marks.set(id, end);
      return isFirst;
    },
    async markDeleted(id, end) {
      marks.set(id, end);
    },
    find: async (id) => marks.get(id),
    async revive(id) {
      const end = marks.get(id);
      if (end?.reason === 'deleted') return undefined;
      marks.delete(id);
      return end;
    },
    async *all() {
      for (const [id, end] of marks) yield { workspaceId: id, ...end };
    },
    async erase(id) {
      if (id === fault) throw new Error('Redis is away');
      erased.push(id);
      return marks.delete(id);
    },
  };
  const life = createWorkspaceLife({
    ends,
    installations: {
      async remove(id) {
        done.push(`removed ${id}`);
        return true;
      },
    },
    async stopSchedules(id) {
      done.push(`stopped ${id}`);
      await meanwhile();
      return 2;
    },
    tell: async (event) => void told.push(event),
    sweepSoon: async () => void done.push('sweep'),
    graceDays,
    now: () => now,
    logger: silent,
  });
  const at = (date: Date) => {
    now = date;
  };
  const mend = () => {
    fault = '';
  };
  const whileItStops = (step: () => Promise<void>) => {
    meanwhile = step;
  };
  return { life, marks, erased, told, done, at, mend, whileItStops };
}

describe('a workspace that ends', () => {
  it('stops at once, says when the rest goes, and counts from the first end', async () => {
    const { life, marks, told, done, at } = setUp();

    await life.end(workspaceId, 'tokens-revoked');
    at(daysOn(1));
    await life.end(workspaceId, 'uninstalled');

    expect(done.slice(0, 2)).toEqual([`removed ${workspaceId}`, `stopped ${workspaceId}`]);
    expect(marks.get(workspaceId)).toEqual({ endedAt: start.toISOString(), reason: 'tokens-revoked' });
    expect(told).toHaveLength(1);
    expect(told[0]?.detail).toContain(
      'schedules paused: 2; what is kept is deleted at 2026-12-30T12:00:00.000Z',
    );
  });

  it('does again what a process that died left undone, without telling it twice', async () => {
    const { life, done, told } = setUp();
    await life.end(workspaceId, 'uninstalled');
    await life.end(workspaceId, 'uninstalled');
    expect(done.filter((step) => step.startsWith('stopped'))).toHaveLength(2);
    expect(told).toHaveLength(1);
  });

  it.each(['access-revoked', 'refused'] as const)(
    'keeps its tokens where it may go on: %s',
    async (reason) => {
      const { life, done } = setUp();
      await life.end(workspaceId, reason);
      expect(done).toEqual([`stopped ${workspaceId}`]);
    },
  );

  it('is deleted after the grace period and not before', async () => {
    const { life, erased, told, at } = setUp();
    await life.end(workspaceId, 'uninstalled');
    at(new Date(daysOn(30).getTime() - 1));
    await life.sweep();
    expect(erased).toEqual([]);
    at(daysOn(30));
    await life.sweep();
    await life.sweep();
    expect(erased).toEqual([workspaceId]);
    expect(told.at(-1)).toMatchObject({ action: 'workspace.erase' });
  });

  it('is deleted at once where there is no grace period', async () => {
    const { life, erased, done } = setUp({ graceDays: 0 });
    await life.end(workspaceId, 'uninstalled');
    expect(done).toContain('sweep');
    await life.sweep();
    expect(erased).toEqual([workspaceId]);
  });

  it('that cannot be deleted keeps no other from it', async () => {
    const { life, erased } = setUp({ graceDays: 0, broken: 'slack:T0' });
    await life.end('slack:T0', 'uninstalled');
    await life.end(workspaceId, 'uninstalled');
    await life.sweep();
    expect(erased).toEqual([workspaceId]);
  });

  it('goes on when it is installed again, which is told with who did it', async () => {
    const { life, told, erased, at } = setUp();
    await life.end(workspaceId, 'uninstalled');
    await life.installing(workspaceId, 'U1');
    await life.revive(workspaceId);
    at(daysOn(365));
    await life.sweep();
    expect(erased).toEqual([]);
    expect(told.map(({ action, by }) => [action, by])).toEqual([
      ['workspace.end', undefined],
      ['workspace.install', 'U1'],
      ['workspace.revive', undefined],
    ]);
  });

  it('that an admin deletes goes on for nobody, and is deleted by the next sweep where that was interrupted', async () => {
    const { life, marks, erased, mend } = setUp({ broken: workspaceId });
    await life.end(workspaceId, 'uninstalled');
    await expect(life.deleteNow(workspaceId)).rejects.toThrow('Redis is away');
    await life.seen(workspaceId, async () => true);
    await life.revive(workspaceId);
    expect(marks.get(workspaceId)).toMatchObject({ reason: 'deleted' });
    mend();
    await life.sweep();
    expect([erased, marks.size]).toEqual([[workspaceId], 0]);
  });

  it('goes on when it is seen and is there, and is looked at once in ten minutes', async () => {
    const { life, marks } = setUp();
    await life.end(workspaceId, 'refused');
    let asked = 0;
    const look = (isThere: boolean) => async () => {
      asked += 1;
      return isThere;
    };
    await life.seen(workspaceId, look(false));
    await life.seen(workspaceId, look(true));
    expect([marks.size, asked]).toEqual([1, 1]);
    await life.end(workspaceId, 'refused');
    await life.seen(workspaceId, look(true));
    expect(marks.size).toBe(0);
  });

  it('goes on when it is seen while its schedules are stopped, though it was seen just before', async () => {
    const { life, marks, whileItStops } = setUp();
    const isThere = async () => true;
    await life.seen(workspaceId, isThere);
    whileItStops(() => life.seen(workspaceId, isThere));
    await life.end(workspaceId, 'refused');
    expect(marks.size).toBe(0);
  });
});

it('the grace period is counted in whole days from the end', () => {
  const end = { endedAt: start.toISOString(), reason: 'uninstalled' } as const;
  expect(isDueForDeletion(end, { now: start, graceDays: 0 })).toBe(true);
  expect(isDueForDeletion(end, { now: daysOn(6), graceDays: 7 })).toBe(false);
  expect(isDueForDeletion(end, { now: daysOn(7), graceDays: 7 })).toBe(true);
  expect(isDueForDeletion({ ...end, reason: 'deleted' }, { now: start, graceDays: 7 })).toBe(true);
});

it('a workspace is shut out after a day of refusals', () => {
  expect(isShutOut(start, new Date(daysOn(1).getTime() - 1))).toBe(false);
  expect(isShutOut(start, daysOn(1))).toBe(true);
});
