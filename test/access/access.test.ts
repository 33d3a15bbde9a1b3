import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisGrantStore } from '../../adapters/redis/grant-store.ts';
import { type Access, type AccessDependencies, createAccess } from '../../src/access/access.ts';
import type { Holder } from '../../src/access/grants.ts';
import type { Role } from '../../src/access/roles.ts';
import { openTestRedis } from '../support/redis.ts';
import { silent } from '../support/silent.ts';

let redis: Awaited<ReturnType<typeof openTestRedis>>;
const opened: Access[] = [];
beforeEach(async () => {
  redis = await openTestRedis();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await redis.close();
});

const workspaceId = 'slack:T1';
const actor = (userId: string) => ({ workspaceId, userId });

function open(given: Partial<AccessDependencies> = {}): Access {
  const access = createAccess({
    store: createRedisGrantStore(redis.prompt, () => undefined),
    filed: new Map(),
    adminsOf: () => [],
    installerOf: async () => undefined,
    everyone: 'operator',
    logger: silent,
    ...given,
  });
  opened.push(access);
  return access;
}

const give = (access: Access, kind: Holder['kind'], id: string, role: Role, by = 'U-ROOT') =>
  access.change(actor(by), { give: { kind, id, role, by, at: '2026-11-30T00:00:00.000Z' } });
const take = (access: Access, kind: Holder['kind'], id: string, by = 'U-ROOT') =>
  access.change(actor(by), { takeFrom: { kind, id } });
const roleOf = async (access: Access, userId: string, channel = 'C1', isMember = async () => false) => {
  const { role, isGiven } = await access.standingOf(actor(userId), channel, isMember);
  return `${role}${isGiven ? ', given' : ''}`;
};

describe('what a person may do', () => {
  it('is what everybody may, without a role', async () => {
    expect(await roleOf(open(), 'U1')).toBe('operator');
    expect(await roleOf(open({ everyone: 'viewer' }), 'U1')).toBe('viewer');
  });

  it('is everything for those in the settings and who installed the bot', async () => {
    const access = open({ adminsOf: () => ['U-SET'], installerOf: async () => 'U-INST' });
    expect(await roleOf(access, 'U-SET')).toBe('admin, given');
    expect(await roleOf(access, 'U-INST')).toBe('admin, given');
    expect((await access.standingOf(actor('U1'), 'C1', undefined)).givers).toEqual(['U-INST']);
  });

  it('is the role that they were given, also where it is less than everybody’s', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    await give(access, 'person', 'U1', 'viewer');
    await give(access, 'person', 'U2', 'admin');
    expect(await roleOf(access, 'U1')).toBe('viewer, given');
    expect(await roleOf(access, 'U2')).toBe('admin, given');
    expect(await roleOf(access, 'U3')).toBe('operator');
  });

  it('is in a channel with a role that role, for whoever has none of their own', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    await give(access, 'channel', 'C-GENERAL', 'viewer');
    await give(access, 'channel', 'C-PLATFORM', 'admin');
    expect(await roleOf(access, 'U1', 'C-GENERAL')).toBe('viewer, given');
    expect(await roleOf(access, 'U1', 'C-PLATFORM')).toBe('admin, given');
    expect(await roleOf(access, 'U1', 'C-OTHER')).toBe('operator');
    expect(await roleOf(access, 'U-ROOT', 'C-GENERAL')).toBe('admin, given');
  });

  it('is the highest of their groups and their own', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'], everyone: 'viewer' });
    await give(access, 'group', 'S1', 'operator');
    await give(access, 'group', 'S2', 'admin');
    const inFirst = async (_workspace: string, { id }: Holder) => id === 'S1';
    expect((await access.standingOf(actor('U1'), 'C1', inFirst)).role).toBe('operator');
    expect(await roleOf(access, 'U1', 'C1', async () => true)).toBe('admin, given');
    expect(await roleOf(access, 'U1', 'C1', async () => false)).toBe('viewer');
  });

  it('counts a group for nothing whose members cannot be looked up, and says so', async () => {
    const access = open({ everyone: 'viewer', adminsOf: () => ['U-ROOT'] });
    await give(access, 'group', 'S1', 'admin');
    const standing = await access.standingOf(actor('U1'), 'C1', async () => {
      throw new Error('away');
    });
    expect(standing).toMatchObject({ role: 'viewer', isGiven: false, unsure: ['S1'] });
  });

  it('asks nobody about groups that would give no more', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    await give(access, 'group', 'S1', 'operator');
    const asked: string[] = [];
    await access.standingOf(actor('U-ROOT'), 'C1', async (_workspace, { id }) => asked.push(id) > 0);
    expect(asked).toEqual([]);
  });

  it('is known at once, once the roles are at hand and no group decides', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    expect(access.knownStanding(actor('U1'), 'C1')).toBeUndefined();
    await access.rolesOf(workspaceId);
    expect(access.knownStanding(actor('U1'), 'C1')).toMatchObject({ role: 'operator' });
    await give(access, 'group', 'S1', 'admin');
    expect(access.knownStanding(actor('U1'), 'C1')).toBeUndefined();
    expect(access.knownStanding(actor('U-ROOT'), 'C1')).toMatchObject({ role: 'admin' });
  });

  it('is nothing of another workspace', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'], everyone: 'viewer' });
    await give(access, 'person', 'U1', 'admin');
    const other = { workspaceId: 'slack:T2', userId: 'U1' };
    expect((await access.standingOf(other, 'C1', undefined)).role).toBe('viewer');
  });

  it('is what the file says, and chat changes nothing of it', async () => {
    const filed = new Map([
      [
        workspaceId,
        { everyone: 'viewer' as const, grants: [{ kind: 'person', id: 'U-FILE', role: 'admin' } as const] },
      ],
    ]);
    const inChat = open({ adminsOf: () => ['U-ROOT'] });
    await give(inChat, 'person', 'U1', 'admin');
    const access = open({ filed });
    expect(await roleOf(access, 'U-FILE')).toBe('admin, given');
    expect(await roleOf(access, 'U1')).toBe('viewer');
    expect(await give(access, 'person', 'U2', 'admin', 'U-FILE')).toBe('filed');
  });
});

