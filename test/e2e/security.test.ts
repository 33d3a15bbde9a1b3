import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { azureCredential, azureScenarios } from '../../simulations/azure/demo-accounts.ts';
import { demoPrivateKey, keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { createSlackPerson, readMessage } from '../../simulations/slack/person.ts';
import { signedHeaders } from '../../simulations/slack/requests.ts';
import { signingSecret } from '../../simulations/slack/seed.ts';
import { until } from '../../simulations/until.ts';
import { createFormTokens } from '../../src/access/form-token.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { everythingIn } from '../support/redis-content.ts';
import { addConnection, awsValues, formValues, openForm, rootWith, threadOf } from '../support/scenario.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.close());

const now = () => Math.floor(Date.now() / 1000);
const logged = (text: string) => bot.logs.some((line) => line.includes(text));

describe('a request that is not Slack’s', () => {
  it.each([
    ['with a wrong signature', { secret: 'another-secret' }],
    ['from six minutes ago', { timestamp: now() - 360 }],
    ['from the future', { timestamp: now() + 400 }],
  ])('%s gets 401 and a line in the log', async (_what, options) => {
    const before = bot.logs.length;

    const answer = await bot.person.send(await bot.person.commandBody('help'), options);

    expect(answer.status).toBe(401);
    expect(bot.logs.length).toBeGreaterThan(before);
    expect(bot.person.privately).toEqual([]);
  });

  it('without a signature gets 401', async () => {
    const answer = await fetch(`${bot.botUrl}/slack/events`, {
      method: 'POST',
      body: await bot.person.commandBody('help'),
    });
    expect(answer.status).toBe(401);
  });

  it('to any other address gets 404', async () => {
    expect((await fetch(`${bot.botUrl}/admin`)).status).toBe(404);
  });

  it('for another workspace than the token’s gets 401', async () => {
    const body = (await bot.person.commandBody('help')).replace(
      `team_id=${bot.workspace.teamId}`,
      'team_id=T-OTHER',
    );
    expect((await bot.person.send(body)).status).toBe(401);
  });

  it('of an organisation that it does not name gets 401', async () => {
    const body = `${(await bot.person.commandBody('help')).replace(`team_id=${bot.workspace.teamId}`, 'team_id=')}&is_enterprise_install=true`;
    expect((await bot.person.send(body)).status).toBe(401);
  });
});

describe('a request that is sent twice', () => {
  it('does its work once: a command', async () => {
    const body = await bot.person.commandBody('help');
    const options = { timestamp: now() };

    expect((await bot.person.send(body, options)).status).toBe(200);
    await bot.person.nextReply();
    expect((await bot.person.send(body, options)).status).toBe(401);

    expect(logged('slack.replayed')).toBe(true);
    expect(bot.person.privately).toEqual([]);
  });

  it('opens no second form', async () => {
    const body = await bot.person.commandBody('connection add aws');
    const options = { timestamp: now() };
    const draws = bot.person.draws();

    expect((await bot.person.send(body, options)).status).toBe(200);
    await bot.person.viewAfter(draws + 1);
    expect((await bot.person.send(body, options)).status).toBe(401);

    expect(bot.person.draws()).toBe(draws + 1);
  });

  it('does its work once, with something added to its signature too', async () => {
    const body = await bot.person.commandBody('help');

    const headers = signedHeaders(body, { secret: signingSecret });
    const answer = await fetch(`${bot.botUrl}/slack/events`, {
      method: 'POST',
      body,
      headers: { ...headers, 'x-slack-signature': `${headers['x-slack-signature']}=1` },
    });

    expect(answer.status).toBe(401);
  });

  it('does its work once: a form, even after the connection was removed', async () => {
    const view = await openForm(bot);
    const payload = { ...awsValues('complete', 'once') };
    const sent = bot.person.recordNext();
    await bot.person.submit(view, payload);
    await rootWith(bot, /once can build/);
    await bot.person.type('connection remove once');
    await bot.person.click(await bot.person.nextReply(), 'remove-connection');
    await bot.person.nextReply();

    const { body, options } = sent();
    expect((await bot.person.send(body, options)).status).toBe(401);

    await bot.person.type('connection list once');
    expect((await bot.person.nextReply()).text).toContain('No connection has a name');
  });
});

describe('a form that is not ours', () => {
  const forged = () => {
    const holder = { workspaceId: `slack:${bot.workspace.teamId}`, userId: bot.person.userId };
    return createFormTokens([Buffer.alloc(32)]).sign(
      { form: 'add-connection', conversationId: bot.workspace.channelId },
      holder,
    );
  };

  it.each([
    ['made up', () => 'nonsense'],
    ['signed with another key', forged],
    ['empty', () => ''],
  ])('is not found: %s', async (_what, token) => {
    const view = { ...(await openForm(bot)), private_metadata: token() };

    const { body } = await bot.person.submit(view, awsValues('complete', 'forged'));

    expect(JSON.stringify(body.errors)).toContain('There is no such form here');
    await bot.person.type('connection list forged');
    expect((await bot.person.nextReply()).text).toContain('No connection');
  });

  it('is not found: another person’s', async () => {
    const view = await openForm(bot);
    const payload = { id: view.id, private_metadata: view.private_metadata };
    const lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
    const { body } = await lee.submit({ ...view, ...payload }, awsValues('complete', 'stolen'));
    await lee.close();

    expect(JSON.stringify(body.errors)).toContain('There is no such form here');
  });
});

describe('the planted secrets', () => {
  it('are nowhere: not in logs, Redis, jobs, messages or forms', async () => {
    const azure = azureScenarios.map(({ credential }) => credential.clientSecret ?? '');
    const google = demoPrivateKey.split('\n').slice(1, -2);
    const secrets = [...Object.values(demoKeys).map(({ secret }) => secret), ...azure, ...google];
    const wrong = {
      ...awsValues('partial', 'wrong'),
      'aws.secretAccessKey': 'planted/wrong/'.padEnd(40, 'y'),
    };
    const { root } = await addConnection(bot, awsValues('partial', 'planted'), {
      verdict: /planted cannot/,
      replies: 4,
    });
    const azureValues = { name: 'planted-az', ...formValues('azure', azureCredential('reader')) };
    await addConnection(bot, azureValues, { provider: 'azure', verdict: /planted-az cannot/, replies: 4 });
    const googleValues = { name: 'planted-g', 'google.keyFile': keyFileOf('instances') };
    await addConnection(bot, googleValues, { provider: 'google', verdict: /planted-g cannot/, replies: 4 });
    await addConnection(bot, wrong, { verdict: /wrong cannot sign in/, replies: 1 });
    await bot.person.submit(await openForm(bot), { ...wrong, name: '' });
    bot.cloud.trouble.set('GetCallerIdentity', ['truncated']);
    await bot.person.click(root, 'verify-again');
    await threadOf(bot, root, 5);

    // Reports of all of these, with the connections that fail among them.
    const schedule = await openForm(bot, 'report schedule');
    await bot.person.submit(schedule, { 'report.name': 'Secrets' });
    await rootWith(bot, 'Report Secrets scheduled');
    await bot.person.type('report now');
    await rootWith(bot, /— \d of \d connections cannot build images/);
    await until('the end of the report', async () => {
      const running = await bot.redis.prompt.keys('bull:xoap-reports:de:*');
      return running.length === 0;
    });

    const redis = await everythingIn(bot.redis.prompt);
    const places = {
      logs: bot.logs.join(''),
      redis,
      slack: JSON.stringify(bot.workspace.calls),
    };

    expect(redis).toContain('xoap-verifications');
    for (const secret of [...secrets, String(wrong['aws.secretAccessKey'])]) {
      for (const [place, text] of Object.entries(places)) {
        const forms = [
          secret,
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64'),
          Buffer.from(secret).toString('hex'),
        ];
        for (const form of forms) expect(text.includes(form), `a secret in ${place}`).toBe(false);
      }
    }
  });
});

it('sounds the alarm in the log and in the thread when a dry run was carried out', async () => {
  bot.cloud.trouble.set('CreateKeyPair', ['not-honoured']);

  const { root, thread } = await addConnection(bot, awsValues('complete', 'incident'), {
    verdict: /incident may be able/,
    replies: 2,
  });

  expect(readMessage(root)).toContain('one call was carried out for real');
  expect(thread.map(readMessage).join()).toContain('key-0123456789abcdef0');
  expect(bot.logs.some((line) => line.includes('INCIDENT') && line.includes('key-0123456789abcdef0'))).toBe(
    true,
  );
  expect(bot.logs.join() + JSON.stringify(bot.workspace.calls)).not.toContain('planted-private-key');
});

it('serves its health without a signature', async () => {
  expect(await (await fetch(`${bot.botUrl}/livez`)).text()).toMatch(/^alive \d+\.\d+\.\d+\n$/);
  await until('readiness', async () => (await fetch(`${bot.botUrl}/readyz`)).ok);
});
