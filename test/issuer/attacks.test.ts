import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisIssuerKeys } from '../../adapters/redis/issuer-keys.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import { poolProviderName, trustAws, trustAzure, trustGoogle } from '../../simulations/trusting.ts';
import { serveIssuer } from '../../src/app/issuer.ts';
import { createCipher } from '../../src/connections/cipher.ts';
import { subjectOf } from '../../src/issuer/issuer.ts';
import { createIssuerKeys } from '../../src/issuer/issuer-keys.ts';
import { openTestRedis, type TestRedis } from '../support/redis.ts';
import { silent } from '../support/silent.ts';

// Each cloud trusts the bot for one connection. Whatever else is shown to it, it lets nobody in.

const issuer = 'https://bot.example.com';
const subject = subjectOf({ workspaceId: 'slack:T1', connectionId: 'c-1' });
let [roleArn, tenantId, clientId, serviceAccount] = ['', '', '', ''];

let redis: TestRedis;
let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
let close: () => void;
const encryptionKey = Buffer.alloc(32, 7);
const openKeys = () =>
  createIssuerKeys({
    store: createRedisIssuerKeys(redis.prompt),
    cipher: createCipher([encryptionKey]),
    rotation: 'age',
    keyDays: 90,
    idsAtAddress: async () => [],
    now: () => new Date(),
  });

beforeAll(async () => {
  [redis, clouds] = await Promise.all([openTestRedis(), startSimulatedClouds(), trustLoopback()]);
  const app = express();
  serveIssuer(app, { url: issuer, keys: openKeys() }, silent);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => server.close();
  const documents = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trusted = { issuer, subject, documents };
  ({ roleArn = '' } = trustAws(clouds.cloud, trusted));
  ({ tenantId = '', clientId = '' } = trustAzure(clouds.azure, trusted));
  ({ serviceAccount = '' } = trustGoogle(clouds.google, trusted));
});
afterAll(async () => {
  close();
  await Promise.all([clouds.close(), redis.close()]);
});

async function post(url: string, form: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(form) });
}

/** How each cloud is shown a token, as its SDK does it; whether it lets in. */
const providers = {
  aws: {
    audience: 'sts.amazonaws.com',
    async letsIn(token: string) {
      const action = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleSessionName: 'xoap' };
      return (await post(clouds.cloud.url, { ...action, RoleArn: roleArn, WebIdentityToken: token })).ok;
    },
  },
  azure: {
    audience: 'api://AzureADTokenExchange',
    async letsIn(token: string) {
      const grant = { grant_type: 'client_credentials', scope: 'https://management.azure.com/.default' };
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      const assertion = { client_assertion_type: type, client_assertion: token, client_id: clientId };
      return (await post(`${clouds.azure.url}/${tenantId}/oauth2/v2.0/token`, { ...grant, ...assertion })).ok;
    },
  },
  google: {
    audience: `https://iam.googleapis.com/${poolProviderName}`,
    async letsIn(token: string) {
      const audience = `//iam.googleapis.com/${poolProviderName}`;
      const exchanged = await post(`${clouds.google.url}/v1/token`, { audience, subject_token: token });
      if (!exchanged.ok) return false;
      const { access_token: federated } = (await exchanged.json()) as { access_token: string };
      const path = `/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`;
      const headers = { authorization: `Bearer ${federated}` };
      return (await fetch(`${clouds.google.url}${path}`, { method: 'POST', headers })).ok;
    },
  },
};

const seconds = () => Math.floor(Date.now() / 1_000);
type Claims = { iss?: string; sub?: string; aud?: string; exp?: number };
const claimsOf = (changed: Claims) => ({
  iss: issuer,
  sub: subject,
  iat: seconds(),
  exp: seconds() + 300,
  ...changed,
});
async function sign(claims: Claims, header: Record<string, string> = {}): Promise<string> {
  const { kid, privateKey } = await openKeys().signing();
  return new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(privateKey);
}

const attacks: Record<string, (aud: string) => Promise<string> | string> = {
  'for another audience': () => sign({ aud: 'https://example.com' }),
  'as another connection': (aud) => sign({ aud, sub: 'xoap:slack:T1:c-2' }),
  'as a connection of another workspace': (aud) => sign({ aud, sub: 'xoap:slack:T2:c-1' }),
  'with a subject of another letter case': (aud) => sign({ aud, sub: subject.toUpperCase() }),
  'with a longer subject that begins so': (aud) => sign({ aud, sub: `${subject}0` }),
  'after its time': (aud) => sign({ aud, exp: seconds() - 600 }),
  'of an issuer on another host': (aud) => sign({ aud, iss: 'https://evil.example.com' }),
  'of an issuer below the same host': (aud) => sign({ aud, iss: `${issuer}/below` }),
  'with a key that is not published': (aud) => sign({ aud }, { kid: 'retired' }),
  'signed with somebody else’s key': async (aud) => {
    const [{ privateKey }, { kid }] = await Promise.all([generateKeyPair('RS256'), openKeys().signing()]);
    return new SignJWT(claimsOf({ aud })).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
  },
  'without a signature': (aud) => new UnsecuredJWT(claimsOf({ aud })).encode(),
  'signed with the public key as if it were a secret': async (aud) => {
    const [key] = await openKeys().published();
    const header = { alg: 'HS256', kid: key?.kid ?? '' };
    return new SignJWT(claimsOf({ aud }))
      .setProtectedHeader(header)
      .sign(Buffer.from(key?.n ?? '', 'base64url'));
  },
  'with claims that were changed afterwards': async (aud) => {
    const [head, , tail] = (await sign({ aud, sub: 'xoap:slack:T1:c-2' })).split('.');
    return [head, Buffer.from(JSON.stringify(claimsOf({ aud }))).toString('base64url'), tail].join('.');
  },
  'of no form at all': () => 'no token',
};

describe.each(Object.entries(providers))('%s', (_name, { audience, letsIn }) => {
  it('lets in who is meant', async () => {
    expect(await letsIn(await sign({ aud: audience }))).toBe(true);
  });

  it.each(Object.entries(attacks))('lets in nobody %s', async (_what, make) => {
    expect(await letsIn(await make(audience))).toBe(false);
  });
});
