import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisReplacements } from '../../../adapters/redis/replacements.ts';
import { answerDecodes } from '../../../jobs/decodes/answer-decodes.ts';
import { createDecoder } from '../../../jobs/decodes/ask-decode.ts';
import { subscriberTo } from '../../../jobs/decodes/subscriber.ts';
import type { Listener } from '../../../jobs/listen.ts';
import { createCipher } from '../../../src/connections/cipher.ts';
import { AppError } from '../../../src/errors.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { providersOf } from '../../../src/providers/registry.ts';
import type { Decoded } from '../../../src/providers/told.ts';
import { createToy } from '../../fixtures/toy-provider/provider.ts';
import { connectionOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { everythingIn } from '../../support/redis-content.ts';
import { silent } from '../../support/silent.ts';
import { unnoted } from '../../support/unnoted.ts';

const cipher = createCipher([randomBytes(32)]);
const connection = connectionOf({ provider: 'toy', target: { place: 'here' } });
const held = connectionOf({ id: 'c-held', name: 'held', provider: 'toy', held: 'the-toy' });
const text = 'planted: what somebody pasted';

describe('what decodes', () => {
  let redis: TestRedis;
  const listeners: Listener[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    redis = await openTestRedis();
    const store = createRedisConnectionStore(redis.prompt, unnoted);
    for (const each of [connection, held]) {
      const key = { workspaceId: each.workspaceId, connectionId: each.id };
      const sealed = await cipher.seal({ passphrase: 'x' }, key);
      await store.create({ connection: each, sealed, once: each.id });
    }
  });
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
    asked.length = 0;
  });
  afterAll(() => redis.close());

  /** Starts a worker whose provider answers so. */
  async function start(
    decode: NonNullable<Provider['decode']>,
    { serves = true, holds }: { serves?: boolean; holds?: string } = {},
  ): Promise<void> {
    const toy = createToy({ id: 'toy', label: 'Toy', place: 'place' }, new Set());
    const provider: Provider = {
      ...toy,
      async decode(request) {
        asked.push(request.text);
        return decode(request);
      },
    };
    listeners.push(
      await answerDecodes({
        redis: redis.patient,
        store: createRedisConnectionStore(redis.patient, unnoted),
        replacements: createRedisReplacements(redis.patient),
        providers: providersOf([provider]),
        cipher,
        serves: () => serves,
        held:
          holds === undefined
            ? undefined
            : { has: async ({ name }) => name === holds, fieldsOf: async () => ({}) },
        logger: silent,
      }),
    );
  }

  const told: Decoded = { kind: 'permission', requirements: ['toy:Play'], text: 'It says no.' };
  const ask = (about = connection) => createDecoder(redis.prompt, cipher)({ connection: about, text });

  it('is one of several workers, and nothing of the text is kept or readable on the way', async () => {
    const heard: string[] = [];
    const subscriber = await subscriberTo(redis.patient, 'xoap:decode', (message) => heard.push(message));
    for (let count = 0; count < 3; count += 1) await start(async () => told);
    expect(await ask()).toEqual(told);
    subscriber.close();
    expect(asked).toEqual([text]);
    expect(heard).toHaveLength(1);
    expect(heard.join()).not.toContain('planted');
    expect(await everythingIn(redis.prompt)).not.toContain('planted');
  });

  it('is nobody where no worker has the credential', async () => {
    await start(async () => told, { serves: false });
    await expect(ask()).rejects.toMatchObject({ code: 'verification.no-worker' });
    await start(async () => told);
    await expect(ask(held)).rejects.toMatchObject({ code: 'verification.no-worker' });
    expect(asked).toEqual([]);
  });

  it('tells a refusal in its own words, and a fault in none', async () => {
    await start(async () => {
      throw new AppError('Not decoded', { code: 'provider.not-decoded', hint: 'Ask somebody else.' });
    });
    await expect(ask()).rejects.toMatchObject({
      code: 'provider.not-decoded',
      message: 'Not decoded',
      hint: 'Ask somebody else.',
    });
    await listeners.pop()?.close();
    await start(async () => {
      throw new Error('planted secret');
    });
    await expect(ask()).rejects.toMatchObject({ message: 'The message could not be decoded' });
  });

  it('says so where its user of Redis may not use channels, and harms nothing else', async () => {
    await redis.patient.call('ACL', 'SETUSER', 'mute', 'on', '>fake', '~*', 'resetchannels', '+@all');
    const mute = redis.patient.duplicate({ username: 'mute', password: 'fake' });
    await expect(createDecoder(mute, cipher)({ connection, text })).rejects.toMatchObject({
      code: 'verification.no-worker',
      hint: expect.stringContaining('xoap:decode*'),
    });
    await expect(subscriberTo(mute, 'xoap:decode', () => undefined)).rejects.toThrow('NOPERM');
    mute.disconnect();
  });

  it('hears nothing of another installation, whose key it does not have', async () => {
    await start(async () => told);
    const stranger = createDecoder(redis.prompt, createCipher([randomBytes(32)]));
    await expect(stranger({ connection, text })).rejects.toMatchObject({ code: 'connections.key-missing' });
    expect(asked).toEqual([]);
  });
});
