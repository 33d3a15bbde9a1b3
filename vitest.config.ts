import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/containers.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    // The longest files wait for locks to run out, so two at a time pay on two cores as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // What is waited for has a limit of its own, in time with a processor at hand; these end what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
