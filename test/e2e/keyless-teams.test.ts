import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { channel, type TeamsPerson } from '../../simulations/teams/person.ts';
import { tenantId } from '../../simulations/teams/tenant.ts';
import { type Trusted, trustAzure, trustGoogle } from '../../simulations/trusting.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { accountsWithRole, issuer, roleArn } from '../support/keyless.ts';
import { formValues } from '../support/scenario.ts';

// The same dialog as in Slack, in steps: what the trust names is asked for before the trust is shown.

const { accounts, account, role } = accountsWithRole();

let bot: TestBot;
let person: TeamsPerson;
beforeAll(async () => {
  bot = await startTestBot({ accounts, environment: { XOAP_ISSUER_URL: issuer } });
  bot.clouds.issuers.set(issuer, bot.botUrl);
  person = bot.teamsPerson;
});
afterAll(async () => {
  await bot.close();
  expect(bot.tenant.problems).toEqual([]);
});
beforeEach(() => {
  account.identityProviders = [];
  delete role.webTrust;
});

async function decide() {
  const first = await person.openExtension(channel);
  const decided = { type: 'cloud', provider: 'aws', 'aws.authentication': 'web-identity' };
  const second = person.dialogIn(await person.press(first, 'Next', decided), true);
  return second;
}

it('a role trusts the bot, and the connection signs in without a secret', async () => {
  const second = await decide();
  expect(readCard(second.card)).toContain('Role ARN');
  const wrong = person.dialogIn(await person.press(second, 'Next', { 'aws.roleArn': 'xoap-images' }), true);
  expect(readCard(wrong.card)).toContain('A role’s ARN looks like arn:aws:iam::123456789012:role/NAME');

  const third = person.dialogIn(await person.press(wrong, 'Next', { 'aws.roleArn': roleArn }), true);
  const text = readCard(third.card);
  expect(text).toContain(`Role ARN: ${roleArn}`);
  expect(text).toContain(
    `aws iam create-open-id-connect-provider --url ${issuer} --client-id-list sts.amazonaws.com`,
  );
  expect(text).toContain('arn:aws:iam::123456789012:oidc-provider/bot.example.com');
  expect(text).not.toContain('Secret access key');
  const [, subject = ''] = /(xoap:teams:[\w-]+:c-[0-9a-f]{30})/.exec(text) ?? [];
  expect(subject).toContain(`xoap:teams:${tenantId}:`);
  account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
  role.webTrust = { issuer, audience: 'sts.amazonaws.com', subject };

  await person.press(third, 'Add and verify', { name: 'keyless', 'aws.region': 'eu-central-1' });

  const root = await person.card(/keyless can build images: 34 of 34 met/);
  const thread = await person.thread(root, 1);
  expect(thread.map(({ card }) => readCard(card)).join('\n')).toContain('Signed in without a secret');
});

const subjectIn = (text: string) => /(xoap:teams:[\w-]+:c-[0-9a-f]{30})/.exec(text)?.[1] ?? '';

it.each([
  [
    'azure',
    'federated',
    (trusted: Trusted) => trustAzure(bot.azure, trusted),
    ['clientId'],
    /az ad app federated-credential create --id [0-9a-f-]{36} --parameters/,
  ],
  [
    'google',
    'impersonation',
    (trusted: Trusted) => trustGoogle(bot.google, trusted),
    ['serviceAccount', 'poolProjectNumber', 'pool', 'poolProvider'],
    /add-iam-policy-binding builder@xoap-complete\.iam\.gserviceaccount\.com/,
  ],
] as const)('%s trusts the bot in the same steps', async (provider, way, trust, guiding, command) => {
  const trusted = { issuer, subject: 'xoap:teams:nobody:c-1', documents: bot.botUrl };
  const fields = formValues(provider, trust(trusted));
  const first = await person.openExtension(channel);
  const decided = { type: 'cloud', provider, [`${provider}.authentication`]: way };
  const second = person.dialogIn(await person.press(first, 'Next', decided), true);
  const named = guiding.map((field) => [`${provider}.${field}`, fields[`${provider}.${field}`] ?? '']);
  const third = person.dialogIn(await person.press(second, 'Next', Object.fromEntries(named)), true);
  const text = readCard(third.card);
  expect(text).toMatch(command);
  trust({ ...trusted, subject: subjectIn(text) });

  const others = Object.entries(fields).filter(([id]) => JSON.stringify(third.card).includes(`"id":"${id}"`));
  await person.press(third, 'Add and verify', { name: `keyless-${provider}`, ...Object.fromEntries(others) });

  const root = await person.card(new RegExp(`keyless-${provider} can build images`));
  const thread = await person.thread(root, 1);
  expect(thread.map(({ card }) => readCard(card)).join('\n')).toContain('Signed in without a secret');
});

it('a form that comes twice stores one connection', async () => {
  const third = person.dialogIn(await person.press(await decide(), 'Next', { 'aws.roleArn': roleArn }), true);
  const count = () => bot.redis.prompt.hlen(`xoap:{teams:${tenantId}}:connections`);
  const before = await count();
  for (const name of ['once', 'twice'])
    await person.press(third, 'Add and verify', { name, 'aws.region': 'eu-central-1' });
  expect(await count()).toBe(before + 1);
});

it('a connection with a secret is moved in a dialog: the trust first, then the secret is gone', async () => {
  const { id, secret } = demoKeys.complete;
  const start = await person.openExtension(channel);
  const form = person.dialogIn(await person.press(start, 'Next', { type: 'cloud', provider: 'aws' }), true);
  await person.press(form, 'Add and verify', {
    name: 'moving',
    'aws.region': 'eu-central-1',
    'aws.accessKeyId': id,
    'aws.secretAccessKey': secret,
  });
  await person.card(/moving can build images/);
  await person.type('connection show moving', channel);
  const shown = await person.card(/Credential: /);

  const opened = await person.openDialog(shown, 'Edit…');
  expect(readCard(opened.card)).toContain('How it signs in: As before, with the stored secret');
  const first = person.dialogIn(await person.press(opened, 'Change'), false);
  const second = person.dialogIn(
    await person.press(first, 'Next', { 'aws.authentication': 'web-identity' }),
    false,
  );
  const third = person.dialogIn(await person.press(second, 'Next', { 'aws.roleArn': roleArn }), false);
  const text = readCard(third.card);
  expect(text).toContain('Only if that signs in to the same account is the stored secret deleted');
  account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
  role.webTrust = { issuer, audience: 'sts.amazonaws.com', subject: subjectIn(text) };
  await person.press(third, 'Save and verify');

  const root = await person.card(/moving can build images.*|role xoap-images/);
  const thread = await person.thread(root, 1);
  const said = () => thread.map(({ card }) => readCard(card)).join('\n');
  await until('the news', async () => {
    const cards = bot.tenant.posts.map(({ card }) => readCard(card)).join('\n');
    return cards.includes('This connection signs in without a secret now');
  });
  expect(said()).not.toContain(secret);
});
