let last: Promise<unknown> = Promise.resolve();

/**
 * Loads code when it is first needed, one piece at a time. Node refuses to load two CommonJS packages at once that both
 * require the same ES module, and remembers the refusal until the process ends:
 * https://nodejs.org/api/errors.html#err_require_cycle_module
 */
export function loadInTurn<Module>(load: () => Promise<Module>): Promise<Module> {
  const loaded = last.then(load);
  last = loaded.catch(() => undefined);
  return loaded;
}
