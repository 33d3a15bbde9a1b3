import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts a proxy on loopback that hands each request to the next of some servers, as a load balancer does. */
export async function startRoundRobin(targets: readonly string[]) {
  /** How many requests each was handed, in their order. */
  const handed = targets.map(() => 0);
  let next = 0;
  const server = createServer((incoming, outgoing) => {
    const index = next % targets.length;
    next += 1;
    handed[index] = (handed[index] ?? 0) + 1;
    const { method = 'GET', headers, url = '/' } = incoming;
    const passed = send(new URL(url, targets[index]), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(passed);
  });
  // Longer than anybody pauses: else a connection may be used again in the moment it is closed.
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handed: handed as readonly number[],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
