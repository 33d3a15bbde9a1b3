import { describe, expect, it } from 'vitest';
import { accountOf } from '../../../jobs/reports/account.ts';
import { loadProviders } from '../../../src/providers/registry.ts';

const { find } = await loadProviders();

type Target = Record<string, string>;
const account = (id: string, target: Target, latest?: Target) => {
  const provider = find(id);
  if (!provider) throw new Error(`No provider ${id}`);
  return accountOf(provider, { id: 'c-1', target }, latest && { target: latest });
};

describe('the account that a connection is in', () => {
  it.each([
    ['azure', { subscription: 's' }, { subscription: 's', name: 'Production' }],
    ['google', { project: 'p' }, { project: 'p', hostProject: 'h' }],
    ['vsphere', { vcenter: 'v' }, { vcenter: 'v', datacenter: 'd', version: 'vCenter 8.0.2' }],
  ] as const)('of %s is the same before its first verification and after it', (id, before, after) => {
    expect(account(id, before, after)).toBe(account(id, before));
  });

  it('of AWS is told by its first verification, and until then a connection stands for itself', () => {
    expect(account('aws', { region: 'eu-central-1' })).toBe('aws:c-1');
    expect(account('aws', { region: 'eu-central-1' }, { account: '123456789012', region: 'eu-west-1' })).toBe(
      'aws:123456789012',
    );
  });

  it('is another one where the target is', () => {
    expect(account('azure', { subscription: 's' })).not.toBe(account('azure', { subscription: 't' }));
    expect(account('azure', { subscription: 's' })).not.toBe(account('google', { project: 's' }));
  });
});
