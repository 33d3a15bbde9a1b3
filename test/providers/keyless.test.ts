import { describe, expect, it } from 'vitest';
import type { FieldValues } from '../../src/providers/credential-form.ts';
import { keylessWay } from '../../src/providers/credential-form.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { loadProviders } from '../../src/providers/registry.ts';

// What is entered where a provider trusts the bot: no secret, and nothing that belongs to one.

const providers = await loadProviders();
const find = (id: string) => providers.find(id) as Provider;
const guid = '00000000-0000-4000-8000-000000000000';
const complete: Record<string, FieldValues> = {
  aws: {
    region: 'eu-central-1',
    authentication: 'web-identity',
    roleArn: 'arn:aws:iam::123456789012:role/images/xoap-images',
  },
  azure: { authentication: 'federated', subscriptionId: guid, tenantId: guid, clientId: guid },
  google: {
    authentication: 'impersonation',
    serviceAccount: 'builder@my-project.iam.gserviceaccount.com',
    poolProjectNumber: '123456789012',
    pool: 'xoap-chatops',
    poolProvider: 'xoap-chatops',
  },
};
const secrets: Record<string, [field: string, value: string][]> = {
  aws: [
    ['accessKeyId', 'AKIAIOSFODNN7EXAMPLE'],
    ['secretAccessKey', 'x'.repeat(40)],
    ['externalId', 'xoap-1'],
  ],
  azure: [
    ['clientSecret', 'obviously-fake-secret'],
    ['secretExpiresOn', '2099-01-01'],
  ],
  google: [['keyFile', '{ "type": "service_account" }']],
};
const problemsOf = (id: string, values: FieldValues) => {
  const parsed = find(id).parse(values);
  return parsed.ok ? {} : parsed.problems;
};

describe.each(Object.keys(complete))('%s without a secret', (id) => {
  it('takes what is needed, and seals no secret', () => {
    const parsed = find(id).parse(complete[id] ?? {});
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(keylessWay(find(id).fields, parsed.credential)).toMatchObject({
      value: complete[id]?.authentication,
    });
    const secretIds = find(id).fields.filter(({ kind }) => kind === 'secret' || kind === 'file');
    for (const field of secretIds) expect(parsed.credential).not.toHaveProperty(field.id);
    expect(find(id).secretsIn?.(parsed.credential) ?? []).toEqual([]);
  });

  it.each(secrets[id] ?? [])('says that %s belongs to a secret', (field, value) => {
    expect(problemsOf(id, { ...complete[id], [field]: value })[field]).toMatch(/Leave this empty|belongs to/);
  });

  it('says which field is missing', () => {
    const presets = new Map(find(id).fields.map(({ id: field, preset }) => [field, preset]));
    const needed = Object.keys(complete[id] ?? {}).filter((field) => field !== 'authentication');
    for (const field of needed.filter((each) => !presets.get(each)))
      expect(Object.keys(problemsOf(id, { ...complete[id], [field]: undefined }))).toContain(field);
  });

  it('is offered ahead of every other way, and only where the bot is an issuer', () => {
    const [way] = find(id).fields.find(({ id: field }) => field === 'authentication')?.choices ?? [];
    expect(way?.choices[0]).toMatchObject({ value: complete[id]?.authentication, keyless: 'issuer' });
  });

  it('shows what to set up with everything that was entered, and nothing where the bot is no issuer', () => {
    const trust = { issuer: 'https://bot.example.com', subject: 'xoap:slack:T1:c-1' };
    const shown = find(id).guide?.(complete[id] ?? {}, trust) ?? [];
    const text = shown.map((each) => each.text).join('\n');
    expect(text).toContain(trust.issuer.slice('https://'.length));
    expect(text).toContain(trust.subject);
    expect(text).not.toMatch(/ACCOUNT|CLIENT_ID|SERVICE_ACCOUNT|POOL_PROJECT_NUMBER/);
    expect(shown.map(({ title }) => title)).toContain('The same with Terraform');
    expect(find(id).guide?.(complete[id] ?? {})).toEqual([]);
  });
});

it.each(['aws', 'azure', 'google'])(
  '%s shows no command with what a token says that is no plain name',
  (id) => {
    for (const trust of [
      { issuer: 'https://bot.example.com', subject: "repo:x'$(id)" },
      { issuer: 'https://bot.example.com', subject: ['repo:$', '{x}'].join('') },
      { issuer: 'https://bot.example.com;id', subject: 'xoap:slack:T1:c-1' },
      { issuer: 'https://bot.example.com/$(id)', subject: 'xoap:slack:T1:c-1' },
    ])
      expect(find(id).guide?.(complete[id] ?? {}, trust)).toEqual([]);
  },
);

it.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['eu-central-1', 'aws'],
])('a trust in %s names the partition %s before there is a role', (region, partition) => {
  const trust = { issuer: 'https://bot.example.com', subject: 'xoap:slack:T1:c-1' };
  const shown = find('aws').guide?.({ authentication: 'web-identity', region }, trust) ?? [];
  expect(shown[1]?.text).toContain(`"arn:${partition}:iam::ACCOUNT:oidc-provider/bot.example.com"`);
});

it.each([
  ['us-government', 'api://AzureADTokenExchangeUSGov'],
  ['china', 'api://AzureADTokenExchangeChina'],
])('a trust in %s of Azure has its audience', (cloud, audience) => {
  const trust = { issuer: 'https://bot.example.com', subject: 'xoap:slack:T1:c-1' };
  const [shown] = find('azure').guide?.({ ...complete.azure, cloud }, trust) ?? [];
  expect(shown?.text).toContain(`"audiences":["${audience}"]`);
});
