export type ProgressReporter<Progress> = {
  /** Takes the newest state; sends it now, or with the next edit that is due. */
  report(progress: Progress): void;
  /** Sends nothing more and waits for the edit that is under way, so that what follows is the last word. */
  finish(): Promise<void>;
};

/** Edits a message at most once in the interval, always with the newest state; a failed edit is skipped. */
export function createProgressReporter<Progress>(
  send: (progress: Progress) => Promise<void>,
  intervalMs: number,
): ProgressReporter<Progress> {
  let newest: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let finished = false;

  function sendNewest(): void {
    timer = undefined;
    if (newest === undefined || finished) return;
    const progress = newest;
    newest = undefined;
    // One after the other: an edit that is held up must not land behind a later one.
    sending = sending.then(() => (finished ? undefined : send(progress))).catch(() => undefined);
  }

  return {
    report(progress) {
      newest = progress;
      timer ??= setTimeout(sendNewest, intervalMs);
    },
    async finish() {
      finished = true;
      clearTimeout(timer);
      await sending;
    },
  };
}