describe('a change', () => {
  it('counts in another process within seconds', async () => {
    const [one, other] = [open({ adminsOf: () => ['U-ROOT'] }), open()];
    expect(await roleOf(other, 'U1')).toBe('operator');
    await give(one, 'person', 'U1', 'viewer');
    await expect.poll(() => roleOf(other, 'U1')).toBe('viewer, given');
    await take(one, 'person', 'U1');
    await expect.poll(() => roleOf(other, 'U1')).toBe('operator');
  });

  it('never takes the last admin away, also where two take each other’s at once', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    await give(access, 'person', 'U1', 'admin');
    await give(access, 'person', 'U2', 'admin');
    const later = open();
    const both = await Promise.all([
      take(later, 'person', 'U2', 'U1'),
      give(later, 'person', 'U1', 'viewer', 'U2'),
    ]);
    expect(both.toSorted()).toEqual(['changed', 'last-admin']);
    expect([await roleOf(later, 'U1'), await roleOf(later, 'U2')].toSorted()).toEqual(
      expect.arrayContaining(['admin, given']),
    );
  });

  it('of the last admin is refused also where an installer is known, who may have left', async () => {
    const access = open({ installerOf: async () => 'U-LEFT' });
    await give(access, 'person', 'U1', 'admin', 'U-LEFT');
    expect(await take(access, 'person', 'U1', 'U1')).toBe('last-admin');
  });

  it('names nobody of another workspace where people installed the bot themselves', async () => {
    const access = open({ adminsOf: () => ['U-OPERATOR'], installerOf: async () => 'U-INST' });
    expect((await access.standingOf(actor('U1'), 'C1', undefined)).givers).toEqual(['U-INST']);
  });

  it('that leaves a group admin as it is takes nothing away', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    await give(access, 'group', 'S1', 'admin');
    expect(await give(access, 'group', 'S1', 'admin', 'U1')).toBe('changed');
    expect(await give(access, 'group', 'S1', 'viewer', 'U1')).toBe('last-admin');
  });

  it('may take every admin away whom chat made, where who asks is one by the settings', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    await give(access, 'person', 'U1', 'admin');
    expect(await take(access, 'person', 'U1')).toBe('changed');
  });

  it('of a record that cannot be read harms nobody else', async () => {
    const access = open({ adminsOf: () => ['U-ROOT'] });
    await give(access, 'person', 'U1', 'viewer');
    await redis.prompt.hset(`xoap:{${workspaceId}}:access`, 'person:U9', 'damaged');
    expect(await roleOf(open(), 'U1')).toBe('viewer, given');
    expect(await give(access, 'person', 'U2', 'viewer')).toBe('changed');
  });
});
