import { AsyncResource } from 'node:async_hooks';

export type ProgressReporter<Progress> = {
  /** Takes the newest state; sends it now, or with the next edit that is due. */
  report(progress: Progress): void;
  /** Sends nothing more and waits for the edit that is under way, so that what follows is the last word. */
  finish(): Promise<void>;
};

/**
 * Edits a message with the newest state, the interval after the last edit has ended: so no two reach a platform closer
 * together or out of order, however long one is held up. A failed edit is skipped.
 */
export function createProgressReporter<Progress>(
  given: (progress: Progress) => Promise<void>,
  intervalMs: number,
): ProgressReporter<Progress> {
  // What is told in the middle of calls of a provider is sent as a part of what is around them.
  const send = AsyncResource.bind(given);
  let newest: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let finished = false;

  function plan(): void {
    if (sending || finished || newest === undefined) return;
    timer ??= setTimeout(() => {
      sending = sendNewest();
    }, intervalMs);
  }

  async function sendNewest(): Promise<void> {
    const progress = newest as Progress;
    newest = undefined;
    timer = undefined;
    await send(progress).catch(() => undefined);
    sending = undefined;
    plan();
  }

  return {
    report(progress) {
      newest = progress;
      plan();
    },
    async finish() {
      finished = true;
      clearTimeout(timer);
      await sending;
    },
  };
}
