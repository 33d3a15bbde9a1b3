import { describe, expect, it } from 'vitest';
import { withProfiles } from '../../src/providers/profiles.ts';
import { loadProviders, providersOf } from '../../src/providers/registry.ts';
import { type AskedThen, askedNow, catalogChanges, type Judged } from '../../src/reports/catalog-changes.ts';

const providers = await loadProviders();
const builder = (missing: readonly string[] = []): Judged => ({
  provider: 'aws',
  profiles: ['image-management'],
  missing: missing.map((id) => `policy:image-management ${id}`),
});
const connections = [builder(), builder(['ec2:CopyImage']), builder(['ec2:CreateTags'])];
const now = askedNow(connections, providers);

/** What was asked for before a version that asks for some more. */
function askedBefore(...without: string[]): AskedThen {
  const [asked = { version: '', ids: [] }] = Object.values(now);
  const ids = asked.ids.filter((id) => !without.includes(id));
  return { 'aws image-management': { version: '2026-08', ids } };
}

describe('what profiles ask for anew', () => {
  it('is told with how many lack it', () => {
    expect(catalogChanges(askedBefore('ec2:CopyImage', 'ec2:CreateTags'), now, connections)).toEqual([
      {
        provider: 'aws',
        profile: 'image-management',
        version: '2026-11',
        added: ['ec2:CopyImage', 'ec2:CreateTags'],
        removed: [],
        lacking: 2,
      },
    ]);
  });

  it('is nothing where nothing changed, and told once', () => {
    expect(catalogChanges(now, now, connections)).toEqual([]);
  });

  it('is nothing in a first report, nor where a profile was chosen since', () => {
    expect(catalogChanges(undefined, now, connections)).toEqual([]);
    expect(catalogChanges({}, now, connections)).toEqual([]);
  });

  it('tells too what is not asked for any more', () => {
    const then = askedBefore();
    then['aws image-management']?.ids.push('ec2:OfYesterday');
    expect(catalogChanges(then, now, connections)).toMatchObject([
      { added: [], removed: ['ec2:OfYesterday'], lacking: 0 },
    ]);
  });

  it('is of an own profile too, and of none that is gone', () => {
    const aws = providers.find('aws');
    const [profile] = aws?.profiles ?? [];
    if (!aws || !profile) throw new Error('No AWS');
    const own = providersOf([withProfiles(aws, [{ ...profile, id: 'own' }])]);
    const both = [{ ...builder(), profiles: ['own', 'of-yesterday'] }];
    expect(Object.keys(askedNow(both, own))).toEqual(['aws own']);
  });
});
