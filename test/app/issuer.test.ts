import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, expect, it } from 'vitest';
import { serveIssuer } from '../../src/app/issuer.ts';
import { AppError } from '../../src/errors.ts';
import type { PublicKey } from '../../src/issuer/issuer-keys.ts';
import { silent } from '../support/silent.ts';

const key: PublicKey = { kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'one', n: 'n', e: 'AQAB' };
let close = () => undefined as unknown;
afterEach(() => close());

/** Serves the documents of an issuer, whose keys can be read as long as that is true. */
async function serve(url: string, canRead: () => boolean) {
  const app = express();
  const published = async () => {
    if (!canRead()) throw new AppError('Redis is away', { code: 'redis.unavailable' });
    return [key];
  };
  serveIssuer(app, { url, keys: { published } }, silent);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => server.close();
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (path: string) => fetch(`${base}${path}`, { redirect: 'error' });
}

it('hands out both documents, below the path of the address and without it', async () => {
  const get = await serve('https://example.com/xoap', () => true);
  for (const below of ['', '/xoap']) {
    const configuration = await get(`${below}/.well-known/openid-configuration`);
    expect(await configuration.json()).toMatchObject({
      issuer: 'https://example.com/xoap',
      jwks_uri: 'https://example.com/xoap/.well-known/jwks.json',
    });
    const keys = await get(`${below}/.well-known/jwks.json`);
    expect(keys.headers.get('content-type')).toContain('application/json');
    expect(keys.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await keys.json()).toEqual({ keys: [key] });
  }
});

it('goes on from memory while Redis is away, and says 503 where it has read nothing yet', async () => {
  let isThere = false;
  const get = await serve('https://example.com', () => isThere);
  expect((await get('/.well-known/jwks.json')).status).toBe(503);
  isThere = true;
  expect((await get('/.well-known/jwks.json')).status).toBe(200);
  isThere = false;
  expect(await (await get('/.well-known/jwks.json')).json()).toEqual({ keys: [key] });
});
