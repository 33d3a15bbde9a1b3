import { randomUUID } from 'node:crypto';
import type { Schedule } from '../../src/reports/schedule.ts';

/** A schedule of its own name: every day at nine in Vienna, unless told otherwise. */
export function scheduleOf(more: Partial<Schedule> = {}): Schedule {
  return {
    id: `s-${randomUUID()}`,
    workspaceId: 'slack:T1',
    name: randomUUID(),
    selection: { kind: 'all' },
    timing: { pattern: '0 9 * * *', timeZone: 'Europe/Vienna' },
    conversationId: 'C1',
    profile: 'own',
    speak: 'always',
    mentions: [],
    addedBy: 'U1',
    addedAt: '2026-11-01T00:00:00Z',
    activeSince: '2026-11-01T00:00:00Z',
    ...more,
  };
}
