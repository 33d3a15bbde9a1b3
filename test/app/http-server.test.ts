import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../simulations/free-port.ts';
import { createHttpServer, type HttpServer } from '../../src/app/http-server.ts';
import { silent } from '../support/silent.ts';

const servers: HttpServer[] = [];
/** A request that is never answered has come. */
const endless = Promise.withResolvers<void>();
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(port: number, isReady = true, requestMs?: number) {
  const server = createHttpServer({
    host: '127.0.0.1',
    port,
    logger: silent,
    isReady: async () => isReady,
    ...(requestMs && { requestMs }),
  });
  servers.push(server);
  server.app.get('/endless', () => endless.resolve());
  server.app.post('/small', express.json({ limit: 10 }), (_request, response) => void response.end());
  server.app.post('/broken', () => {
    throw new Error('planted');
  });
  await server.listen();
  return (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
}

describe('the HTTP server', () => {
  it('says that it lives, and whether it can serve', async () => {
    const [ready, away] = await Promise.all([start(await freePort()), start(await freePort(), false)]);

    expect([(await ready('/livez')).status, (await ready('/readyz')).status]).toEqual([200, 200]);
    expect([(await away('/livez')).status, (await away('/readyz')).status]).toEqual([200, 503]);
  });

  it.each([
    ['its head', 'GET /livez HTTP/1.1\r\nHost: localhost\r\n'],
    [
      'its body',
      'POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
  ])('ends a request that does not come with all of %s', async (_what, half) => {
    const port = await freePort();
    await start(port, true, 200);
    const socket = connect(port, '127.0.0.1');
    socket.write(half);

    const answer = await text(socket);

    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('closes the connection behind a body that is too large', async () => {
    const port = await freePort();
    await start(port);
    const answer = await fetch(`http://127.0.0.1:${port}/small`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify('x'.repeat(100)),
    });

    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'close']);
  });

  it('keeps a connection for longer than load balancers do', async () => {
    const get = await start(await freePort());

    expect((await get('/livez')).headers.get('keep-alive')).toBe('timeout=75');
  });

  it('says no more than a status of what nobody serves, and of what breaks', async () => {
    const get = await start(await freePort());
    const [unknown, broken] = await Promise.all([get('/nothing'), get('/broken', 'POST')]);

    expect([unknown.status, await unknown.text()]).toEqual([404, '']);
    expect([broken.status, await broken.text()]).toEqual([500, '']);
    expect(unknown.headers.get('x-powered-by')).toBeNull();
  });

  it('waits for what is under way when it is closed, and cuts it off after five seconds', async () => {
    const get = await start(await freePort());
    const [server] = servers.splice(0);
    const answer = get('/endless').then(
      () => 'answered',
      () => 'cut off',
    );
    await endless.promise;

    await server?.close();

    expect(await answer).toBe('cut off');
  });

  it('says which address is taken, and ends all the same', async () => {
    const port = await freePort();
    await start(port);

    await expect(start(port)).rejects.toMatchObject({ code: 'http.cannot-listen' });
  });
});
