import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionStore } from '../../src/connections/store.ts';
import { connectionOf } from '../support/findings.ts';

/** What every connection store promises. */
export function describeConnectionStore(name: string, create: () => Promise<ConnectionStore>): void {
  describe(`${name} as a connection store`, () => {
    let store: ConnectionStore;
    let next = 0;
    const workspaceId = 'slack:T1';
    const fresh = (more = {}) => {
      next += 1;
      return {
        connection: connectionOf({ id: `c-${next}`, workspaceId, name: `name-${next}`, ...more }),
        sealed: `sealed-${next}`,
        once: `once-${next}`,
      };
    };

    beforeEach(async () => {
      store = await create();
    });

    it('finds what it stored, by id and by name in any spelling', async () => {
      const request = fresh({ name: 'Prod  Europe' });

      expect(await store.create(request)).toBe('stored');

      const { connection, sealed } = request;
      expect(await store.find(workspaceId, connection.id)).toEqual(connection);
      expect(await store.findByName(workspaceId, 'prod europe')).toEqual(connection);
      expect(await store.sealedCredential(workspaceId, connection.id)).toBe(sealed);
    });

    it('replaces what is there, and nothing that is gone', async () => {
      const { connection, ...request } = fresh();
      await store.create({ connection, ...request });
      const changed = {
        ...connection,
        target: { region: 'us-east-1' },
        changedAt: '2026-11-22T10:00:00.000Z',
      };

      expect(await store.update({ was: connection, is: changed, sealed: 'sealed-anew' })).toBe('updated');
      expect(await store.find(workspaceId, connection.id)).toEqual(changed);
      expect(await store.sealedCredential(workspaceId, connection.id)).toBe('sealed-anew');

      expect(await store.update({ was: connection, is: changed, sealed: 'sealed-late' })).toBe('outdated');
      expect(await store.sealedCredential(workspaceId, connection.id)).toBe('sealed-anew');

      await store.remove(workspaceId, connection.id);
      expect(await store.update({ was: changed, is: changed, sealed: 'sealed-again' })).toBe('gone');
      expect(await store.sealedCredential(workspaceId, connection.id)).toBeUndefined();
    });

    it('renames, where the name is free, and keeps the credential where no new one comes', async () => {
      const [one, other] = [fresh(), fresh()];
      await store.create(one);
      await store.create(other);
      const { connection: was } = one;
      const taken = {
        ...was,
        name: other.connection.name.toUpperCase(),
        changedAt: '2026-11-22T10:00:00.000Z',
      };
      const renamed = { ...taken, name: 'Prod 🚀 ייצור' };

      expect(await store.update({ was, is: taken })).toBe('name-taken');
      expect(await store.find(workspaceId, was.id)).toEqual(was);
      expect((await store.findByName(workspaceId, other.connection.name))?.id).toBe(other.connection.id);

      expect(await store.update({ was, is: renamed })).toBe('updated');
      expect(await store.findByName(workspaceId, 'prod 🚀 ייצור')).toEqual(renamed);
      expect(await store.findByName(workspaceId, was.name)).toBeUndefined();
      expect(await store.sealedCredential(workspaceId, was.id)).toBe(one.sealed);

      const respelt = { ...renamed, name: 'prod 🚀 ייצור', changedAt: '2026-11-22T11:00:00.000Z' };
      expect(await store.update({ was: renamed, is: respelt })).toBe('updated');
      expect(await store.findByName(workspaceId, renamed.name)).toEqual(respelt);
    });

    it.each(['it\'s "prod"', 'prod 🚀', 'ייצור', '生产', 'a'.repeat(80)])(
      'keeps the name %s',
      async (strange) => {
        const request = fresh({ name: strange });

        await store.create(request);

        expect((await store.findByName(workspaceId, strange))?.name).toBe(strange);
      },
    );

    it('refuses a name that is taken and keeps nothing of the second', async () => {
      await store.create(fresh({ name: 'prod' }));
      const second = fresh({ name: 'PROD' });

      expect(await store.create(second)).toBe('name-taken');

      expect(await store.find(workspaceId, second.connection.id)).toBeUndefined();
      expect(await store.sealedCredential(workspaceId, second.connection.id)).toBeUndefined();
    });

    it('stores one of two that come at once', async () => {
      const outcomes = await Promise.all([
        store.create(fresh({ name: 'same' })),
        store.create(fresh({ name: 'same' })),
      ]);
      expect(outcomes.sort()).toEqual(['name-taken', 'stored']);
    });

    it('stores the same request once', async () => {
      const request = fresh();
      await store.create(request);
      await store.remove(workspaceId, request.connection.id);

      expect(await store.create(request)).toBe('replayed');
      expect((await store.list({ workspaceId, limit: 10 })).total).toBe(0);
    });

    it('gives all of a workspace, each once, also when some are removed meanwhile', async () => {
      for (let index = 0; index < 1_001; index += 1)
        await store.create(fresh({ name: `all-${String(index).padStart(4, '0')}` }));
      const seen: string[] = [];
      for await (const { id, connection } of store.all(workspaceId)) {
        seen.push(connection?.name ?? '');
        await store.remove(workspaceId, id);
      }
      expect(seen).toHaveLength(1_001);
      expect(new Set(seen).size).toBe(1_001);
      expect(await Array.fromAsync(store.all('slack:T2'))).toEqual([]);
    });

    it('shows a workspace nothing of another', async () => {
      const { connection, ...rest } = fresh();
      await store.create({ connection, ...rest });
      const other = 'slack:T2';

      expect(await store.find(other, connection.id)).toBeUndefined();
      expect(await store.findByName(other, connection.name)).toBeUndefined();
      expect(await store.sealedCredential(other, connection.id)).toBeUndefined();
      expect(await store.remove(other, connection.id)).toBe(false);
      expect(await store.list({ workspaceId: other, limit: 10 })).toEqual({ total: 0, connections: [] });
      expect(await store.find(workspaceId, connection.id)).toEqual(connection);
    });

    it('lists in the order of names, in pages, and only what matches', async () => {
      for (const each of ['prod-us', 'dev', 'prod-eu']) await store.create(fresh({ name: each }));
      const names = async (request: object) => {
        const { total, connections } = await store.list({ workspaceId, limit: 10, ...request });
        return [total, ...connections.map((connection) => connection.name)];
      };

      expect(await names({})).toEqual([3, 'dev', 'prod-eu', 'prod-us']);
      expect(await names({ limit: 1, offset: 1 })).toEqual([3, 'prod-eu']);
      expect(await names({ match: 'PROD' })).toEqual([2, 'prod-eu', 'prod-us']);
    });

    it('takes a creation back, also one that arrives only after that', async () => {
      const [stored, late] = [fresh({ name: 'stored' }), fresh({ name: 'late' })];
      await store.create(stored);

      await Promise.all([store.takeBack(stored), store.takeBack(late)]);

      expect(await store.create(late)).toBe('replayed');
      expect(await store.list({ workspaceId, limit: 10 })).toMatchObject({ total: 0 });
      expect(await store.create(fresh({ name: 'stored' }))).toBe('stored');
    });

    it('forgets all of a connection that is removed, and frees its name', async () => {
      const request = fresh({ name: 'prod' });
      await store.create(request);

      expect(await store.remove(workspaceId, request.connection.id)).toBe(true);

      expect(await store.remove(workspaceId, request.connection.id)).toBe(false);
      expect(await store.sealedCredential(workspaceId, request.connection.id)).toBeUndefined();
      expect(await store.create(fresh({ name: 'prod' }))).toBe('stored');
    });
  });
}
