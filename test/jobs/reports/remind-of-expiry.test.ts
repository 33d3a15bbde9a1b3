import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { createRedisReminders } from '../../../adapters/redis/reminders.ts';
import { createRemindOfExpiry } from '../../../jobs/reports/remind-of-expiry.ts';
import type { ChatAdapter } from '../../../src/chat/delivery/chat-adapter.ts';
import { AppError, type ErrorCode } from '../../../src/errors.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { silent } from '../../support/silent.ts';
import { unnoted } from '../../support/unnoted.ts';

describe('reminders of credentials that end', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openTestRedis();
    const store = createRedisConnectionStore(redis.patient, unnoted);
    const history = createRedisHistory(redis.patient, unnoted);
    for (const [name, workspaceId] of [
      ['a', 'slack:T1'],
      ['b', 'slack:T1'],
      ['c', 'teams:T2'],
    ] as const) {
      const connection = { ...connectionOf({ name }), id: `c-${name}`, workspaceId, addedBy: `U-${name}` };
      await store.create({ connection, sealed: 's', once: name });
      const expiring = verificationOf({}, { credential: { expiresOn: '2026-11-30' } });
      await history.add({ workspaceId, connectionId: connection.id }, 'r', expiring);
    }
  });
  afterAll(() => redis.close());

  /** Reminds, with some people who cannot be written to, and returns who was. */
  async function remind(trouble: Record<string, ErrorCode>, now = '2026-11-23T09:00:00Z') {
    const told: string[] = [];
    const adapter: ChatAdapter = {
      inviteHint: '',
      commandWord: '/xoap',
      linkTo: async () => undefined,
      paginate: (message) => [message],
      async post({ conversationId }) {
        told.push(conversationId);
        return { conversationId, messageId: '1' };
      },
      update: async () => undefined,
      async directConversation(_workspaceId, userId) {
        const code = trouble[userId];
        if (code) throw new AppError('no', { code, retryable: code === 'chat.unavailable' });
        return userId;
      },
    };
    const remindOfExpiry = createRemindOfExpiry({
      store: createRedisConnectionStore(redis.patient, unnoted),
      history: createRedisHistory(redis.patient, unnoted),
      reminders: createRedisReminders(redis.patient),
      adapterOf: () => adapter,
      logger: silent,
      maxKeyAgeDays: 90,
      now: () => new Date(now),
    });
    const failure = await remindOfExpiry().then(
      () => undefined,
      (error: AppError) => error.code,
    );
    return { told: told.sort(), failure };
  }

  it('reach the others though one left and one cannot be reached now, and are tried again for those', async () => {
    expect(await remind({ 'U-a': 'chat.person-unreachable', 'U-b': 'chat.unavailable' })).toEqual({
      told: ['U-c'],
      failure: 'chat.unavailable',
    });
    expect(await remind({ 'U-a': 'chat.person-unreachable' })).toEqual({ told: ['U-b'], failure: undefined });
  });

  it('come once for each of the days ahead', async () => {
    expect((await remind({})).told).toEqual(['U-a']);
    expect((await remind({})).told).toEqual([]);
    expect((await remind({}, '2026-11-28T09:00:00Z')).told).toEqual([]);
    expect((await remind({}, '2026-11-29T09:00:00Z')).told).toEqual(['U-a', 'U-b', 'U-c']);
    expect((await remind({}, '2026-12-01T09:00:00Z')).told).toEqual([]);
  });
});
