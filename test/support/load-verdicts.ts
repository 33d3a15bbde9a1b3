// Loads what providers load only when they first check, so that a mutation tester sees every test that covers it.
await Promise.all([
  import('../../src/providers/aws/check.ts'),
  import('../../src/providers/azure/check.ts'),
  import('../../src/providers/google/check.ts'),
  import('../../src/providers/vsphere/check.ts'),
]);
