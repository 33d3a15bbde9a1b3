import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Account, Principal } from '../../simulations/aws/account.ts';
import { demoAccounts } from '../../simulations/aws/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { createAws } from '../../src/providers/aws/provider.ts';
import { runVerification } from '../../src/providers/run-verification.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { idle, openForm, rootWith, threadOf } from '../support/scenario.ts';
import { runXoap } from '../support/xoap.ts';

// A role trusts the machine of the bot, for one connection. The machine's identity is what the SDK finds: here, variables.

const roleArn = 'arn:aws:iam::123456789012:role/xoap-images';
const machineArn = 'arn:aws:iam::210987654321:user/xoap-machine';
const accounts = demoAccounts();
const [account, other] = accounts as [Account, Account];
const role = account.principals.find(({ name }) => name === 'xoap-images') as Principal;
const { id, secret } = { id: 'AKIAFAKEMACHINE00000', secret: 'fake/machine/'.padEnd(40, 'x') };
other.principals.push({
  kind: 'user',
  name: 'xoap-machine',
  keys: [{ id, secret }],
  policies: [{ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } }],
});
// Such a policy of the organisation is about this test no more than about another one.
other.scps = [];
Object.assign(role, { trust: undefined });
const trust = (externalId: string) => Object.assign(role, { trust: { accounts: [other.id], externalId } });

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ accounts, environment: { XOAP_AWS_OWN_IDENTITY: machineArn } });
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.cloud.faults).toEqual([]);
});
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  await idle(bot);
});
afterEach(() => vi.unstubAllEnvs());

const values = (name: string) => ({
  name,
  'aws.region': 'eu-central-1',
  'aws.authentication': 'own-identity',
  'aws.roleArn': roleArn,
});

async function form() {
  const view = await openForm(bot, 'connection add aws');
  return bot.person.choose(view, 'aws.authentication', 'own-identity');
}

describe('a connection that signs in as the machine of the bot', () => {
  it('shows the trust with an External ID that nobody chose, and holds no secret', async () => {
    const view = await form();
    const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
    expect(inputs.join()).not.toMatch(/accessKeyId|secretAccessKey|externalId/);
    const text = JSON.stringify(view.blocks);
    expect(text).toContain(machineArn);
    const [, externalId = ''] = /sts:ExternalId[\\":\s]+(xoap:slack:T\w+:c-[0-9a-f]{30})/.exec(text) ?? [];
    trust(externalId);

    expect(await bot.person.submit(view, values('machine'))).toMatchObject({ text: '' });

    const root = await rootWith(bot, /machine can build images: 34 of 34 met/);
    const thread = (await threadOf(bot, root, 1)).map(readMessage).join('\n');
    expect(thread).toContain(
      'Signed in without a secret, as the role of XOAP’s connection that trusts this bot.',
    );
  });

  it('is told what the trust policy has to name where the role trusts another one', async () => {
    trust('xoap:slack:T1:c-1');
    expect(await bot.person.submit(await form(), values('untrusted'))).toMatchObject({ text: '' });
    const root = await rootWith(
      bot,
      /untrusted cannot sign in: AWS does not let the machine of this bot assume/,
    );
    await idle(bot);
    const thread = (await threadOf(bot, root, 1)).map(readMessage).join('\n');
    expect(thread).toMatch(/"sts:ExternalId": "xoap:slack:T\w+:c-[0-9a-f]{30}"/);
  });
});

describe('what signs in as the machine', () => {
  const run = (more: { subject?: string; ownIdentity?: string | undefined } = {}) => {
    const provider = createAws({ endpoint: bot.cloud.url, ownIdentity: machineArn, ...more });
    // What somebody put into the request that sends a form.
    const credential = {
      region: 'eu-central-1',
      authentication: 'own-identity',
      roleArn,
      externalId: 'xoap:slack:T1:c-somebody-else',
    };
    const workload = { subject: more.subject ?? 'xoap:slack:T2:c-1' };
    return runVerification({ provider, credential, target: {}, profileOptions: [], workload });
  };

  it('never takes an External ID that somebody entered: the role may trust the bot for somebody else', async () => {
    trust('xoap:slack:T1:c-somebody-else');
    expect((await run()).error).toMatchObject({ code: 'provider.sign-in-failed' });
    trust('xoap:slack:T2:c-1');
    expect((await run()).verdict).toBe('ready');
  });

  it('does not use a role that takes any External ID: it would let the bot in for anybody', async () => {
    Object.assign(role, { trust: { accounts: [other.id] } });
    const { error, remediation } = await run();
    expect(error?.message).toBe(`${roleArn} does not demand the External ID of this connection`);
    expect(remediation.map(({ text }) => text).join()).toContain('"sts:ExternalId": "xoap:slack:T2:c-1"');
  });

  it('verifies at the command line with the External ID that is entered, if any', async () => {
    const environment = {
      AWS_ENDPOINT_URL: bot.cloud.url,
      XOAP_AWS_OWN_IDENTITY: machineArn,
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secret,
    };
    const entered = { region: 'eu-central-1', authentication: 'own-identity', roleArn };
    const verify = (more = {}) =>
      runXoap(['verify', 'aws'], JSON.stringify({ ...entered, ...more }), { environment });
    Object.assign(role, { trust: { accounts: [other.id] } });
    expect(await verify()).toMatchObject({
      status: 0,
      output: expect.stringContaining(', 0 missing, 0 inconclusive'),
    });
    trust('xoap:images');
    expect(await verify({ externalId: 'xoap:images' })).toMatchObject({ status: 0 });
    const refused = await verify();
    expect(refused.status).toBe(3);
    expect(refused.output).toMatch(/demands an External ID \(externalId\), of\s+which none is given/);
    expect(refused.output).not.toContain('sts:ExternalId');
  });

  it('does so only where the operator has allowed it', async () => {
    trust('xoap:slack:T2:c-1');
    const { error } = await run({ ownIdentity: undefined });
    expect(error?.message).toBe('The machine that verifies may not sign in as itself');
    const ways = (settings: { ownIdentity?: string }) =>
      JSON.stringify(createAws(settings).fields.find((field) => field.id === 'authentication'));
    expect(ways({})).not.toContain('own-identity');
    expect(ways({ ownIdentity: '' })).toContain('own-identity');
  });

  it('says that the machine has no identity where the SDK finds none', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', '/nonexistent');
    const { error } = await run();
    expect(error?.message).toBe('The machine that verifies has no identity in AWS');
  });
});
