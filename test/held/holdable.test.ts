import { describe, expect, it } from 'vitest';
import { credentialFields } from '../../src/chat/connections/credential-fields.ts';
import { holdable } from '../../src/held/holdable.ts';
import { loadProviders, providersOf } from '../../src/providers/registry.ts';
import { describeProvider } from '../contracts/provider.ts';
import { createToy } from '../fixtures/toy-provider/provider.ts';

const { all: declared } = await loadProviders({ XOAP_AWS_OWN_IDENTITY: '1' });
const toy = createToy({ id: 'hyper-v', label: 'Hyper-V', place: 'host' }, new Set());
const { all: providers } = providersOf([...declared, toy].map(holdable));

for (const provider of declared) describeProvider(holdable(provider));

describe.each(providers.map((provider) => [provider.id, provider] as const))('%s', (id, provider) => {
  const ways = { trust: { issuer: 'https://bot.example.com', subject: 's' }, heldNames: () => ['prod'] };
  const idsOf = (values: Record<string, string>, given = ways) =>
    credentialFields(provider, values, given).map((field) => field.id.replace(`${id}.`, ''));

  it('is signed in to without a secret first, then with what a worker holds, then with a secret', () => {
    const way = provider.fields.find((field) => field.id === 'authentication');
    const order = (way?.choices ?? []).flatMap(({ choices }) =>
      choices.map(({ keyless }) => (keyless === 'held' ? 'held' : keyless ? 'none' : 'secret')),
    );
    expect(order.join(' ')).toMatch(/^(none )*held( secret)+$/);
  });

  it('asks for a name alone where a worker holds the credential', () => {
    expect(idsOf({ [`${id}.authentication`]: 'held' })).toEqual(['authentication', 'held']);
  });

  it('offers nothing of it where nobody holds anything, also where it was chosen before', () => {
    const nobody = { ...ways, heldNames: () => [] };
    expect(idsOf({ [`${id}.authentication`]: 'held' }, nobody)).toEqual(idsOf({}, nobody));
    expect(idsOf({}, nobody)).not.toContain('held');
  });

  it('keeps a name of it sealed, and nothing else', () => {
    const sealed = { authentication: 'held', held: 'prod' };
    expect(provider.parse({ ...sealed, password: 'x', host: 'y' })).toEqual({
      ok: true,
      credential: sealed,
      target: {},
    });
    expect(provider.parse({ authentication: 'held' })).toMatchObject({
      problems: { held: 'Choose one of those that a worker holds.' },
    });
    expect(provider.parse({ authentication: 'held', held: '../prod' }).ok).toBe(false);
  });

  it('takes what is entered as it did', () => {
    const own = [...declared, toy].find((each) => each.id === id);
    expect(provider.parse({ region: 'x' })).toEqual(own?.parse({ region: 'x' }));
  });
});
