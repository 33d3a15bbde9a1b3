import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../../errors.ts';

/** Milliseconds after which something is sent again where the platform does not say how long to wait. */
const pauseMs = 2_000;
const mostTries = 5;
/** Milliseconds; nobody waits longer for an answer to what they did. */
const longestWaitMs = 60_000;

/**
 * Sends what no queue would send again: waits as long as a platform asks, or a little longer each time while it cannot
 * take it. Throws what it got last, and at once where the wait would pass a minute.
 */
export async function sendPatiently<Result>(send: () => Promise<Result>, tried = 1): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    if (!isAppError(error) || !error.retryable || tried >= mostTries) throw error;
    const wait = error.retryAfterMs ?? pauseMs * tried;
    if (wait > longestWaitMs) throw error;
    await sleep(wait);
    return sendPatiently(send, tried + 1);
  }
}
