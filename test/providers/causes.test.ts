import { describe, expect, it } from 'vitest';
import { missingWords } from '../../src/chat/messages/verdict-words.ts';
import { documentedProfile } from '../../src/providers/profiles.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import type { Finding } from '../../src/verification/finding.ts';

// What the verdict names in place of a number, and the accounts that it must not be said of.

const { find } = await loadProviders();

/** The findings of a provider, each granted unless said otherwise. */
function findingsOf(
  id: string,
  more: (id: string, group: string) => Partial<Finding> | undefined,
): Finding[] {
  const provider = find(id);
  return (provider ? documentedProfile(provider).requirements : [])
    .filter(({ level, when }) => level === 'required' && !when)
    .map(({ id: requirement, name, group, level, step }) => ({
      requirement,
      name,
      group,
      level,
      step: step.title,
      without: step.without,
      state: 'granted',
      method: 'read',
      evidence: { text: '.' },
      ...more(requirement, group),
    }));
}

/** What a verdict says is missing. */
function wordsFor(id: string, more: Parameters<typeof findingsOf>[1]): string {
  const provider = find(id);
  if (!provider) throw new Error(`No provider ${id}`);
  const findings = findingsOf(id, more);
  const missing = findings.filter(({ state, accepted }) => state === 'missing' && !accepted);
  const causes = provider.causesOf?.({ missing, counting: findings }) ?? [];
  return missingWords({ provider }, { findings, causes });
}

const lacks = (more: Partial<Finding> = {}): Partial<Finding> => ({ state: 'missing', ...more });
const only = (ids: readonly string[], more: Partial<Finding>) => (id: string) =>
  ids.includes(id) ? lacks(more) : undefined;
const accepted = { until: '2027-03-01', reason: 'So.' };

