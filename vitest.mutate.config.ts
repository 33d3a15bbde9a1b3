import { defineConfig } from 'vitest/config';

/** The tests of what `npm run mutate` changes: those that need no local cloud, so that each step takes a moment. */
export default defineConfig({
  test: {
    include: ['test/verification/**/*.test.ts', 'test/providers/{aws,azure,google,vsphere}/*.test.ts'],
    exclude: ['test/providers/*/{provider,verdicts,actions,fixes,vcsim,client,guard}.test.ts'],
    testTimeout: 60_000,
  },
});
