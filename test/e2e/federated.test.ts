import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import type { ServicePrincipal } from '../../simulations/azure/directory.ts';
import { readMessage, type View } from '../../simulations/slack/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { expectRefused, issuer } from '../support/keyless.ts';
import { everythingIn } from '../support/redis-content.ts';
import { idle, openForm, rootWith, threadOf } from '../support/scenario.ts';

// Entra ID trusts the bot for one connection, and no secret is stored.

const { subscriptionId = '', tenantId = '', clientId = '' } = azureCredential('contributor');

let bot: TestBot;
let principal: ServicePrincipal;
beforeAll(async () => {
  bot = await startTestBot({ environment: { XOAP_ISSUER_URL: issuer } });
  const principals = bot.azure.directory.tenants.flatMap((tenant) => tenant.principals);
  principal = principals.find((each) => each.clientId === clientId) as ServicePrincipal;
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.azure.faults).toEqual([]);
});
beforeEach(async () => {
  await idle(bot);
  bot.clouds.issuers.set(issuer, bot.botUrl);
  principal.federated = [];
});

const values = (name: string) => ({
  name,
  'azure.authentication': 'federated',
  'azure.subscriptionId': subscriptionId,
  'azure.tenantId': tenantId,
  'azure.clientId': clientId,
});

/** The form once somebody has chosen that Entra ID trusts the bot, whatever stood there before. */
async function keylessForm(before: Record<string, string> = {}): Promise<View> {
  const view = await openForm(bot, 'connection add azure');
  return bot.person.choose(view, 'azure.authentication', 'federated', {
    'azure.clientId': clientId,
    ...before,
  });
}

type Credential = { name: string; issuer: string; subject: string; audiences: string[] };

/** What the command in the form makes. */
function shownCredential({ blocks }: View): Credential {
  const texts = blocks.flatMap((block) => JSON.stringify(block).match(/"text":"az ad app[^\n]*?\}'"/) ?? []);
  const command = (JSON.parse(`{${texts[0]}}`) as { text: string }).text;
  expect(command).toMatch(
    new RegExp(`^az ad app federated-credential create --id ${clientId} --parameters '`),
  );
  return JSON.parse(/'(.*)'$/.exec(command)?.[1] ?? '') as Credential;
}

it('a connection that Entra ID trusts the bot for is shown what to set up, and signs in without a secret', async () => {
  const view = await keylessForm({ 'azure.entry': 'output' });
  const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
  expect(inputs).toEqual(
    expect.arrayContaining(['azure.tenantId', 'azure.clientId', 'azure.subscriptionId']),
  );
  expect(inputs.join()).not.toMatch(/clientSecret|output|entry|secretExpiresOn/);
  const credential = shownCredential(view);
  expect(credential.name).toMatch(/^[\w-]{3,120}$/);
  expect(credential.audiences).toEqual(['api://AzureADTokenExchange']);
  principal.federated = [credential];

  expect(await bot.person.submit(view, values('trusted'))).toMatchObject({ text: '' });

  const root = await rootWith(bot, /trusted can build images/);
  const thread = (await threadOf(bot, root, 1)).map(readMessage).join('\n');
  expect(thread).toContain('Signed in without a secret, as the service principal of XOAP’s connection');
  const stored = await bot.redis.prompt.hkeys(`xoap:{slack:${bot.workspace.teamId}}:connections`);
  expect(credential.subject).toBe(`xoap:slack:${bot.workspace.teamId}:${stored[0]}`);
  const everything = [
    await everythingIn(bot.redis.prompt),
    bot.logs.join('\n'),
    JSON.stringify(bot.workspace.calls),
  ];
  expect(bot.azure.tokens.length).toBeGreaterThan(0);
  for (const token of bot.azure.tokens) expect(everything.join('\n')).not.toContain(token.split('.')[2]);
});

describe('what Entra ID refuses', () => {
  const refusals: [name: string, prepare: (credential: Credential) => void, said: RegExp][] = [
    [
      'no trust',
      () => undefined,
      /trusts no token of https:\/\/bot\.example\.com \(AADSTS700211\)[\s\S]*az ad app federated-credential create --id/,
    ],
    [
      'another audience',
      (credential) => {
        principal.federated = [{ ...credential, audiences: ['api://other'] }];
      },
      /for another audience \(AADSTS700212\)/,
    ],
    [
      'another connection',
      (credential) => {
        principal.federated = [{ ...credential, subject: 'xoap:slack:T1:c-1' }];
      },
      /but not for xoap:slack:T\w+:c-[0-9a-f]{30} \(AADSTS700213\)/,
    ],
    [
      'another letter case',
      (credential) => {
        principal.federated = [{ ...credential, subject: credential.subject.toUpperCase() }];
      },
      /in another letter case \(AADSTS7002138\)/,
    ],
    [
      'unreachable documents',
      (credential) => {
        principal.federated = [credential];
        bot.clouds.issuers.delete(issuer);
      },
      /does not find the key of the token at https:\/\/bot\.example\.com \(AADSTS50166\)/,
    ],
  ];

  it.each(refusals)('%s is told with what to do', async (name, prepare, said) => {
    const view = await keylessForm();
    prepare(shownCredential(view));
    expect(await bot.person.submit(view, values(name))).toMatchObject({ text: '' });
    await expectRefused(bot, name, said);
  });
});
