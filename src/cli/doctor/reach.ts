import { once } from 'node:events';
import { Socket } from 'node:net';

/** Milliseconds in which something must answer. */
const patienceMs = 5_000;

/** What came of a try to reach something. */
export type Reached = {
  readonly isReached: boolean;
  /** Why not: a code of the system, or what happened. */
  readonly why?: string;
  readonly status?: number;
  readonly text?: string;
  /** The other side's time, where it told it. */
  readonly time?: Date | undefined;
};

const whyNot = (error: unknown): string => {
  const { name, code, cause } = error as { name?: string; code?: unknown; cause?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${patienceMs / 1000} s`;
  if (typeof code === 'string') return code;
  return cause === undefined ? 'no connection' : whyNot(cause);
};

/** Asks an address over HTTP; any answer, a refusal too, means that it is reached. */
export async function reachOverHttp(address: string): Promise<Reached> {
  try {
    const response = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    const text = (await response.text()).slice(0, 200);
    return {
      isReached: true,
      status: response.status,
      text,
      time: Number.isNaN(date) ? undefined : new Date(date),
    };
  } catch (error) {
    return { isReached: false, why: whyNot(error) };
  }
}

/** Opens a connection to `host:port`, and closes it again: nothing is sent, so no sign-in is tried. */
export async function reachOverTcp(place: string): Promise<Reached> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(place) ?? [];
  const socket = new Socket();
  try {
    socket.connect({ host, port: Number(port) });
    await once(socket, 'connect', { signal: AbortSignal.timeout(patienceMs) });
    return { isReached: true };
  } catch (error) {
    return { isReached: false, why: whyNot(error) };
  } finally {
    socket.destroy();
  }
}
