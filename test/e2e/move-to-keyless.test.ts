import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { readMessage, type View } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { createCipher } from '../../src/connections/cipher.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { accountsWithRole, issuer, roleArn } from '../support/keyless.ts';
import { addConnection, awsValues, formValues, idle, rootWith } from '../support/scenario.ts';

// A connection with a stored secret is moved to sign in without one: verified first, and only then is the secret gone.

const { accounts, account, role } = accountsWithRole();

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ accounts, environment: { XOAP_ISSUER_URL: issuer } });
  bot.clouds.issuers.set(issuer, bot.botUrl);
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});
beforeEach(async () => {
  account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
  delete role.webTrust;
  await idle(bot);
});

const hash = (what: string) => `xoap:{slack:${bot.workspace.teamId}}:${what}`;
/** What is stored sealed of a connection, opened. */
async function storedOf(name: string): Promise<Record<string, string>> {
  const connectionId = (await bot.redis.prompt.hget(hash('names'), name)) ?? '';
  const sealed = (await bot.redis.prompt.hget(hash('credentials'), connectionId)) ?? '';
  const cipher = createCipher([Buffer.from(bot.settings.XOAP_ENCRYPTION_KEYS, 'base64')]);
  const workspaceId = `slack:${bot.workspace.teamId}`;
  return (await cipher.open(sealed, { workspaceId, connectionId })) as Record<string, string>;
}

async function openEdit(name: string): Promise<View> {
  const draws = bot.person.draws();
  await bot.person.type(`connection edit ${name}`);
  return bot.person.viewAfter(draws + 1);
}
const subjectIn = ({ blocks }: View) =>
  /xoap:slack:T\w+:c-[0-9a-f]{30}/.exec(JSON.stringify(blocks))?.[0] ?? '';

async function addKeyed(name: string): Promise<void> {
  const verdict = new RegExp(`${name} can build images`);
  await addConnection(bot, awsValues('complete', name), { verdict, replies: 1 });
}

it('the trust is verified first, then the secret is deleted, and the thread says so', async () => {
  await addKeyed('moved');
  const first = await openEdit('moved');
  const second = await bot.person.choose(first, 'aws.authentication', 'web-identity');
  const view = await bot.person.choose(second, 'aws.roleArn', roleArn);
  expect(JSON.stringify(view.blocks)).toContain(
    'Only if that signs in to the same account is the stored secret deleted',
  );
  const subject = subjectIn(view);
  expect(subject).toContain(await bot.redis.prompt.hget(hash('names'), 'moved'));
  role.webTrust = { issuer, audience: 'sts.amazonaws.com', subject };

  const values = {
    name: 'moved',
    'aws.authentication': 'web-identity',
    'aws.roleArn': roleArn,
    'aws.region': 'eu-central-1',
  };
  expect(await bot.person.submit(view, values)).toMatchObject({ text: '' });

  await until('the answer', async () =>
    (await bot.workspace.roots(bot.workspace.channelId)).some((post) =>
      readMessage(post).includes('role xoap-images'),
    ),
  );
  await idle(bot);
  const stored = await storedOf('moved');
  expect(stored).toMatchObject({ authentication: 'web-identity', roleArn });
  expect(JSON.stringify(stored)).not.toContain(demoKeys.complete.secret);
  const roots = await bot.workspace.roots(bot.workspace.channelId);
  const threads = await Promise.all(roots.map(({ ts }) => bot.workspace.thread(bot.workspace.channelId, ts)));
  expect(threads.flat().map(readMessage).join('\n')).toContain(
    'This connection signs in without a secret now, as changed by',
  );
  await bot.person.type('connection show moved');
  expect(readMessage(await bot.person.nextReply())).toContain('Signs in without a secret.');
});

it('the secret stays in use where the trust is not there, and the details are kept all the same', async () => {
  await addKeyed('staying');
  const view = await bot.person.choose(await openEdit('staying'), 'aws.authentication', 'web-identity');
  const values = {
    name: 'staying-on',
    'aws.authentication': 'web-identity',
    'aws.roleArn': roleArn,
    'aws.region': 'eu-central-1',
  };
  await bot.person.submit(view, values);

  const refused = await rootWith(bot, /The new credential of staying-on was not kept/);
  expect(readMessage(refused)).toContain('The credential before it stays in use.');
  expect(readMessage(refused)).toMatch(/bot\.example\.com:sub[\s\S]*\[Edit…\]/);
  expect(readMessage(refused)).not.toContain('Replace credential');
  await idle(bot);
  expect(await storedOf('staying-on')).toMatchObject({ accessKeyId: demoKeys.complete.id });
});

it('nothing is changed where something is wrong with what was filled in', async () => {
  await addKeyed('wrong');
  const view = await bot.person.choose(await openEdit('wrong'), 'aws.authentication', 'web-identity');
  const values = { name: 'renamed', 'aws.authentication': 'web-identity', 'aws.region': 'eu-central-1' };
  const { body } = await bot.person.submit(view, values);
  expect(JSON.stringify(body)).toContain('Enter the ARN of the role that XOAP uses.');
  expect(await bot.redis.prompt.hget(hash('names'), 'renamed')).toBeNull();
});

it('an application of Azure needs nothing but its trust: what is stored beside the secret is kept', async () => {
  const credential = formValues('azure', azureCredential('contributor'));
  const added = { name: 'azure-moved', ...credential };
  await addConnection(bot, added, { provider: 'azure', verdict: /azure-moved can build images/, replies: 1 });
  const view = await bot.person.choose(await openEdit('azure-moved'), 'azure.authentication', 'federated');
  const { clientId } = azureCredential('contributor');
  for (const tenant of bot.azure.directory.tenants)
    for (const principal of tenant.principals.filter((each) => each.clientId === clientId))
      principal.federated = [{ issuer, subject: subjectIn(view), audiences: ['api://AzureADTokenExchange'] }];

  await bot.person.submit(view, { name: 'azure-moved', 'azure.authentication': 'federated' });
  await idle(bot);

  const stored = await storedOf('azure-moved');
  expect(stored).toMatchObject({ authentication: 'federated', clientId });
  expect(stored).not.toHaveProperty('clientSecret');
});

it('a connection without a secret is asked nothing about it', async () => {
  const view = await openEdit('moved');
  expect(JSON.stringify(view.blocks)).not.toContain('How it signs in');
});
