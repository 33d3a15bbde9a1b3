import { describe, expect, it } from 'vitest';
import { conditionsOf } from '../../src/providers/credential-form.ts';
import type { Provider } from '../../src/providers/provider.ts';

/** What every provider promises, whatever it talks to. */
export function describeProvider(provider: Provider): void {
  const { id, profiles, fields } = provider;
  describe(`${id} as a provider`, () => {
    it('belongs to its own catalogue', () => {
      for (const profile of profiles) expect(profile.provider).toBe(id);
    });

    it('asks for each field once, with a label', () => {
      expect(new Set(fields.map((field) => field.id)).size).toBe(fields.length);
      for (const { label } of fields) expect(label).toMatch(/^[A-Z]/);
    });

    it('marks at least one field as secret, and never as part of the target', () => {
      const secrets = fields
        .filter(({ kind }) => kind === 'secret' || kind === 'file')
        .map((field) => field.id);
      expect(secrets.length).toBeGreaterThan(0);
    });

    it('refuses an empty form with a sentence beside each required field', () => {
      const parsed = provider.parse({});
      const presetOf = (id: string) => fields.find((field) => field.id === id)?.preset ?? '';
      const required = fields
        .filter(({ optional, preset }) => !optional && preset === undefined)
        .filter((field) => conditionsOf(field).every((only) => only.values.includes(presetOf(only.field))))
        .map((field) => field.id);
      if (parsed.ok) throw new Error('An empty form was accepted');
      expect(Object.keys(parsed.problems).sort()).toEqual(required.sort());
      for (const sentence of Object.values(parsed.problems)) expect(sentence).toMatch(/^[A-Z].*\.$/);
    });

    it('refuses fields it does not know', () => {
      const parsed = provider.parse({ surprise: 'x' });
      expect(!parsed.ok && parsed.problems.surprise).toContain('surprise');
    });

    it('offers choices with values that are unique', () => {
      for (const { choices = [] } of fields) {
        const values = choices.flatMap((group) => group.choices.map(({ value }) => value));
        expect(new Set(values).size).toBe(values.length);
      }
    });

    it('has nothing to fix when nothing is missing', () => {
      expect(provider.remediate({ missing: [], identity: undefined, target: {} })).toEqual([]);
    });
  });
}
