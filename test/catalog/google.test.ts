import { describe, expect, it } from 'vitest';
import googleFile from '../../src/catalog/image-management/google.json' with { type: 'json' };
import { parseProfile } from '../../src/catalog/profile.ts';
import { subjectOf } from '../../src/verification/finding.ts';

const { requirements, steps, options } = parseProfile(googleFile);
const inRole = (role: string) => requirements.filter(({ group }) => group === role);

describe('the Google catalogue', () => {
  it.each([
    ['roles/compute.instanceAdmin.v1', 35, 'required', undefined],
    ['roles/iam.serviceAccountUser', 1, 'required', undefined],
    ['roles/storage.admin', 6, 'conditional', ['storage']],
    ['roles/iap.tunnelResourceAccessor', 1, 'conditional', ['iap']],
    ['roles/compute.networkUser', 2, 'conditional', ['shared-vpc']],
  ])('holds the documented role %s as %i permissions', (role, count, level, when) => {
    expect(inRole(role)).toHaveLength(count);
    for (const entry of inRole(role)) {
      expect(entry.level).toBe(level);
      expect(entry.when).toEqual(when);
      expect(entry.id).toMatch(/^[a-z]+(\.[a-zA-Z]+){2}$/);
    }
  });

  it('names every requirement of a role once, each with a step and options that are there', () => {
    const subjects = requirements.map(({ id: requirement, group }) => subjectOf({ group, requirement }));
    const known = options.map(({ id }) => id);

    expect(new Set(subjects).size).toBe(subjects.length);
    for (const { step, when = [], unless = [] } of requirements) {
      expect(steps).toContain(step.title);
      expect(known).toEqual(expect.arrayContaining([...when, ...unless]));
    }
  });
});
