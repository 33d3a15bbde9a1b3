import { describe, expect, it } from 'vitest';
import { minimumOf } from '../../src/catalog/profile.ts';
import { documentedProfile } from '../../src/providers/profiles.ts';
import { loadProviders } from '../../src/providers/registry.ts';

const providers = await loadProviders();

function documentedOf(name: string) {
  const provider = providers.find(name);
  return provider ? provider.documented(documentedProfile(provider)) : [];
}

describe('what the documentation gives to copy', () => {
  it.each(providers.all.map(({ id }) => id))('of %s has the documented minimum in it', (id) => {
    const provider = providers.find(id);
    const profile = provider && documentedProfile(provider);
    const [first] = profile ? (provider?.documented(profile) ?? []) : [];
    const minimum = profile ? minimumOf(profile).map((entry) => entry.id) : [];
    expect(first?.fixes.length).toBeGreaterThan(0);
    expect(minimum).toEqual(expect.arrayContaining(first?.fixes ?? ['none']));
  });

  it('is the policy of AWS, word for word', () => {
    const policy = JSON.parse(documentedOf('aws')[0]?.text ?? '{}');
    expect(policy.Statement).toHaveLength(1);
    expect(policy.Statement[0]).toMatchObject({ Effect: 'Allow', Resource: '*' });
    expect(policy.Statement[0].Action).toHaveLength(33);
  });

  it('is the command of Azure', () => {
    expect(documentedOf('azure')[0]?.text).toContain(
      '--role Contributor \\\n  --scopes /subscriptions/[SubscriptionId]',
    );
  });

  it('is the two roles of Google, the one for acting as an account on that account alone', () => {
    const text = documentedOf('gcp')[0]?.text ?? '';
    expect(text.match(/--role=\S+/g)).toEqual([
      '--role=roles/compute.instanceAdmin.v1',
      '--role=roles/iam.serviceAccountUser',
    ]);
    expect(text).toContain(
      'gcloud iam service-accounts add-iam-policy-binding SERVICE_ACCOUNT_OF_BUILD_MACHINES',
    );
  });

  it('is a role of vSphere, with PowerCLI first', () => {
    const [powerCli, govc] = documentedOf('vmware');
    expect(powerCli?.text).toMatch(
      /New-VIRole -Name xoap-image-management -Privilege .*'VirtualMachine\.State\.CreateSnapshot'/,
    );
    expect(govc?.text).toMatch(
      /^govc role\.ls xoap-image-management \|\| \\\n {2}govc role\.create xoap-image-management /,
    );
    expect(powerCli?.text).not.toContain('System.');
  });
});
