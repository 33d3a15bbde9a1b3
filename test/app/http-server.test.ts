import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../simulations/slack/workspace.ts';
import { createHttpServer, type HttpServer } from '../../src/app/http-server.ts';
import { silent } from '../support/silent.ts';

const servers: HttpServer[] = [];
/** A request that is never answered has come. */
const endless = Promise.withResolvers<void>();
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(port: number, isReady = true) {
  const server = createHttpServer({ host: '127.0.0.1', port, logger: silent, isReady: async () => isReady });
  servers.push(server);
  server.app.get('/endless', () => endless.resolve());
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
