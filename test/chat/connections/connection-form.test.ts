import { describe, expect, it } from 'vitest';
import { readAnswers } from '../../../src/chat/connections/connection-answers.ts';
import { connectionForm, redrawnForm } from '../../../src/chat/connections/connection-form.ts';
import type { Form, FormValues } from '../../../src/chat/model/form.ts';
import { providersOf } from '../../../src/providers/registry.ts';
import { createToy } from '../../fixtures/toy-provider/provider.ts';

const toy = createToy({ id: 'hyper-v', label: 'Hyper-V', place: 'host' }, new Set());
const cloud = {
  ...createToy({ id: 'oci2', label: 'OCI 2', place: 'region' }, new Set()),
  type: 'cloud' as const,
};
const providers = providersOf([toy, cloud]);
const ways = { trust: { subject: 'xoap:slack:T1:c-1' }, heldNames: () => [] };
const drawn = (values: FormValues) => redrawnForm(providers, { token: 'token', values }, ways);
const field = ({ fields }: Form, id: string) => fields.find((each) => each.id === id);

describe('the form to add a connection', () => {
  it('asks for type and provider first', () => {
    const form = connectionForm({ providers, ways, token: 'token' });
    expect(form.fields.map(({ id }) => id)).toEqual(['type', 'provider']);
    expect(form.submitLabel).toBe('Next');
  });

  it('offers only types that there is a provider of', () => {
    const { fields } = connectionForm({ providers: providersOf([toy]), ways, token: 'token' });
    expect(fields[0]).toMatchObject({ id: 'type', value: 'on-premises' });
    expect(fields[0]?.choices?.flatMap(({ choices }) => choices)).toHaveLength(1);
  });

  it('takes the only provider of a type as chosen, and drops one of another type', () => {
    expect(field(drawn({ type: 'on-premises' }), 'provider')?.value).toBe('hyper-v');
    expect(field(drawn({ type: 'on-premises', provider: 'oci2' }), 'provider')?.value).toBe('hyper-v');
  });

  it('keeps what was typed, but nothing that is or may be a secret', () => {
    const form = drawn({
      type: 'on-premises',
      provider: 'hyper-v',
      name: 'kept',
      'hyper-v.host': 'kept.example.com',
      'hyper-v.passphrase': 'planted-one',
    });
    expect(field(form, 'name')?.value).toBe('kept');
    expect(field(form, 'hyper-v.host')?.value).toBe('kept.example.com');
    expect(field(form, 'hyper-v.passphrase')).not.toHaveProperty('value');

    const misplaced = drawn({
      provider: 'hyper-v',
      type: 'on-premises',
      'hyper-v.host': 'password: planted',
    });
    expect(field(misplaced, 'hyper-v.host')).not.toHaveProperty('value');
  });

  it('asks for what depends on an answer only while that answer stands', () => {
    const base = { type: 'on-premises', provider: 'hyper-v' };
    expect(field(drawn(base), 'hyper-v.domain')).toBeUndefined();
    expect(field(drawn({ ...base, 'hyper-v.signIn': 'domain' }), 'hyper-v.domain')).toBeDefined();
  });
});

describe('what was filled in', () => {
  const whole = { name: ' prod ', tags: 'a, b', 'hyper-v.host': ' h1 ', 'hyper-v.passphrase': 'long enough' };

  it('is accepted as a whole', () => {
    expect(readAnswers(toy, whole)).toMatchObject({
      details: { name: 'prod', tags: ['a', 'b'], description: '' },
      credential: { host: 'h1', passphrase: 'long enough', signIn: 'local' },
      target: { host: 'h1' },
    });
  });

  it('is refused with a sentence beside each field, those of the provider under its id', () => {
    expect(readAnswers(toy, { ...whole, name: '', 'hyper-v.passphrase': 'short' })).toEqual({
      problems: {
        name: 'Enter a name, such as prod-eu.',
        'hyper-v.passphrase': 'A passphrase has 8 characters or more.',
      },
    });
  });

  it('is refused with options that the provider does not have', () => {
    expect(readAnswers(toy, { ...whole, 'hyper-v.profileOptions': ['moon'] })).toMatchObject({
      problems: { 'hyper-v.profileOptions': expect.stringContaining('no options') },
    });
  });
});
