import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedisIssuerKeys } from '../../adapters/redis/issuer-keys.ts';
import { createCipher } from '../../src/connections/cipher.ts';
import { createIssuer, documentsOf, subjectOf } from '../../src/issuer/issuer.ts';
import { createIssuerKeys } from '../../src/issuer/issuer-keys.ts';
import type { Rotation } from '../../src/issuer/settings.ts';
import { openTestRedis, type TestRedis } from '../support/redis.ts';
import { everythingIn } from '../support/redis-content.ts';

const url = 'https://bot.example.com';
const speaker = { workspaceId: 'slack:T1', connectionId: 'c-0123456789abcdef0123456789abcd' };
const hourMs = 3_600_000;

let redis: TestRedis;
let now: Date;
/** What stands where providers look. */
let shown: string[];
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.prompt.flushdb();
  now = new Date('2026-11-01T00:00:00Z');
  shown = [];
});
const pass = (hours: number) => {
  now = new Date(now.getTime() + hours * hourMs);
};

function open(rotation: Rotation = 'age', secret = 1) {
  const keys = createIssuerKeys({
    store: createRedisIssuerKeys(redis.prompt),
    cipher: createCipher([Buffer.alloc(32, secret)]),
    rotation,
    keyDays: 90,
    idsAtAddress: async () => shown,
    now: () => now,
  });
  const { workloadOf } = createIssuer({ url, keys, now: () => now });
  const mint = async (audience = 'sts.amazonaws.com') => (await workloadOf(speaker).token?.(audience)) ?? '';
  return { keys, mint };
}
const kids = async ({ keys }: ReturnType<typeof open>) => (await keys.published()).map(({ kid }) => kid);
const signedWith = async ({ mint }: ReturnType<typeof open>) => decodeProtectedHeader(await mint()).kid;

describe('a token', () => {
  it('is for one connection, one audience and five minutes', async () => {
    const issuer = open();
    const token = await issuer.mint('api://AzureADTokenExchange');

    const { iat, jti, ...claims } = decodeJwt(token);
    expect(claims).toEqual({
      iss: url,
      sub: 'xoap:slack:T1:c-0123456789abcdef0123456789abcd',
      aud: 'api://AzureADTokenExchange',
      exp: now.getTime() / 1_000 + 300,
    });
    expect(iat).toBe(now.getTime() / 1_000);
    expect(jti).not.toBe(decodeJwt(await issuer.mint()).jti);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: (await kids(issuer))[0] });
  });

  it('has a subject that Google takes, also in the longest workspace', () => {
    const tenant = `teams:${'f'.repeat(8)}-ffff-ffff-ffff-${'f'.repeat(12)}`;
    const subject = subjectOf({ ...speaker, workspaceId: tenant });
    expect(subject).toMatch(/^[\x21-\x7e]+$/);
    expect(Buffer.byteLength(subject)).toBeLessThanOrEqual(127);
  });

  it('is verified by what is published, which holds nothing but public members', async () => {
    const issuer = open();
    const token = await issuer.mint();
    const documents = documentsOf(url, await issuer.keys.published());
    const keySet = documents['/.well-known/jwks.json'] as JSONWebKeySet;

    await jwtVerify(token, createLocalJWKSet(keySet), { issuer: url, currentDate: now });
    expect(keySet.keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ]);
    expect(documents['/.well-known/openid-configuration']).toMatchObject({
      issuer: url,
      jwks_uri: `${url}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });

  it('and the private key are nowhere in Redis in clear', async () => {
    const issuer = open();
    const token = await issuer.mint();
    const stored = await everythingIn(redis.prompt);
    expect(stored).toContain((await kids(issuer))[0]);
    expect(stored).not.toContain(token);
    expect(stored).not.toMatch(/"(d|p|q|dp|dq|qi)"/);
    await expect(open('age', 2).mint()).rejects.toMatchObject({ code: 'connections.key-missing' });
  });
});

it('a key that somebody puts beside those of the bot, who does not hold the encryption keys, is not published', async () => {
  const issuer = open();
  const [first] = await kids(issuer);
  const store = createRedisIssuerKeys(redis.prompt);
  const ring = await store.read();
  const sealed = await createCipher([Buffer.alloc(32, 9)]).seal(
    { kty: 'RSA', n: 'of-somebody-else', e: 'AQAB' },
    { workspaceId: 'issuer', connectionId: 'planted' },
  );
  const planted = {
    kid: 'planted',
    sealed,
    createdAt: now.toISOString(),
    signsFrom: '2099-01-01T00:00:00.000Z',
  };
  // The sealed key of another id is no key of this one either.
  const moved = { ...ring[0], kid: 'moved', sealed: ring[0]?.sealed ?? '', createdAt: now.toISOString() };
  expect(await store.replace(ring, [...ring, planted, moved])).toBe(true);

  expect(await kids(open())).toEqual([first]);
});

describe('keys', () => {
  it('are the same for all who begin at once', async () => {
    const many = Array.from({ length: 6 }, () => open());
    const used = await Promise.all(many.map(signedWith));
    expect(new Set(used).size).toBe(1);
  });

  it('change by age, where providers that keep a key set for a day refuse nothing', async () => {
    const issuer = open();
    let cached: { at: number; keySet: JSONWebKeySet } | undefined;
    const used = new Set<string | undefined>();
    // A year, in steps of six hours.
    for (let step = 0; step < 4 * 365; step += 1) {
      await issuer.keys.tend();
      const token = await issuer.mint();
      used.add(decodeProtectedHeader(token).kid);
      if (!cached || now.getTime() - cached.at >= 24 * hourMs)
        cached = { at: now.getTime(), keySet: { keys: [...(await issuer.keys.published())] } };
      await jwtVerify(token, createLocalJWKSet(cached.keySet), { issuer: url, currentDate: now });
      pass(6);
    }
    expect(used.size).toBeGreaterThan(3);
    expect((await kids(issuer)).length).toBeLessThanOrEqual(2);
  });

  it('wait until the next one is seen where providers look, and a day more', async () => {
    const issuer = open('seen');
    const [first] = await kids(issuer);
    const { kid: second, signsFrom } = await issuer.keys.rotate();
    expect(signsFrom).toBeUndefined();
    await expect(issuer.keys.rotate()).rejects.toMatchObject({ code: 'issuer.key-waits' });

    shown = [first ?? ''];
    pass(1_000);
    await issuer.keys.tend();
    expect(await signedWith(issuer)).toBe(first);

    shown = [first ?? '', second];
    await issuer.keys.tend();
    pass(24);
    expect(await signedWith(issuer)).toBe(first);
    pass(1);
    expect(await signedWith(issuer)).toBe(second);
    expect(await kids(issuer)).toEqual([first, second]);
    pass(25);
    expect(await kids(issuer)).toEqual([second]);
  });

  it('never change by age where they were uploaded, and wait for somebody’s word', async () => {
    const issuer = open('confirmed');
    const [first] = await kids(issuer);
    pass(24 * 1_000);
    await issuer.keys.tend();
    expect(await kids(issuer)).toEqual([first]);
    await expect(issuer.keys.confirm()).rejects.toMatchObject({ code: 'issuer.no-key-waits' });

    const { kid: second } = await issuer.keys.rotate();
    shown = [second];
    await issuer.keys.tend();
    pass(1_000);
    expect(await signedWith(issuer)).toBe(first);
    await issuer.keys.confirm();
    pass(25);
    expect(await signedWith(issuer)).toBe(second);
  });
});
