import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixAzure } from '../../../simulations/administrators/azure.ts';
import { type AzureCloud, startAzureCloud } from '../../../simulations/azure/cloud.ts';
import { azureCredential, demoDirectory, objectIdOf } from '../../../simulations/azure/demo-accounts.ts';
import { trustLoopback } from '../../../simulations/tls.ts';
import { createAzure } from '../../../src/providers/azure/provider.ts';
import { documentedProfile } from '../../../src/providers/profiles.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import type { Verification } from '../../../src/verification/verification.ts';
import { type Case, expectFixed, verify } from '../../support/fixes.ts';

describe('Azure: the az command', () => {
  let cloud: AzureCloud;
  let provider: Provider;
  beforeAll(async () => {
    await trustLoopback();
    cloud = await startAzureCloud(demoDirectory());
    provider = createAzure({ authorityHost: cloud.url, resourceManager: cloud.url });
  });
  afterAll(() => cloud.close());

  const operations = documentedProfile(createAzure({}))
    .requirements.map(({ id }) => id)
    .filter((id) => !id.startsWith('prerequisite:') && !id.startsWith('role:'));
  const subscriptionOf = (name: Parameters<typeof azureCredential>[0]) => {
    const { subscriptionId } = azureCredential(name);
    const found = cloud.directory.subscriptions.find(({ id }) => id === subscriptionId);
    if (!found) throw new Error('No subscription');
    return found;
  };
  const what = (): Case => ({ provider, values: azureCredential('reader'), profileOptions: [] });
  const fix = ({ remediation }: Verification) => void fixAzure(cloud.directory, remediation);

  it.each(operations)('%s', async (operation) => {
    const subscription = subscriptionOf('reader');
    const role = {
      id: 'd0000000-0000-4000-8000-0000000000ff',
      name: 'Too little',
      permissions: [{ actions: ['*'], notActions: [operation] }],
    };
    subscription.customRoles = [role];
    subscription.assignments = [
      { scope: `/subscriptions/${subscription.id}`, roleId: role.id, principalId: objectIdOf('reader') },
    ];
    await expectFixed(what(), { lacking: operation, fix });
  });

  it('a secret that has expired: the new one works, and the old one is not touched', async () => {
    const expired = { provider, values: azureCredential('expired'), profileOptions: [] };
    const before = await verify(expired);
    expect(before.verdict).toBe('failed');

    const [printed = '{}'] = fixAzure(cloud.directory, before.remediation);
    const { password: clientSecret = '' } = JSON.parse(printed) as { password?: string };

    expect((await verify({ ...expired, values: { ...expired.values, clientSecret } })).verdict).toBe('ready');
    expect((await verify(expired)).error?.message).toContain('expired');
  });

  it('role:Contributor', async () => {
    subscriptionOf('reader').assignments = [];
    await expectFixed(what(), { lacking: 'role:Contributor', fix });
  });

  it.each(['Compute', 'Network', 'KeyVault', 'Storage'])(
    'prerequisite:provider/Microsoft.%s',
    async (name) => {
      subscriptionOf('contributor').providers[`Microsoft.${name}`] = 'NotRegistered';
      const values = azureCredential('contributor');
      await expectFixed(
        { provider, values, profileOptions: [] },
        { lacking: `prerequisite:provider/Microsoft.${name}`, fix },
      );
    },
  );
});
