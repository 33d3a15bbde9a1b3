import { defineConfig } from 'vitest/config';

/** The tests of what `npm run mutate` changes: nothing that starts another process. */
export default defineConfig({
  test: {
    include: ['test/verification/**/*.test.ts', 'test/providers/{aws,azure,google,vsphere}/*.test.ts'],
    exclude: ['test/providers/*/{actions,fixes,vcsim}.test.ts'],
    setupFiles: ['test/support/load-verdicts.ts'],
    testTimeout: 60_000,
  },
});