describe('AWS', () => {
  const scp = { layer: 'service-control-policy', denial: 'explicit' } as const;
  const plain = { layer: 'identity-policy', denial: 'implicit' } as const;
  const isAction = (id: string) => id.startsWith('ec2:');
  const [one, two, three] = ['ec2:CopyImage', 'ec2:CreateTags', 'ec2:CreateImage'];

  it.each<[string, Parameters<typeof findingsOf>[1], string]>([
    ['one permission by its name', only([one], plain), 'ec2:CopyImage is missing'],
    ['two by their names', only([one, two], plain), 'ec2:CopyImage and ec2:CreateTags are missing'],
    ['more by their number', only([one, two, three], plain), '3 permissions are missing'],
    ['a rule from above', only([one], scp), 'the service control policy forbids ec2:CopyImage'],
    [
      'a rule by its id',
      only([one, two, three], { ...scp, policy: 'p-1' }),
      'the service control policy p-1 forbids 3 permissions',
    ],
    [
      'a boundary',
      only([one, two], { layer: 'permissions-boundary', denial: 'implicit' }),
      'the permissions boundary does not allow ec2:CopyImage and ec2:CreateTags',
    ],
    [
      'no rule where another one refuses some',
      (id) => (id === one ? lacks(scp) : id === two ? lacks(plain) : undefined),
      'ec2:CopyImage and ec2:CreateTags are missing',
    ],
    [
      'no rule where the policies lack it too',
      only([one], { layer: 'permissions-boundary', denial: 'implicit', alsoLayer: 'identity-policy' }),
      'ec2:CopyImage is missing',
    ],
    [
      'one rule for everything',
      (id) => (isAction(id) ? lacks(scp) : undefined),
      'a Deny in the service control policy covers everything',
    ],
    [
      'a key without rights',
      (id) => (isAction(id) ? lacks(plain) : undefined),
      'no policy allows any of 33 permissions',
    ],
    [
      'no lack of rights where AWS names no layer',
      (id) => (isAction(id) ? lacks() : undefined),
      '33 permissions are missing',
    ],
    [
      'a leaked key before all',
      only([one], { denial: 'explicit', policy: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2' }),
      'its key has leaked, and AWS has taken its rights away',
    ],
    ['no default VPC', only(['prerequisite:default-vpc'], {}), 'there is no default VPC'],
    [
      'a rule, and no default VPC',
      (id) => (id === one ? lacks(scp) : id === 'prerequisite:default-vpc' ? lacks() : undefined),
      'the service control policy forbids ec2:CopyImage, and there is no default VPC',
    ],
    [
      'no lack of a VPC whose subnets were deleted',
      only(['prerequisite:default-vpc'], { objects: [{ id: 'eu-central-1', path: 'default-subnets' }] }),
      'the default VPC has lost its default subnets',
    ],
    [
      'no VPC that may not be looked at',
      only(['prerequisite:default-vpc'], scp),
      'the service control policy forbids prerequisite:default-vpc',
    ],
  ])('names %s', (_what, more, words) => {
    expect(wordsFor('aws', more)).toBe(words);
  });
});

describe('Azure', () => {
  const role = 'role:Contributor';
  const plain = { layer: 'role-assignment', denial: 'implicit' } as const;
  const lacking = (more: Partial<Finding>) => (id: string) => {
    if (id === role) return lacks({ ...plain, ...more });
    return id.startsWith('Microsoft.Compute/') ? lacks(plain) : undefined;
  };

  it.each<[string, Parameters<typeof findingsOf>[1], string]>([
    [
      'the role, and what is there',
      lacking({ holds: ['Reader'] }),
      'role Contributor is missing (it holds Reader)',
    ],
    [
      'the role, and that nothing is there',
      lacking({ holds: [] }),
      'role Contributor is missing (it holds no role there)',
    ],
    ['the role alone where nobody could look', lacking({}), 'role Contributor is missing'],
    [
      'the role on too little',
      lacking({ holds: ['Contributor on resource group images'] }),
      'role Contributor is missing (it holds Contributor on resource group images only)',
    ],
    [
      'a subscription that does not show',
      lacking({ evidence: { code: 'SubscriptionNotFound', text: '.' } }),
      'Azure shows it no such subscription, so it has no role there or the id is wrong',
    ],
    [
      'operations where the role is held, or accepted',
      (id) =>
        id === role
          ? lacks({ ...plain, accepted })
          : id === 'Microsoft.Compute/images/write'
            ? lacks(plain)
            : undefined,
      'Microsoft.Compute/images/write is missing',
    ],
    [
      'a denial beside the role',
      (id) =>
        id === role
          ? lacks({ ...plain, holds: ['Reader'] })
          : id === 'Microsoft.Compute/images/write'
            ? lacks({ layer: 'deny-assignment', denial: 'explicit' })
            : undefined,
      'role Contributor is missing (it holds Reader), and a deny assignment forbids Microsoft.Compute/images/write',
    ],
    [
      'a lock',
      only(['prerequisite:no-lock'], { layer: 'lock' }),
      'a read-only lock stands on the subscription',
    ],
    [
      'a subscription that is over',
      only(['prerequisite:subscription-enabled'], {}),
      'the subscription is not enabled',
    ],
    [
      'resource providers',
      only(['prerequisite:provider/Microsoft.Compute', 'prerequisite:provider/Microsoft.Network'], {}),
      'resource providers Microsoft.Compute, Microsoft.Network are not registered',
    ],
    [
      'no role whose every known operation is granted, where a lock stands',
      (id) =>
        id === role
          ? lacks({ ...plain, formal: true, holds: ['Packer builder'] })
          : id === 'prerequisite:no-lock'
            ? lacks()
            : undefined,
      'a read-only lock stands on the subscription, and 1 more requirement is missing',
    ],
    [
      'three of many roles',
      lacking({
        holds: ['Reader', ...Array.from({ length: 60 }, (_, at) => `Contributor on resource group rg-${at}`)],
      }),
      'role Contributor is missing (it holds Reader, Contributor on resource group rg-0, Contributor on resource group rg-1 and 58 more)',
    ],
    [
      'no more than two causes',
      (id) =>
        id === role
          ? lacks({ ...plain, holds: ['Reader'] })
          : ['prerequisite:no-lock', 'prerequisite:subscription-enabled'].includes(id)
            ? lacks()
            : undefined,
      'role Contributor is missing (it holds Reader), and the subscription is not enabled, and 1 more requirement is missing',
    ],
  ])('names %s', (_what, more, words) => {
    expect(wordsFor('azure', more)).toBe(words);
  });
});

describe('Google Cloud', () => {
  const admin = 'roles/compute.instanceAdmin.v1';
  const user = 'roles/iam.serviceAccountUser';
  const plain = { layer: 'role-binding', denial: 'implicit' } as const;
  const part = (more: Partial<Finding>) => (id: string) =>
    id === 'compute.images.create' || id === 'compute.images.delete'
      ? lacks({ ...plain, ...more })
      : undefined;

  it.each<[string, Parameters<typeof findingsOf>[1], string]>([
    [
      'a role of which nothing is held',
      (_id, group) => (group === admin ? lacks(plain) : undefined),
      'role compute.instanceAdmin.v1 is missing',
    ],
    [
      'two roles of which nothing is held',
      (_id, group) =>
        group === admin || group === user ? lacks({ ...plain, holds: ['roles/viewer'] }) : undefined,
      'roles compute.instanceAdmin.v1 and iam.serviceAccountUser are missing (it holds viewer)',
    ],
    [
      'a role that the bindings do not have',
      (id, group) =>
        group === admin && !/\.(get|list)\w*$/.test(id)
          ? lacks({ ...plain, holds: ['roles/viewer'] })
          : undefined,
      'role compute.instanceAdmin.v1 is missing (it holds viewer)',
    ],
    [
      'no role where most of it comes from a binding that does not show, such as that of a group',
      part({ holds: [] }),
      'compute.images.create and compute.images.delete are missing',
    ],
    [
      'no role that is bound, under a condition that never holds',
      (_id, group) => (group === user ? lacks({ ...plain, holds: [admin, user] }) : undefined),
      'iam.serviceAccounts.actAs is missing',
    ],
    [
      'an account of build machines that is not there',
      only(['iam.serviceAccounts.actAs'], { scope: 'service account z@p.iam.gserviceaccount.com' }),
      'service account z@p.iam.gserviceaccount.com does not exist',
    ],
    [
      'no role where the bindings may not be read',
      part({}),
      'compute.images.create and compute.images.delete are missing',
    ],
    [
      'no role where a custom one may stand for it',
      part({ holds: ['projects/p/roles/builder'] }),
      'compute.images.create and compute.images.delete are missing',
    ],
    [
      'no role that is bound',
      part({ holds: [admin] }),
      'compute.images.create and compute.images.delete are missing',
    ],
    [
      'a role that has ended',
      only(['compute.images.create'], { layer: 'expired-binding' }),
      'role compute.instanceAdmin.v1 was given for a time that is over',
    ],
    [
      'a refusal in spite of the role',
      only(['compute.images.create'], { layer: 'deny-policy', denial: 'explicit' }),
      'compute.images.create is refused although the role is bound',
    ],
    [
      'an API',
      only(['prerequisite:api/compute.googleapis.com'], {}),
      'API compute.googleapis.com is not enabled',
    ],
    ['billing', only(['prerequisite:billing'], {}), 'billing is not enabled'],
  ])('names %s', (_what, more, words) => {
    expect(wordsFor('google', more)).toBe(words);
  });
});

describe('vSphere', () => {
  const on = (scope: string, count: number) => {
    let left = count;
    return (_id: string, group: string) => {
      if (group !== 'Datastore' || left === 0) return undefined;
      left -= 1;
      return lacks({ scope });
    };
  };

  it('names the one object that everything is missing on', () => {
    expect(wordsFor('vsphere', on('ds-images', 3))).toBe('3 privileges are missing on Datastore ds-images');
    expect(wordsFor('vsphere', on('ds-images', 1))).toMatch(/^\S+ is missing on Datastore ds-images$/);
  });

  it('counts a privilege once for each kind of object, as the thread does', () => {
    const everywhere = (id: string, group: string) =>
      id.startsWith('System.') ? lacks({ scope: group }) : undefined;
    const missing = findingsOf('vsphere', everywhere).filter(({ state }) => state === 'missing');

    expect(new Set(missing.map(({ requirement }) => requirement)).size).toBeLessThan(missing.length);
    expect(wordsFor('vsphere', everywhere)).toBe(`${missing.length} privileges are missing`);
  });

  it('names none where it is several', () => {
    const several = (id: string, group: string) =>
      id === 'Datastore.Browse' || id === 'Network.Assign' ? lacks({ scope: group }) : undefined;
    expect(wordsFor('vsphere', several)).toBe('Datastore.Browse and Network.Assign are missing');
  });
});
