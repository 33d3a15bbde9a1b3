/** The result of work that ends before an answer is due; `late` where it does not, and goes on. */
export async function inTime<Result>(work: Promise<Result>, dueAt: number): Promise<Result | 'late'> {
  const due = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => due.resolve('late'), Math.max(0, dueAt - performance.now()));
  try {
    return await Promise.race([work, due.promise]);
  } finally {
    clearTimeout(timer);
  }
}
