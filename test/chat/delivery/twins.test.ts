import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisMessageLog } from '../../../adapters/redis/message-log.ts';
import type { ChatAdapter, MessageRef } from '../../../src/chat/delivery/chat-adapter.ts';
import { createTwins, type Sent } from '../../../src/chat/delivery/twins.ts';
import { AppError } from '../../../src/errors.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { silent } from '../../support/silent.ts';

const [workspaceId, name] = ['slack:T1', { runId: 'r-1', name: 'root' }];
const at = (messageId: string): MessageRef => ({ conversationId: 'C1', messageId });

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());

/** A log, and a platform that keeps what was edited, or cannot be reached. */
function setUp({ isAway = false } = {}) {
  const edited: string[] = [];
  const adapter = {
    linkTo: async () => 'https://example.com/there',
    async update(_workspaceId: string, { messageId }: MessageRef) {
      if (isAway) throw new AppError('away', { code: 'chat.unavailable', retryable: true });
      edited.push(messageId);
    },
  } as unknown as ChatAdapter;
  const messages = createRedisMessageLog(redis.prompt);
  const handed: Sent[] = [];
  const mendLater = async (sent: Sent) => void handed.push(sent);
  const twins = createTwins({ messages, adapterOf: () => adapter, mendLater, logger: silent });
  return { edited, handed, messages, twins };
}

it('the first that is found counts, whoever finds it, and a worker lets the other point to it', async () => {
  await redis.prompt.flushdb();
  const { edited, handed, messages, twins } = setUp();
  expect(await messages.begin({ workspaceId, ...name })).toEqual({ attempt: 1 });
  expect(await messages.begin({ workspaceId, ...name })).toEqual({ attempt: 2 });
  expect(await twins.settle({ workspaceId, name, ref: at('2') })).toEqual(at('2'));
  expect(await twins.settle({ workspaceId, name, ref: at('2') })).toEqual(at('2'));
  expect(handed).toEqual([]);
  expect(await twins.settle({ workspaceId, name, ref: at('1') })).toEqual(at('2'));
  expect(handed).toEqual([{ workspaceId, name, ref: at('1') }]);
  for (const sent of handed) await twins.mend(sent);
  expect(edited).toEqual(['1']);
  expect(await messages.begin({ workspaceId, ...name })).toEqual({ known: at('2') });
});

it('a worker mends no message that counts, and tries again where the platform is away', async () => {
  await redis.prompt.flushdb();
  const { edited, messages, twins } = setUp();
  await messages.settle({ workspaceId, ...name }, at('1'));
  await twins.mend({ workspaceId, name, ref: at('1') });
  expect(edited).toEqual([]);
  const away = setUp({ isAway: true });
  await expect(away.twins.mend({ workspaceId, name, ref: at('2') })).rejects.toMatchObject({
    retryable: true,
  });
});

it('one that somebody deleted is posted anew, and counts then', async () => {
  await redis.prompt.flushdb();
  const { messages, twins } = setUp();
  await twins.settle({ workspaceId, name, ref: at('1') });
  expect(await messages.begin({ workspaceId, ...name }, at('1'))).toEqual({ attempt: 1 });
  expect(await twins.settle({ workspaceId, name, ref: at('3') })).toEqual(at('3'));
});

it('a click reveals a twin, again and again while it cannot be edited, and tells nothing of another workspace', async () => {
  await redis.prompt.flushdb();
  const away = setUp({ isAway: true });
  await away.twins.settle({ workspaceId, name, ref: at('1') });
  const clicked = { workspaceId, name, ref: at('2') };
  expect(await away.twins.reveal(clicked)).toMatchObject({ summary: expect.stringContaining('sent twice') });
  const { edited, twins } = setUp();
  expect(await twins.reveal(clicked)).toMatchObject({ summary: expect.stringContaining('sent twice') });
  expect(edited).toEqual(['2']);
  expect(await twins.reveal({ ...clicked, ref: at('1') })).toBeUndefined();
  expect(await twins.reveal({ ...clicked, workspaceId: 'slack:T2' })).toBeUndefined();
  expect(await twins.reveal({ ...clicked, name: { runId: 'r-unknown', name: 'root' } })).toBeUndefined();
});

it('a run that an older version began goes on with what that had sent, and signs in no second time', async () => {
  await redis.prompt.flushdb();
  const { messages } = setUp();
  const run = { workspaceId, runId: 'r-old' };
  await redis.prompt.hset('xoap:sent:r-old', { root: JSON.stringify(at('1')), 'sign-in': 'begun' });
  expect(await messages.read(run)).toEqual(new Map([['root', at('1')]]));
  expect(await messages.hasSignedIn(run)).toBe(true);
  await messages.settle({ ...run, name: 'thread-0' }, at('2'));
  expect([...(await messages.read(run)).keys()]).toEqual(['root', 'thread-0']);
});
