import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emailOf } from '../../simulations/google/demo-accounts.ts';
import type { PoolProvider, ServiceAccount } from '../../simulations/google/directory.ts';
import { readMessage, type View } from '../../simulations/slack/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { expectRefused, issuer } from '../support/keyless.ts';
import { everythingIn } from '../support/redis-content.ts';
import { idle, openForm, rootWith, threadOf } from '../support/scenario.ts';

// A service account trusts the bot for one connection, through a workload identity pool, and has no key.

const serviceAccount = emailOf('complete');

let bot: TestBot;
let account: ServiceAccount;
beforeAll(async () => {
  bot = await startTestBot({ environment: { XOAP_ISSUER_URL: issuer } });
  account = bot.google.directory.accounts.find(({ email }) => email === serviceAccount) as ServiceAccount;
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.google.faults).toEqual([]);
});
const before = () => account.bindings.filter(({ role }) => role !== 'roles/iam.workloadIdentityUser');
beforeEach(async () => {
  await idle(bot);
  bot.clouds.issuers.set(issuer, bot.botUrl);
  bot.google.directory.poolProviders = [];
  account.bindings = before();
  account.hasNoCredentialsApi = false;
});

const own = { 'google.serviceAccount': serviceAccount, 'google.poolProjectNumber': '100000000000' };
const values = (name: string) => ({ name, 'google.authentication': 'impersonation', ...own });

async function keylessForm(): Promise<View> {
  const first = await openForm(bot, 'connection add google');
  const view = await bot.person.choose(first, 'google.authentication', 'impersonation');
  // Enter in the last field draws the form anew with both.
  return bot.person.choose(view, 'google.poolProjectNumber', own['google.poolProjectNumber'], own);
}

/** What the commands in the form make. */
function shownTrust({ blocks }: View): { provider: PoolProvider; member: string } {
  const text = JSON.stringify(blocks);
  const [, id = '', number = '', pool = '', url = ''] =
    /providers create-oidc (\S+) --project (\d+) --location global --workload-identity-pool (\S+) --issuer-uri (\S+) --attribute-mapping google\.subject=assertion\.sub/.exec(
      text,
    ) ?? [];
  expect(text).toContain(`gcloud iam workload-identity-pools create ${pool} --project ${number}`);
  const [, email, member = ''] =
    /add-iam-policy-binding (\S+) --role roles\/iam\.workloadIdentityUser --member '([^']+)'/.exec(text) ??
    [];
  expect(email).toBe(serviceAccount);
  expect(text).toContain('gcloud services enable iamcredentials.googleapis.com --project xoap-complete');
  const name = `projects/${number}/locations/global/workloadIdentityPools/${pool}/providers/${id}`;
  return { provider: { name, issuer: url }, member };
}

function trust({ provider, member }: ReturnType<typeof shownTrust>): void {
  bot.google.directory.poolProviders = [provider];
  account.bindings = [...before(), { role: 'roles/iam.workloadIdentityUser', members: [member] }];
}

it('a connection that a service account trusts the bot for is shown what to set up, and signs in without a key', async () => {
  const view = await keylessForm();
  const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
  expect(inputs).toEqual(
    expect.arrayContaining([
      'google.serviceAccount',
      'google.poolProjectNumber',
      'google.pool',
      'google.poolProvider',
    ]),
  );
  expect(inputs.join()).not.toContain('keyFile');
  const shown = shownTrust(view);
  trust(shown);

  expect(await bot.person.submit(view, values('pooled'))).toMatchObject({ text: '' });

  const root = await rootWith(bot, /pooled can build images: 38 of 38 met/);
  expect(readMessage(root)).toContain(`service account ${serviceAccount}`);
  const thread = (await threadOf(bot, root, 1)).map(readMessage).join('\n');
  expect(thread).toContain('Signed in without a secret, as the service account of XOAP’s connection');
  const [id] = await bot.redis.prompt.hkeys(`xoap:{slack:${bot.workspace.teamId}}:connections`);
  expect(shown.member).toContain(`/subject/xoap:slack:${bot.workspace.teamId}:${id}`);
  const everything = [
    await everythingIn(bot.redis.prompt),
    bot.logs.join('\n'),
    JSON.stringify(bot.workspace.calls),
  ];
  expect(bot.google.shown.length).toBeGreaterThan(0);
  for (const token of bot.google.shown) expect(everything.join('\n')).not.toContain(token.split('.')[2]);
});

describe('what Google refuses', () => {
  type Shown = ReturnType<typeof shownTrust>;
  const refusals: [name: string, prepare: (shown: Shown) => void, said: RegExp][] = [
    [
      'no provider',
      () => undefined,
      /finds no provider xoap-chatops\/xoap-chatops in project 100000000000[\s\S]*providers create-oidc/,
    ],
    [
      'other audiences',
      ({ provider, member }) => trust({ provider: { ...provider, audiences: ['https://other'] }, member }),
      /takes tokens for other audiences/,
    ],
    [
      'another issuer',
      ({ provider, member }) =>
        trust({ provider: { ...provider, issuer: 'https://other.example.com' }, member }),
      /does not accept the token of https:\/\/bot\.example\.com/,
    ],
    [
      'unreachable documents',
      (shown) => {
        trust(shown);
        bot.clouds.issuers.delete(issuer);
      },
      /could not read the keys of https:\/\/bot\.example\.com/,
    ],
    [
      'an attribute condition',
      (shown) => {
        const [, subject = ''] = /\/subject\/(.*)$/.exec(shown.member) ?? [];
        trust({ ...shown, provider: { ...shown.provider, refuses: [subject] } });
      },
      /The attribute condition of the provider xoap-chatops\/xoap-chatops refuses xoap:slack:/,
    ],
    [
      'a binding of another connection',
      (shown) => trust({ ...shown, member: `${shown.member}0` }),
      /does not trust this connection, or is not there[\s\S]*add-iam-policy-binding/,
    ],
    [
      'a binding of the whole pool',
      (shown) =>
        trust({
          ...shown,
          member: shown.member.replace(/^principal:(.*)\/subject\/.*$/, 'principalSet:$1/*'),
        }),
      /lets in other connections of this bot[\s\S]*add-iam-policy-binding/,
    ],
    [
      'an API that is off',
      (shown) => {
        trust(shown);
        account.hasNoCredentialsApi = true;
      },
      /The IAM Service Account Credentials API is off/,
    ],
  ];

  it.each(refusals)('%s is told with what to do', async (name, prepare, said) => {
    const view = await keylessForm();
    prepare(shownTrust(view));
    expect(await bot.person.submit(view, values(name))).toMatchObject({ text: '' });
    await expectRefused(bot, name, said);
  });
});
