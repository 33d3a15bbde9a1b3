import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { createRedisMessageLog } from '../../../adapters/redis/message-log.ts';
import { createRedisReplacements } from '../../../adapters/redis/replacements.ts';
import { createRedisThreads } from '../../../adapters/redis/threads.ts';
import { unableToCheck } from '../../../jobs/checks/check.ts';
import { createVerifyConnection } from '../../../jobs/verifications/verify-connection.ts';
import type { ChatAdapter } from '../../../src/chat/delivery/chat-adapter.ts';
import { AppError } from '../../../src/errors.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import { connectionOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { silent } from '../../support/silent.ts';
import { unnoted } from '../../support/unnoted.ts';

const providers = await loadProviders();

describe('a run that is begun again', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openTestRedis();
  });
  afterAll(() => redis.close());

  it.each([
    ['vsphere', 'after its sign-in', 1, /was interrupted/],
    ['vsphere', 'before its sign-in', 2, /no answer/],
    ['aws', 'after its sign-in', 2, /no answer/],
  ] as const)('of %s, cut off %s, checks %i time(s)', async (provider, when, times, lastWord) => {
    const id = `${provider} ${when}`;
    const said: string[] = [];
    const adapter: ChatAdapter = {
      inviteHint: '',
      commandWord: '/xoap',
      linkTo: async () => undefined,
      paginate: (message) => [message],
      post: async ({ conversationId }, { summary }) => {
        said.push(summary);
        return { conversationId, messageId: '1.1' };
      },
      update: async (_workspaceId, _ref, { summary }) => void said.push(summary),
      directConversation: async () => 'D1',
    };
    const store = createRedisConnectionStore(redis.patient, unnoted);
    const connection = { ...connectionOf(), id, name: id, provider };
    await store.create({ connection, sealed: 'sealed', once: id });
    const cutOff = new AbortController();
    let checks = 0;
    const { verifyConnection } = createVerifyConnection({
      providers,
      store,
      history: createRedisHistory(redis.patient, unnoted),
      replacements: createRedisReplacements(redis.patient),
      now: () => new Date(),
      adapterOf: () => adapter,
      mendLater: async () => undefined,
      messages: createRedisMessageLog(redis.patient),
      threads: createRedisThreads(redis.patient, unnoted),
      logger: silent,
      editIntervalMs: 1,
      check: async ({ onBegin, ...subject }) => {
        checks += 1;
        if (checks > 1)
          return unableToCheck(subject, new AppError('no answer', { code: 'provider.unreachable' }));
        if (when === 'after its sign-in') await onBegin?.();
        cutOff.abort();
        throw new Error('The worker died');
      },
    });
    const job = {
      workspaceId: connection.workspaceId,
      connectionId: connection.id,
      askedBy: 'U1',
      conversationId: 'C1',
      trigger: 'command',
    } as const;

    const first = verifyConnection({ id, job, isRepeated: false, signal: cutOff.signal });
    await expect(first).rejects.toThrow('The worker died');
    const { signal } = new AbortController();
    await verifyConnection({ id, job, isRepeated: true, signal });

    expect(checks).toBe(times);
    expect(said.join('\n')).toMatch(lastWord);
  });
});
