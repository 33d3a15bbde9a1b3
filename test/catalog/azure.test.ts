import { describe, expect, it } from 'vitest';
import azureFile from '../../src/catalog/image-management/azure.json' with { type: 'json' };
import { parseProfile } from '../../src/catalog/profile.ts';
import { grants } from '../../src/providers/azure/rights.ts';
import { contributorSet } from '../../src/providers/azure/roles.ts';

const { requirements, steps } = parseProfile(azureFile);
const operations = requirements.map(({ id }) => id).filter((id) => id.startsWith('Microsoft.'));

describe('the Azure catalogue', () => {
  it('asks for the documented role first', () => {
    const [first] = requirements;

    expect(first).toMatchObject({ id: 'role:Contributor', level: 'required' });
    expect(first?.source.url).toContain('xoap.io');
  });

  it.each(operations)('names an operation that the documented role grants: %s', (operation) => {
    expect(operation).toMatch(/^Microsoft(\.\w+)(\/\w+)+\/(read|write|delete|action)$/);
    expect(grants(contributorSet, operation)).toBe(true);
  });

  it('names every requirement once, each with a step that is there', () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
    for (const { step } of requirements) expect(steps).toContain(step.title);
  });

  it('asks for the provider of each operation that is required', () => {
    const namespaces = operations.map((id) => id.split('/', 1)[0] ?? '');
    // Microsoft.Resources is part of Resource Manager and always there.
    const wanted = [...new Set(namespaces)].filter((name) => name !== 'Microsoft.Resources');
    const asked = requirements.flatMap(({ id }) => id.split('prerequisite:provider/')[1] ?? []);

    expect(asked.sort()).toEqual(wanted.sort());
  });
});
