import { limits } from './limits.ts';

/** The result of work that ends within the time that Teams gives an invoke; `late` where it does not, and goes on. */
export async function inTime<Result>(work: Promise<Result>): Promise<Result | 'late'> {
  const due = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => due.resolve('late'), limits.invokeMs);
  try {
    return await Promise.race([work, due.promise]);
  } finally {
    clearTimeout(timer);
  }
}
