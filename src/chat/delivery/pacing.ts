import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';

/** Messages that may be sent to one conversation: so many in so many milliseconds. */
export type PaceWindow = { readonly messages: number; readonly ms: number };

/** Spaces out what is sent to one conversation, over all processes of the bot. */
export type Pacing = {
  /**
   * Takes the next free moment of a conversation and resolves to the milliseconds until then; takes none when that is
   * more than the patience given, so that whoever asks can come back later.
   */
  reserve(conversation: string, patienceMs: number): Promise<number>;
};

/**
 * Waits for the next free moment of a conversation. Throws `chat.rate-limited` where that is further away than the
 * patience given, so that a job waits in its queue and not here.
 */
export async function waitForTurn(pacing: Pacing, conversation: string, patienceMs: number): Promise<void> {
  const wait = await pacing.reserve(conversation, patienceMs);
  if (wait > patienceMs)
    throw new AppError('A conversation has had as many messages as its platform allows', {
      code: 'chat.rate-limited',
      retryable: true,
      retryAfterMs: wait,
    });
  if (wait > 0) await sleep(wait);
}
