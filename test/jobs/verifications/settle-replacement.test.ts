import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedisAcceptanceStore } from '../../../adapters/redis/acceptance-store.ts';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { createRedisReplacements } from '../../../adapters/redis/replacements.ts';
import { createLocalCheck } from '../../../jobs/checks/check.ts';
import { createSettleReplacement } from '../../../jobs/verifications/settle-replacement.ts';
import { createCipher } from '../../../src/connections/cipher.ts';
import { documentedProfile } from '../../../src/providers/profiles.ts';
import { createToy } from '../../fixtures/toy-provider/provider.ts';
import { connectionOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { unnoted } from '../../support/unnoted.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.prompt.flushdb();
});

const rights = new Set(['Vm.Create', 'Vm.Export']);
const provider = createToy({ id: 'toy', label: 'Toy', place: 'host' }, rights);
const changedAt = '2026-11-28T10:00:00.000Z';
const connection = connectionOf({ provider: 'toy', target: { host: 'place-1' }, changedAt });
const subject = { connection, provider };
const key = { workspaceId: connection.workspaceId, connectionId: connection.id };
const credentialOf = (passphrase: string) => ({ host: 'place-1', passphrase, signIn: 'local' });

async function setUp() {
  const cipher = createCipher([Buffer.alloc(32, 3)]);
  const store = createRedisConnectionStore(redis.prompt, unnoted);
  const replacements = createRedisReplacements(redis.prompt);
  const acceptances = createRedisAcceptanceStore(redis.prompt);
  const history = createRedisHistory(redis.prompt, unnoted);
  const sealed = await cipher.seal(credentialOf('planted-old'), key);
  await store.create({ connection, sealed, once: 'once' });
  const waiting = {
    id: 'new',
    sealed: await cipher.seal(credentialOf('planted-new'), key),
    target: connection.target,
    by: 'U1',
  };
  const settle = createSettleReplacement({ store, replacements, history, now: () => new Date(changedAt) });
  const local = createLocalCheck({ store, acceptances, replacements, cipher });
  const check = (replacement?: string) =>
    local({ ...subject, replacement, signal: new AbortController().signal, onProgress: () => undefined });
  const inUse = async () =>
    (await store.sealedCredential(key.workspaceId, key.connectionId)) === waiting.sealed;
  return { replacements, acceptances, waiting, settle, check, inUse };
}

describe('a new credential', () => {
  it('that signs in takes the place of the one before', async () => {
    const { replacements, waiting, settle, inUse } = await setUp();
    await replacements.put(key, { ...waiting, basedOn: changedAt });

    expect(await settle(subject, 'new', verificationOf())).toEqual({
      kind: 'in-use',
      by: 'U1',
      isKeyless: false,
    });
    expect(await inUse()).toBe(true);
    expect(await replacements.find(key, 'new')).toBeUndefined();
  });

  it('that was entered anew while it was verified tells nothing of the one in use', async () => {
    const { replacements, waiting, settle, inUse } = await setUp();
    await replacements.put(key, { ...waiting, id: 'newer', basedOn: changedAt });

    expect(await settle(subject, 'new', verificationOf())).toEqual({ kind: 'gone' });
    expect(await inUse()).toBe(false);
    expect(await replacements.find(key, 'newer')).toBeDefined();
  });

  it('does not undo what was changed of the connection since it was entered', async () => {
    const { replacements, waiting, settle, inUse } = await setUp();
    await replacements.put(key, { ...waiting, basedOn: '2026-11-28T09:00:00.000Z' });

    expect(await settle(subject, 'new', verificationOf())).toEqual({ kind: 'gone' });
    expect(await inUse()).toBe(false);
    expect(await replacements.find(key, 'new')).toBeUndefined();
  });

  it('that is gone is not checked by the one in use', async () => {
    const { check } = await setUp();
    expect(await check('new')).toMatchObject({
      verdict: 'failed',
      error: { code: 'connections.replacement-gone' },
      calls: 0,
    });
    expect(await check()).toMatchObject({ verdict: 'ready' });
  });

  it('ends nothing that is accepted of the one in use', async () => {
    const { check, replacements, acceptances, waiting } = await setUp();
    const { group = '' } =
      documentedProfile(provider).requirements.find(({ id }) => id === 'Vm.Create') ?? {};
    const accepted = {
      requirement: 'Vm.Create',
      group,
      until: '2099-01-01',
      reason: 'So.',
      by: 'U1',
      evidence: 'e',
    };
    await acceptances.change(key, { add: [accepted] });
    await replacements.put(key, { ...waiting, basedOn: changedAt });

    await check('new');
    expect(await acceptances.all(key)).toEqual([accepted]);
    await check();
    expect(await acceptances.all(key)).toEqual([]);
  });
});
