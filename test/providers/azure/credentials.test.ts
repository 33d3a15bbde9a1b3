import { describe, expect, it } from 'vitest';
import { azureCredential, createForRbacOutput } from '../../../simulations/azure/demo-accounts.ts';
import { cloudOf, clouds, endpointsOf } from '../../../src/providers/azure/clouds.ts';
import { parse } from '../../../src/providers/azure/credentials.ts';

const good = azureCredential('contributor');
const problemsOf = (values: Record<string, unknown>) => {
  const parsed = parse(values);
  return parsed.ok ? {} : parsed.problems;
};
const credentialOf = (values: Record<string, unknown>) => {
  const parsed = parse(values);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.credential;
};

describe('an Azure credential', () => {
  it('is taken as entered, for the public cloud unless said otherwise', () => {
    expect(parse(good)).toEqual({
      ok: true,
      credential: { ...good, authentication: 'client-secret', cloud: 'public' },
      target: { subscription: good.subscriptionId },
    });
  });

  it('is freed from what copying brought along', () => {
    const messy = {
      ...good,
      subscriptionId: ` /subscriptions/${good.subscriptionId?.toUpperCase()}/ `,
      tenantId: `{${good.tenantId}}`,
      clientSecret: `\u200B${good.clientSecret}\n`,
    };

    expect(credentialOf(messy)).toEqual({ ...good, authentication: 'client-secret', cloud: 'public' });
  });

  it.each([
    ['clientSecret', 'f0000000-0000-4000-8000-000000000001', /Secret ID.*Value/],
    ['clientSecret', 'short', /cut off/],
    ['clientSecret', 'with spaces in the middle of it', /no spaces/],
    ['tenantId', 'example.onmicrosoft.com', /not a domain name/],
    ['clientId', 'xoap-image-principal', /appId/],
    ['subscriptionId', 'Pay-As-You-Go', /az account show/],
    ['secretExpiresOn', '2020-01-01', /has passed/],
    ['secretExpiresOn', 'next year', /looks like 2027-11-22/],
    ['cloud', 'germany', /public, us-government, china/],
  ])('is refused for %s %j with a sentence beside it', (field, value, sentence) => {
    const problems = problemsOf({ ...good, [field]: value });

    expect(Object.keys(problems)).toEqual([field]);
    expect(problems[field]).toMatch(sentence);
    expect(problems[field]).not.toContain(good.clientSecret);
  });

  it('keeps the day on which the secret expires, also as the Azure CLI prints it', () => {
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString();

    expect(parse({ ...good, secretExpiresOn: day })).toMatchObject({
      ok: true,
      credential: { secretExpiresOn: day.slice(0, 10) },
    });
    expect(parse({ ...good, secretExpiresOn: '' })).toMatchObject({ ok: true });
  });
});

describe('what the documented command printed, pasted as a whole', () => {
  const { subscriptionId } = good;
  const output = createForRbacOutput('contributor');

  it.each(['tenantId', 'clientId', 'clientSecret'])('fills its fields from %s', (field) => {
    expect(credentialOf({ subscriptionId, [field]: output })).toEqual({
      ...good,
      authentication: 'client-secret',
      cloud: 'public',
    });
  });

  it('fills all four where the command itself was pasted with it, or --json-auth was used', () => {
    const command = `az ad sp create-for-rbac --scopes /subscriptions/${subscriptionId}\n${output}`;
    const { clientSecret, clientId, tenantId } = good;
    const jsonAuth = JSON.stringify({ clientId, clientSecret, subscriptionId, tenantId });

    expect(credentialOf({ subscriptionId: command })).toEqual({
      ...good,
      authentication: 'client-secret',
      cloud: 'public',
    });
    expect(credentialOf({ clientId: jsonAuth })).toEqual({
      ...good,
      authentication: 'client-secret',
      cloud: 'public',
    });
  });

  it('is read with the quotation marks that chat makes of it, and on one line', () => {
    const curly = output.replaceAll('\n', ' ').replace(/"([^"]*)"/g, '“$1”');

    expect(credentialOf({ subscriptionId, clientSecret: curly })).toEqual({
      ...good,
      authentication: 'client-secret',
      cloud: 'public',
    });
  });

  it('outranks what was typed beside it', () => {
    expect(credentialOf({ subscriptionId, clientId: '-', tenantId: '-', clientSecret: output })).toEqual({
      ...good,
      authentication: 'client-secret',
      cloud: 'public',
    });
  });

  it('leaves a subscription that was typed, whatever the command names', () => {
    const other = `az ad sp create-for-rbac --scopes /subscriptions/${good.tenantId}\n${output}`;

    expect(credentialOf({ subscriptionId, clientSecret: other })).toMatchObject({ subscriptionId });
  });

  it('takes the cloud from the endpoints in it', () => {
    const { clientSecret, clientId, tenantId } = good;
    const resourceManagerEndpointUrl = 'https://management.usgovcloudapi.net/';
    const jsonAuth = JSON.stringify({ clientId, clientSecret, tenantId, resourceManagerEndpointUrl });

    expect(credentialOf({ subscriptionId, cloud: 'public', clientId: jsonAuth })).toMatchObject({
      cloud: 'us-government',
    });
  });

  it('is all that counts where it was chosen, and nothing where the fields were', () => {
    const { subscriptionId: _subscription, ...typed } = good;

    expect(problemsOf({ ...good, entry: 'output', output: '{ "appId": "cut' })).toEqual({
      output: expect.stringContaining('This is not all that the command printed'),
    });
    expect(
      credentialOf({ subscriptionId, ...typed, entry: 'fields', output: createForRbacOutput('reader') }),
    ).toEqual({ ...good, authentication: 'client-secret', cloud: 'public' });
  });

  it('asks for the subscription, which it does not name', () => {
    expect(Object.keys(problemsOf({ subscriptionId: output }))).toEqual(['subscriptionId']);
  });
});

describe('the cloud', () => {
  it.each([
    ['AzureCloud', 'public'],
    ['AzureUSGovernment', 'us-government'],
    ['us-government', 'us-government'],
    ['AzureChinaCloud', 'china'],
  ])('%s is %s', (text, id) => {
    expect(cloudOf(text)).toBe(id);
  });

  it('has its own addresses and its own audience', () => {
    expect(endpointsOf('china', {})).toEqual({
      authorityHost: clouds.china.authorityHost,
      resourceManager: clouds.china.resourceManager,
      scope: 'https://management.chinacloudapi.cn/.default',
    });
  });

  it('can be replaced by the operator: another cloud has its own audience, a stand-in on loopback has not', () => {
    const sovereign = {
      authorityHost: 'https://login.example.com/',
      resourceManager: 'https://arm.example.com/',
    };

    expect(endpointsOf('public', sovereign)).toEqual({
      authorityHost: 'https://login.example.com',
      resourceManager: 'https://arm.example.com',
      scope: 'https://arm.example.com/.default',
    });
    expect(endpointsOf('public', { resourceManager: 'https://localhost:1' }).scope).toBe(
      'https://management.azure.com/.default',
    );
  });
});
