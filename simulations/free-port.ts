import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * A port that nobody listens on. Below those that systems give out by themselves, so that it is not given to somebody
 * else before it is used; at random, so that tests side by side do not choose the same. Above 10080, the last port that
 * browsers and fetch refuse: https://fetch.spec.whatwg.org/#port-blocking
 */
export async function freePort(): Promise<number> {
  const port = randomInt(10_081, 32_000);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return freePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}
