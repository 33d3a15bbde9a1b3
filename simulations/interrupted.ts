/**
 * Resolves when somebody interrupts. The signal is heard for good: npm passes on what the terminal sends too, and a
 * second one must not end the process in the middle of what it does then.
 */
export function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.on('SIGINT', () => resolve());
  process.on('SIGTERM', () => resolve());
  return promise;
}
