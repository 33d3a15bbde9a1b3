import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { fastTests } from './test/support/fast-tests.ts';

const fast = fastTests();

export default defineConfig({
  test: {
    reporters: ['default', './test/support/count-reporter.ts'],
    // Many files wait for other processes most of their time, so more of them than cores pay.
    maxWorkers: availableParallelism() + 2,
    // What is waited for has a limit of its own, in time with a processor at hand; these end what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: 'fast', include: fast, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: fast,
          globalSetup: ['test/support/containers.ts'],
        },
      },
    ],
  },
});
