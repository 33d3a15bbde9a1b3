import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * The port of loopback where a page is to be found: PLAYGROUND_PORT, or the usual one; 0 for any that is free. Ends the
 * process with what to do where that cannot be: before anything is started, and not after a minute of waiting for it.
 */
export async function choosePort(usual: number): Promise<number> {
  const port = Number(process.env.PLAYGROUND_PORT || usual);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return refuse(`PLAYGROUND_PORT must be the number of a port, such as ${usual}.`);
  const server = createServer().listen({ host: '127.0.0.1', port });
  try {
    await once(server, 'listening');
  } catch {
    return refuse(
      `Port ${port} cannot be used: another process is there already. Choose another one: PLAYGROUND_PORT=${port + 1}.`,
    );
  }
  server.close();
  await once(server, 'close');
  return port;
}

function refuse(problem: string): never {
  console.error(problem);
  process.exit(64);
}
