import { expect, it } from 'vitest';
import { loadProviders } from '../../src/providers/registry.ts';

// What a schema library says of a value is not for people.

const { all } = await loadProviders();

it.each(all.flatMap((provider) => [42, null, ['x'], { x: 1 }].map((value) => [provider.id, value] as const)))(
  'no field of %s that holds %j is refused in the words of a library',
  (id, value) => {
    const provider = all.find((each) => each.id === id);
    const values = Object.fromEntries(provider?.fields.map((field) => [field.id, value]) ?? []);
    const parsed = provider?.parse(values);
    const problems = parsed && !parsed.ok ? Object.values(parsed.problems) : [];
    expect(problems.length).toBeGreaterThan(0);
    for (const text of problems) expect(text).not.toMatch(/invalid|expected|received|undefined/i);
  },
);
