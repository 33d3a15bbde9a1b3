/** What came of work that was not done in time; it goes on, and what becomes of it then is dropped. */
export const late = Symbol('late');

/** The result of work that ends within so many milliseconds, or `late`. Rejects as the work does. */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result | typeof late> {
  const end = Promise.withResolvers<typeof late>();
  const timer = setTimeout(end.resolve, Math.max(0, ms), late);
  try {
    return await Promise.race([work, end.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The result of work, unless the signal comes first: then it rejects with the signal's reason, and the work goes on. */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
