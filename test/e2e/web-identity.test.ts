import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readMessage, type View } from '../../simulations/slack/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { accountsWithRole, expectRefused, issuer, roleArn } from '../support/keyless.ts';
import { everythingIn } from '../support/redis-content.ts';
import { idle, openForm, rootWith, threadOf } from '../support/scenario.ts';

const { accounts, account, role } = accountsWithRole();

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ accounts, environment: { XOAP_ISSUER_URL: issuer } });
  bot.cloud.issuers.set(issuer, bot.botUrl);
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.cloud.faults).toEqual([]);
});
beforeEach(async () => {
  await idle(bot);
  account.identityProviders = [];
  delete role.webTrust;
});

/** The form, once somebody has chosen that AWS trusts the bot. */
async function keylessForm(): Promise<View> {
  const first = await openForm(bot, 'connection add aws');
  const view = await bot.person.choose(first, 'aws.authentication', 'web-identity');
  // Enter in the field draws the form anew with it.
  return bot.person.choose(view, 'aws.roleArn', roleArn);
}

/** Does in AWS what the form shows, letter by letter. */
function trustAsShown({ blocks }: View): string {
  const text = blocks
    .map((block) => JSON.stringify(block).replaceAll('\\\\n', '\n'))
    .join('\n')
    .replaceAll('\\"', '"');
  const [, url = '', audience = ''] =
    /create-open-id-connect-provider --url (\S+) --client-id-list ([^\s"]+)/.exec(text) ?? [];
  account.identityProviders = [{ url, audiences: [audience] }];
  const [, trusted = ''] = /oidc-provider\/([^"\\]+)/.exec(text) ?? [];
  const condition = (name: string) =>
    new RegExp(`bot\\.example\\.com:${name}\\\\*": \\\\*"([^"\\\\]+)`).exec(text)?.[1] ?? '';
  role.webTrust = { issuer: `https://${trusted}`, audience: condition('aud'), subject: condition('sub') };
  return role.webTrust.subject ?? '';
}

const values = (name: string) => ({
  name,
  'aws.region': 'eu-central-1',
  'aws.authentication': 'web-identity',
  'aws.roleArn': roleArn,
});

describe('a connection that AWS trusts the bot for', () => {
  it('is shown what to set up before anything is stored, and signs in without a secret', async () => {
    const view = await keylessForm();
    const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
    expect(inputs).not.toContain('aws.accessKeyId');
    expect(inputs).not.toContain('aws.secretAccessKey');
    const subject = trustAsShown(view);
    expect(JSON.stringify(view.blocks)).toContain('arn:aws:iam::123456789012:oidc-provider/bot.example.com');
    expect(subject).toMatch(/^xoap:slack:T\w+:c-[0-9a-f]{30}$/);

    expect(await bot.person.submit(view, values('keyless'))).toMatchObject({ text: '' });

    const root = await rootWith(bot, /keyless can build images: 34 of 34 met/);
    expect(readMessage(root)).toContain('role xoap-images');
    const said = (await threadOf(bot, root, 1)).map(readMessage).join('\n');
    expect(said).toContain(
      'Signed in without a secret, as the role of XOAP’s connection that trusts this bot.',
    );
    expect(subject).toContain(
      JSON.stringify(await bot.redis.prompt.hkeys(`xoap:{slack:${bot.workspace.teamId}}:connections`)).slice(
        2,
        -2,
      ),
    );
  });

  it('leaves its tokens nowhere', async () => {
    const tokens = bot.cloud.tokens;
    expect(tokens.length).toBeGreaterThan(0);
    const everything = [
      await everythingIn(bot.redis.prompt),
      bot.logs.join('\n'),
      JSON.stringify(bot.workspace.calls),
    ].join('\n');
    for (const token of tokens)
      for (const part of [token, token.split('.')[2] ?? '']) expect(everything).not.toContain(part);
  });
});

describe('what AWS refuses', () => {
  const trusted = { issuer, audience: 'sts.amazonaws.com', subject: 'xoap:slack:T1:c-1' };
  const refusals: [name: string, prepare: () => void, said: RegExp][] = [
    [
      'an account that does not know the bot',
      () => undefined,
      /AWS account 123456789012 has no identity provider for https:\/\/bot\.example\.com[\s\S]*create-open-id-connect-provider/,
    ],
    [
      'a provider without the audience',
      () => {
        account.identityProviders = [{ url: issuer, audiences: ['other'] }];
      },
      /does not take the audience sts\.amazonaws\.com[\s\S]*add-client-id-to-open-id-connect-provider/,
    ],
    [
      'a trust in another connection',
      () => {
        account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
        role.webTrust = trusted;
      },
      /AWS does not let xoap:slack:T\w+:c-[0-9a-f]{30} become arn:aws:iam::123456789012:role\/xoap-images[\s\S]*"bot\.example\.com:sub": "xoap:slack:T\w+:c-/,
    ],
    [
      'a trust that pins no subject',
      () => {
        account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
        role.webTrust = { issuer, audience: 'sts.amazonaws.com' };
      },
      /xoap-images lets in other connections of this bot[\s\S]*"bot\.example\.com:sub": "xoap:slack:/,
    ],
    [
      'a trust in all that begins like this one',
      () => {
        account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
        const subject = `xoap:slack:${bot.workspace.teamId}:c-*`;
        role.webTrust = { issuer, audience: 'sts.amazonaws.com', subject };
      },
      /xoap-images lets in other connections of this bot/,
    ],
    [
      'documents that cannot be read',
      () => {
        account.identityProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
        bot.cloud.issuers.delete(issuer);
      },
      /AWS could not read the keys of https:\/\/bot\.example\.com/,
    ],
  ];

  it.each(refusals)('%s is told with what to do', async (name, prepare, said) => {
    prepare();
    expect(await bot.person.submit(await keylessForm(), values(name))).toMatchObject({ text: '' });
    await expectRefused(bot, name, said);
    bot.cloud.issuers.set(issuer, bot.botUrl);
  });
});

describe('what is stored of it', () => {
  it('has no credential that could be replaced, and is shown so', async () => {
    await bot.person.type('connection show keyless');
    expect(readMessage(await bot.person.nextReply())).toContain('Signs in without a secret.');
    bot.person.privately.splice(0);
    await bot.person.type('connection rotate keyless');
    expect(readMessage(await bot.person.nextReply())).toBe(
      'keyless signs in without a secret, so there is none to replace. What it can do is set up at AWS.',
    );
  });
});

describe('a bot without an address', () => {
  it('does not offer it', async () => {
    const other = await startTestBot();
    try {
      const text = JSON.stringify(await openForm(other, 'connection add aws'));
      expect(text).toContain('assume-role-cross-account');
      expect(text).not.toContain('web-identity');
    } finally {
      await other.close();
    }
  });
});
