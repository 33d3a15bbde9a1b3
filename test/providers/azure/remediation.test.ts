import { describe, expect, it } from 'vitest';
import { remediate, renewSecret } from '../../../src/providers/azure/remediation.ts';
import type { Finding } from '../../../src/verification/finding.ts';

const subscription = '50000000-0000-4000-8000-000000000001';
const identity = {
  id: 'c0000000-0000-4000-8000-000000000001',
  kind: 'service-principal',
  name: 'e0000000-0000-4000-8000-000000000001',
} as const;

function missing(requirement: string, more: Partial<Finding> = {}): Finding {
  return {
    requirement,
    name: requirement,
    group: 'role:Contributor',
    level: 'required',
    step: 'step',
    without: 'a build stops',
    state: 'missing',
    method: 'effective-permissions',
    layer: 'role-assignment',
    evidence: { text: 'No role grants it.' },
    ...more,
  };
}

describe('the fix of an Azure connection', () => {
  const role = missing('role:Contributor');

  it('is the smallest command, then the same in other languages, then the documented one', async () => {
    const fixes = remediate({ missing: [role], identity, target: { subscription } });

    const text = fixes.map(({ title, format, text: body }) => `# ${title} (${format})\n${body}\n`).join('\n');
    await expect(text).toMatchFileSnapshot('./snippets.txt');
  });

  it('is the documented command alone while nobody is known', () => {
    const fixes = remediate({ missing: [role], identity: undefined, target: { subscription } });

    expect(fixes).toHaveLength(1);
    expect(fixes[0]?.text).toContain(`--scopes /subscriptions/${subscription}`);
  });

  it('names the client where the token hid the object', () => {
    const unnamed = { ...identity, id: identity.name };
    const fixes = remediate({ missing: [role], identity: unnamed, target: { subscription } });

    expect(fixes[0]?.text).toContain(`--assignee ${identity.name}`);
    expect(JSON.stringify(fixes)).not.toContain('principal_id');
  });

  it.each([
    ['us-government', 'AzureUSGovernment', 'usgovernment'],
    ['china', 'AzureChinaCloud', 'china'],
  ])('is meant for its cloud: %s', (cloud, cli, environment) => {
    const unseen = missing('role:Contributor', { evidence: { code: 'SubscriptionNotFound', text: 'None.' } });
    const provider = missing('prerequisite:provider/Microsoft.Compute', { method: 'read' });
    const target = { subscription, cloud };
    const fixes = [
      ...remediate({ missing: [unseen, provider], identity, target }),
      ...remediate({ missing: [unseen], identity: undefined, target }),
      renewSecret(identity.name, target),
    ];

    const commands = fixes.filter(({ format }) => format === 'shell');
    expect(commands).toHaveLength(7);
    for (const { text } of commands)
      expect(text).toMatch(new RegExp(`^az cloud set --name ${cli} && az login\n`));
    expect(fixes.find(({ format }) => format === 'hcl')?.text).toMatch(
      new RegExp(`^provider "azurerm" \\{\n  environment = "${environment}"\n`),
    );
  });

  it('of everything missing names each requirement in at least one fix', () => {
    const all = [
      role,
      missing('Microsoft.Compute/images/write', { layer: 'deny-assignment' }),
      missing('prerequisite:subscription-enabled', { method: 'read', evidence: { text: 'It is disabled.' } }),
      missing('prerequisite:provider/Microsoft.Compute', { method: 'read' }),
    ].map(({ layer, ...finding }) => (finding.method === 'read' || !layer ? finding : { ...finding, layer }));
    const fixed = remediate({ missing: all, identity, target: { subscription } }).flatMap(
      ({ fixes }) => fixes,
    );

    expect(new Set(fixed)).toEqual(new Set(all.map(({ requirement }) => requirement)));
  });
});
