import { describe, expect, it } from 'vitest';
import steps from '../../src/catalog/build-steps.json' with { type: 'json' };
import { stepIn } from '../../src/explain/steps.ts';
import { loadProviders } from '../../src/providers/registry.ts';

const { find } = await loadProviders();

describe('the steps of tools', () => {
  it.each(steps.steps.map((step) => [`${step.provider}: ${step.says}`, step] as const))(
    '%s: has a source, and names what its provider knows',
    (_name, { provider, requirements, source, says }) => {
      expect(Object.keys(steps.sources)).toContain(source);
      expect(says.trim()).toBe(says);
      expect(requirements).not.toEqual([]);
      const all = find(provider)?.profiles.flatMap((profile) => profile.requirements) ?? [];
      const [some] = all;
      for (const id of requirements) {
        // What no profile asks for is known by its form, or by the provider's own list.
        const isAsked = all.some((requirement) => requirement.id === id);
        if (!isAsked && some)
          expect(find(provider)?.provable({ ...some, id, on: undefined }).mistake, id).toBeUndefined();
      }
    },
  );

  it('stand there once', () => {
    const all = steps.steps.map(({ provider, says }) => `${provider} ${says}`);
    expect(all.filter((each, index) => all.indexOf(each) < index)).toEqual([]);
  });

  it('have dated sources', () => {
    for (const { title, url, date } of Object.values(steps.sources)) {
      expect(title).not.toBe('');
      expect(url).toMatch(/^https:\/\//);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it('are looked for before the place, the nearest first', () => {
    const text = 'Error creating snapshot: x\nError describing volumes: refused';
    expect(stepIn(text, 'aws', text.length)?.says).toBe('Error describing volumes');
    expect(stepIn(text, 'google', text.length)).toBeUndefined();
    expect(stepIn(text, 'aws', 3)).toBeUndefined();
  });
});
