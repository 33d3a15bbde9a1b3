import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { loadProviders } from '../../src/providers/registry.ts';
import { describeProvider } from '../contracts/provider.ts';

const { all: providers, find } = await loadProviders();

for (const provider of providers) describeProvider(provider);

it('has every provider that has a folder, and no other', async () => {
  const entries = await readdir(new URL('../../src/providers', import.meta.url), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);

  expect(providers.map(({ id }) => id).sort()).toEqual(folders.sort());
});

it('has the same file names in every folder', async () => {
  const names = [
    'check.ts',
    'client.ts',
    'credentials.ts',
    'entry.ts',
    'form.ts',
    'provider.ts',
    'read-answers.ts',
    'remediation.ts',
  ];
  for (const { id } of providers) {
    expect(await readdir(new URL(`../../src/providers/${id}`, import.meta.url))).toEqual(
      expect.arrayContaining(names),
    );
  }
});

it('finds a provider in any case', () => {
  expect(find('AWS')?.id).toBe('aws');
  expect(find('moon')).toBeUndefined();
});
