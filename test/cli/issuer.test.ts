import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisIssuerKeys } from '../../adapters/redis/issuer-keys.ts';
import type { Account, Principal } from '../../simulations/aws/account.ts';
import { type AwsCloud, startAwsCloud } from '../../simulations/aws/cloud.ts';
import { demoAccounts } from '../../simulations/aws/demo-accounts.ts';
import { createCipher } from '../../src/connections/cipher.ts';
import type { Examined } from '../../src/examined.ts';
import { createIssuerKeys } from '../../src/issuer/issuer-keys.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { runXoap } from '../support/xoap.ts';

const key = randomBytes(32);
let folder: string;
let redis: Awaited<ReturnType<typeof startRedisChild>>;
let cloud: AwsCloud;
const accounts = demoAccounts();
beforeAll(async () => {
  [folder, redis, cloud] = await Promise.all([
    mkdtemp(join(tmpdir(), 'xoap-issuer-')),
    startRedisChild(),
    startAwsCloud(accounts),
  ]);
});
afterAll(async () => {
  await Promise.all([redis.close(), cloud.close(), rm(folder, { recursive: true, force: true })]);
});

const run = (args: string[], more: Record<string, string> = {}) =>
  runXoap(['issuer', ...args], '', {
    environment: {
      SLACK_BOT_TOKEN: 'xoxb-obviously-fake',
      SLACK_APP_TOKEN: 'xapp-obviously-fake',
      REDIS_URL: redis.url,
      XOAP_ENCRYPTION_KEYS: key.toString('base64'),
      XOAP_ISSUER_URL: 'https://keys.example.com',
      ...more,
    },
  });

it('writes what providers read, makes the next key, and takes somebody’s word that it is published', async () => {
  const { output, status } = await run(['export', folder]);
  expect(status).toBe(0);
  expect(output).toContain(
    `Wrote ${join(folder, '.well-known', 'jwks.json')}, for https://keys.example.com/.well-known/jwks.json`,
  );
  const read = async (name: string) => JSON.parse(await readFile(join(folder, '.well-known', name), 'utf8'));
  expect(await read('openid-configuration')).toMatchObject({ issuer: 'https://keys.example.com' });
  const { keys: before } = await read('jwks.json');
  expect(before).toHaveLength(1);

  expect((await run(['rotate'])).output).toMatch(
    /^Made the key [\w-]+\. It waits for it to be found at this address/,
  );
  expect((await run(['rotate'])).errors).toContain('The next key is there already');
  await run(['export', folder]);
  const { keys: both } = await read('jwks.json');
  expect(both.map(({ kid }: { kid: string }) => kid)).toEqual([before[0].kid, expect.any(String)]);
  expect((await run(['show'])).output).toMatch(/signs since[^\n]*\n[^\n]*waits\n$/);

  expect((await run(['rotate', '--published'])).output).toMatch(
    /signs from \d{4}-\d\d-\d\d \d\d:\d\d UTC on/,
  );
  const none = await run(['rotate', '--published']);
  expect([none.status, none.errors]).toEqual([64, expect.stringContaining('No key waits')]);
});

it('xoap doctor says that providers do not find the keys at the address', async () => {
  await run(['export', folder]);
  const environment = {
    SLACK_BOT_TOKEN: 'xoxb-obviously-fake',
    SLACK_APP_TOKEN: 'xapp-obviously-fake',
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
    AWS_ENDPOINT_URL: cloud.url,
    XOAP_AZURE_AUTHORITY_HOST: 'https://127.0.0.1:1',
    XOAP_AZURE_RESOURCE_MANAGER: 'https://127.0.0.1:1',
    XOAP_GOOGLE_ENDPOINT: 'http://127.0.0.1:1',
    REDIS_URL: redis.url,
    // Nothing listens there.
    XOAP_ISSUER_URL: 'https://127.0.0.1',
  };
  const look = async (more: Record<string, string> = {}) => {
    const { output } = await runXoap(['doctor', '--json'], '', { environment: { ...environment, ...more } });
    return (JSON.parse(output) as Examined[]).find(({ part }) => part === 'Issuer');
  };
  expect(await look()).toMatchObject({
    state: 'failed',
    text: 'https://127.0.0.1: no keys can be read there, so providers refuse tokens',
    todo: 'Run "xoap issuer export FOLDER", and put both files there.',
  });
  expect(await look({ XOAP_ISSUER_ROTATION: 'confirmed' })).toMatchObject({ state: 'warning' });
});

it('says what is missing where there is no issuer, or no Redis', async () => {
  const none = await run(['show'], { XOAP_ISSUER_URL: '' });
  expect([none.status, none.errors]).toEqual([
    64,
    expect.stringContaining('There is no issuer. Set XOAP_ISSUER_URL'),
  ]);
  const away = await run(['show'], { REDIS_URL: 'redis://127.0.0.1:1' });
  expect([away.status, away.errors]).toEqual([
    64,
    expect.stringContaining('The Redis of the bot cannot be used'),
  ]);
});

it('xoap verify signs in with the token of a pipeline', async () => {
  const issuer = 'https://pipeline.example.com';
  const connection = new Redis(redis.url);
  const keys = createIssuerKeys({
    store: createRedisIssuerKeys(connection),
    cipher: createCipher([key]),
    rotation: 'age',
    keyDays: 90,
    idsAtAddress: async () => [],
    now: () => new Date(),
  });
  const { kid, privateKey } = await keys.signing();
  const token = await new SignJWT({ iss: issuer, sub: 'repo:images:main', aud: 'sts.amazonaws.com' })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setExpirationTime('5m')
    .sign(privateKey);
  connection.disconnect();
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${token}\n`);
  const [account] = accounts as [Account];
  const role = account.principals.find(({ name }) => name === 'xoap-images') as Principal;
  account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
  role.webTrust = { issuer, audience: 'sts.amazonaws.com', subject: 'repo:images:main' };

  const credential = {
    region: 'eu-central-1',
    authentication: 'web-identity',
    roleArn: 'arn:aws:iam::123456789012:role/xoap-images',
  };
  const verify = (input: object) =>
    runXoap(['verify', 'aws'], JSON.stringify(input), { environment: { AWS_ENDPOINT_URL: cloud.url } });
  const refused = await verify({ ...credential, tokenFile });
  expect(refused.output).toContain('AWS could not read the keys of https://pipeline.example.com');
  expect(refused.status).toBe(3);

  const without = await verify(credential);
  expect([without.status, without.errors]).toEqual([
    64,
    expect.stringContaining('tokenFile: Without a secret a token is needed'),
  ]);
  const notThere = await verify({ ...credential, tokenFile: join(folder, 'none') });
  expect(notThere.errors).toContain('cannot be read');
  const inPlace = await verify({ ...credential, tokenFile: token });
  expect(inPlace.errors).toContain('seems to be the token itself');
  await writeFile(join(folder, 'other'), 'no token');
  const noToken = await verify({ ...credential, tokenFile: join(folder, 'other') });
  expect(noToken.errors).toContain('holds no token');
  for (const { output, errors } of [refused, without, notThere, inPlace, noToken])
    expect(output + errors).not.toContain(token);
});
