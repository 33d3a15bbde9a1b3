import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../simulations/free-port.ts';
import { type Call, onBehalfOf, watchCalls } from '../src/outgoing.ts';

const server = createServer((request, response) => {
  response.writeHead(request.url === '/refused' ? 403 : 200).end('{}');
});
let url: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** With Node's own client, as SDKs send. */
async function ask(address: string): Promise<void> {
  const [response] = await once(get(address), 'response');
  response.resume();
  await once(response, 'end');
}

/** The calls that are seen while some work is done, with how each ended. */
async function seen(work: () => Promise<unknown>, onEnd: () => void = () => undefined) {
  const calls: (Call & { status: number | undefined })[] = [];
  const watch = watchCalls((call) => (status) => {
    calls.push({ ...call, status });
    onEnd();
  });
  await work();
  watch.close();
  return calls;
}

it('a call is seen with its provider and its end, whichever client sends it', async () => {
  const [method, provider] = ['GET', 'aws'];
  const calls = await seen(() =>
    onBehalfOf('aws', async () => {
      await ask(url);
      await ask(`${url}/refused`);
      await fetch(url).then((answer) => answer.text());
      await ask(`http://127.0.0.1:${await freePort()}`).catch(() => undefined);
    }),
  );
  expect(calls).toEqual([200, 403, 200, undefined].map((status) => ({ method, provider, status })));
});

it('nothing is seen of what is sent for no provider', async () => {
  expect(await seen(() => ask(url))).toEqual([]);
});

it('what follows from the end of a call is none of the provider', async () => {
  const followed = Promise.withResolvers<void>();
  const follow = () => void setTimeout(() => ask(url).then(followed.resolve), 1);
  const calls = await seen(async () => {
    await onBehalfOf('aws', () => ask(url));
    await followed.promise;
  }, follow);
  expect(calls).toHaveLength(1);
});
