import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { createTeamsPerson, personalChat, type TeamsPerson } from '../../simulations/teams/person.ts';
import { startTeamsTenant, type TokenOptions } from '../../simulations/teams/tenant.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { everythingIn } from '../support/redis-content.ts';
import { awsValues } from '../support/scenario.ts';

let bot: TestBot;
let person: TeamsPerson;
beforeAll(async () => {
  bot = await startTestBot();
  person = bot.teamsPerson;
});
afterAll(() => bot.close());

const help = (more = {}) => person.activity({ type: 'message', text: 'help', ...more }, personalChat);
const posts = () => bot.tenant.posts.length;

async function sendWith(options: TokenOptions, body = help()) {
  return person.send(body, { authorization: `Bearer ${await bot.tenant.token(options)}` });
}

describe('a request', () => {
  it('is served with a token of the Bot Connector', async () => {
    const known = posts();

    expect((await sendWith({})).status).toBe(200);
    expect(posts()).toBe(known + 1);
  });

  it.each<[string, TokenOptions]>([
    ['signed with another key', { isForged: true }],
    ['for another bot', { audience: '00000000-0000-4000-8000-00000000ffff' }],
    ['that has expired', { expiresIn: -900 }],
    ['for another service', { serviceUrl: 'https://attacker.example.com/' }],
    ['of another issuer', { issuer: 'https://issuer.example.com' }],
    [
      'of Entra, which says nothing of the service',
      { issuer: 'https://sts.windows.net/00000000-0000-4000-8000-0000000007e4/' },
    ],
  ])('is refused with a token %s', async (_name, options) => {
    const known = posts();

    expect((await sendWith(options)).status).toBe(401);
    expect(posts()).toBe(known);
  });

  it('with a made-up key id leads to no call of Microsoft, and keeps nobody else out', async () => {
    await sendWith({});
    const asked = bot.tenant.keysAsked.length;

    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await sendWith({ kid: `made-up-${index}` })).status),
    );

    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(bot.tenant.keysAsked.length - asked).toBeLessThanOrEqual(1);
    expect((await sendWith({})).status).toBe(200);
  });

  it.each([
    ['no token', {}],
    ['something else in its place', { authorization: 'Bearer not.a.token' }],
    ['basic authentication', { authorization: 'Basic eDp5' }],
  ])('is refused with %s', async (_name, headers) => {
    expect((await person.send(help(), headers as Record<string, string>)).status).toBe(401);
  });

  it.each(['signin/tokenExchange', 'signin/verifyState', 'signin/failure'])(
    'is refused from another tenant too where the SDK would answer by itself: %s',
    async (name) => {
      const other = createTeamsPerson(bot.tenant, bot.botUrl, {
        tenantId: '00000000-0000-4000-8000-00000000eeee',
      });

      expect((await other.invoke(name, { message: 'planted' })).status).toBe(403);
      expect((await person.invoke(name, { message: 'planted' })).status).toBe(200);
      expect(bot.logs.join()).not.toContain('planted');
    },
  );

  it.each([
    ['adaptiveCard/action', undefined],
    ['adaptiveCard/action', { action: 7 }],
    ['task/fetch', undefined],
    ['task/submit', undefined],
    ['composeExtension/submitAction', {}],
    ['nothing/known', {}],
  ])('of a shape that nobody knows is answered all the same: %s %j', async (name, value) => {
    expect((await person.invoke(name, value)).status).toBe(200);
  });

  it('of somebody with people of another tenant in it is refused', async () => {
    const channelData = { tenant: { id: '00000000-0000-4000-8000-00000000eeee' } };

    expect((await sendWith({}, help({ channelData }))).status).toBe(403);
  });

  it('with a text that is none, or a mention of nobody, is answered', async () => {
    const entities = [{ type: 'mention', text: '<at>x</at>' }];

    expect((await sendWith({}, help({ text: 7 }))).status).toBe(200);
    expect((await sendWith({}, help({ entities }))).status).toBe(200);
  });

  it('is refused without the service that the token is held against', async () => {
    const { serviceUrl: _left, ...body } = help() as { serviceUrl: string };

    expect((await sendWith({}, body as never)).status).toBe(401);
  });

  it('is refused from people of a tenant that is not allowed, and from other channels than Teams', async () => {
    const known = posts();
    const other = createTeamsPerson(bot.tenant, bot.botUrl, {
      tenantId: '00000000-0000-4000-8000-00000000eeee',
    });

    expect((await other.type('help', personalChat)).status).toBe(403);
    expect((await sendWith({}, help({ channelId: 'webchat' }))).status).toBe(403);
    expect((await sendWith({}, help({ from: { id: '29:nobody' } }))).status).toBe(403);
    expect(posts()).toBe(known);
  });

  it('is served once, however often it is sent', async () => {
    const body = help();
    const known = posts();

    const answers = await Promise.all([sendWith({}, body), sendWith({}, body), sendWith({}, body)]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(posts()).toBe(known + 1);
  });

  it('that is no JSON, or too large, gets a status and nothing else', async () => {
    const authorization = `Bearer ${await bot.tenant.token()}`;
    const send = (body: string) =>
      fetch(`${bot.botUrl}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body,
      });

    const [broken, large] = await Promise.all([send('{"type":'), send(`{"x":"${'x'.repeat(200_000)}"}`)]);

    expect([broken.status, large.status]).toEqual([400, 413]);
    expect(await broken.text()).toBe('');
  });
});

describe('a dialog', () => {
  it('is stored once when it is sent twice', async () => {
    const dialog = await person.openExtension(personalChat);
    const second = person.dialogIn(
      await person.press(dialog, 'Next', { type: 'cloud', provider: 'aws' }),
      true,
    );
    const { data } = (second.card.body as { actions?: { data: object }[] }[]).flatMap(
      ({ actions = [] }) => actions,
    )[0] ?? {
      data: {},
    };
    const value = { data: { ...awsValues('complete', 'twice'), ...data } };
    const body = person.activity(
      { type: 'invoke', name: 'composeExtension/submitAction', value },
      personalChat,
    );

    const answers = await Promise.all([person.send(body), person.send(body)]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(JSON.stringify(answers)).not.toContain('already a connection');
    await person.card(/twice can build images/);
    expect(bot.tenant.posts.filter(({ card }) => readCard(card).startsWith('✅ twice'))).toHaveLength(1);
  });

  it('of somebody else is nobody’s', async () => {
    const dialog = await person.openExtension(personalChat);
    const lee = createTeamsPerson(bot.tenant, bot.botUrl, {
      name: 'Lee Example',
      userId: '00000000-0000-4000-8000-00000000041b',
    });

    const { body } = await lee.press(dialog, 'Next', { type: 'cloud', provider: 'aws' });

    expect(body).toMatchObject({
      task: { type: 'message', value: expect.stringContaining('There is no such form here') },
    });
  });

  it('that was made up is no dialog', async () => {
    const { body } = await person.invoke('task/submit', { data: { xoap: { step: 'asking' }, name: 'x' } });

    expect(body).toMatchObject({ task: { type: 'message' } });
  });
});

describe('what belongs to somebody else', () => {
  it('is not removed by others, and not found from another tenant', async () => {
    await person.type('connection remove twice', personalChat);
    const question = await person.card(/Remove twice\?/);
    const lee = createTeamsPerson(bot.tenant, bot.botUrl, { userId: '00000000-0000-4000-8000-00000000041b' });

    for (const title of ['Remove', 'Keep']) {
      const { body } = await lee.click(question, title);
      expect(body.value).toBe(
        'Only who added twice, or whoever was given the role operator or admin, may remove it.',
      );
    }

    // The question stays for whoever may answer it.
    expect(readCard(question.card)).toContain('Remove twice?');
  });
});

it('shows and logs no secret, on the way in, out or in Redis', async () => {
  const secret = demoKeys.partial.secret;
  const dialog = await person.openExtension(personalChat);
  const second = person.dialogIn(
    await person.press(dialog, 'Next', { type: 'cloud', provider: 'aws' }),
    true,
  );
  const refused = await person.press(second, 'Add and verify', {
    ...awsValues('partial', 'planted'),
    'aws.region': 'no',
  });
  await person.press(person.dialogIn(refused, true), 'Add and verify', awsValues('partial', 'planted'));
  await person.card(/planted cannot build images/);

  const redis = await everythingIn(bot.redis.prompt);
  const everything = [
    JSON.stringify(bot.tenant.posts),
    JSON.stringify(refused.body),
    bot.logs.join('\n'),
    redis,
  ].join('\n');

  expect(redis).toContain('planted');
  for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
    expect(everything).not.toContain(form);
  expect(everything).not.toContain((await bot.tenant.token()).slice(0, 60));
});

it('shows a secret that was pasted into another field no more', async () => {
  const dialog = await person.openExtension(personalChat);
  const answer = await person.press(dialog, 'Next', { type: 'cloud', provider: 'aws' });
  const { body } = await person.press(person.dialogIn(answer, true), 'Add and verify', {
    ...awsValues('partial', 'astray'),
    'aws.accessKeyId': demoKeys.partial.secret,
  });

  expect(JSON.stringify(body)).toContain('looks like a secret access key');
  expect(JSON.stringify(body)).not.toContain(demoKeys.partial.secret);
});

it('another tenant of the connector has keys of its own, which open nothing here', async () => {
  const elsewhere = await startTeamsTenant();
  const authorization = `Bearer ${await elsewhere.token({ serviceUrl: bot.tenant.serviceUrl })}`;

  expect((await person.send(help(), { authorization })).status).toBe(401);
  await elsewhere.close();
});
