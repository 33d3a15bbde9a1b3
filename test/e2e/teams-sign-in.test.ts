import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, UnsecuredJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { tenantId as entraTenant } from '../../simulations/azure/demo-accounts.ts';
import { channel } from '../../simulations/teams/person.ts';
import { clientId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { issuer } from '../support/keyless.ts';
import { everythingIn } from '../support/redis-content.ts';

// The bot posts in Teams without a client secret: with a token of its own issuer, or as the machine that it runs on.

let bot: TestBot | undefined;
afterEach(async () => {
  await bot?.close();
  for (const name of Object.keys(readByTheSdk)) delete process.env[name];
});

/** What the SDK looks for in the environment where it is not told: nothing of it may count. */
const readByTheSdk = {
  CLIENT_ID: '00000000-0000-4000-8000-0000000000ff',
  CLIENT_SECRET: 'planted-client-secret',
  TENANT_ID: '00000000-0000-4000-8000-0000000000fe',
  MANAGED_IDENTITY_CLIENT_ID: 'system',
};

/** The claims in the tokens that the Bot Connector was shown. */
const claimsAt = ({ tenant }: TestBot) =>
  tenant.calls.map(({ token }) => decodeJwt(token.replace('Bearer ', '')));

describe('a token of the bot’s own issuer', () => {
  const federated = { issuer, subject: 'xoap:bot:teams', audiences: ['api://AzureADTokenExchange'] };

  async function startFederated(subject = federated.subject): Promise<TestBot> {
    const started = await startTestBot({
      environment: { XOAP_ISSUER_URL: issuer, TEAMS_FEDERATED: '1', TEAMS_TENANT_ID: entraTenant },
      withClouds: ({ azure }) => ({ TEAMS_TEST_AUTHORITY: azure.url }),
    });
    started.azure.directory.tenants[0]?.principals.push({
      clientId,
      objectId: '00000000-0000-4000-8000-0000000000b0',
      secret: 'fake-and-unused',
      federated: [{ ...federated, subject }],
    });
    started.clouds.issuers.set(issuer, started.botUrl);
    return started;
  }

  it('brings the one that Teams takes, and stands nowhere afterwards', async () => {
    Object.assign(process.env, readByTheSdk);
    bot = await startFederated();
    await bot.teamsPerson.type('help', channel);
    await until('the answer', () => (bot?.tenant.posts.length ?? 0) > 0);

    expect(claimsAt(bot)[0]).toMatchObject({ appid: clientId, aud: 'https://api.botframework.com' });
    const [shown = ''] = bot.azure.tokens;
    expect(decodeJwt(shown)).toMatchObject({
      iss: issuer,
      sub: federated.subject,
      aud: 'api://AzureADTokenExchange',
    });
    const everything = `${await everythingIn(bot.redis.prompt)}\n${bot.logs.join('\n')}`;
    for (const token of [shown, ...bot.tenant.calls.map((call) => call.token.replace('Bearer ', ''))])
      expect(everything).not.toContain(token.split('.')[2]);
  });

  it('brings none where the application trusts a connection alone', async () => {
    bot = await startFederated('xoap:teams:somebody:c-1');
    await bot.teamsPerson.type('help', channel);
    await until('the refusal', () => bot?.logs.some((line) => line.includes('AADSTS700213')));
    expect(bot.tenant.posts).toEqual([]);
  });
});

it('an identity of the machine signs in as Azure gives it', async () => {
  const asked: URL[] = [];
  const endpoint = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://127.0.0.1'));
    expect(request.headers['x-identity-header']).toBe('fake-header');
    const access_token = new UnsecuredJWT({ appid: clientId }).setExpirationTime('1h').encode();
    const expires_on = String(Math.floor(Date.now() / 1_000) + 3_600);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token, expires_on, token_type: 'Bearer', resource: 'x' }));
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const { port } = endpoint.address() as AddressInfo;
  // Where App Service tells it to programs: https://learn.microsoft.com/azure/app-service/overview-managed-identity
  process.env.IDENTITY_ENDPOINT = `http://127.0.0.1:${port}/token`;
  process.env.IDENTITY_HEADER = 'fake-header';
  try {
    Object.assign(process.env, readByTheSdk);
    bot = await startTestBot({
      environment: { TEAMS_MANAGED_IDENTITY_CLIENT_ID: clientId, TEAMS_TENANT_ID: entraTenant },
    });
    await bot.teamsPerson.type('help', channel);
    await until('the answer', () => (bot?.tenant.posts.length ?? 0) > 0);

    expect(claimsAt(bot)[0]).toMatchObject({ appid: clientId });
    expect(asked[0]?.searchParams.get('client_id')).toBe(clientId);
    expect(asked[0]?.searchParams.get('resource')).toBe('https://api.botframework.com');
  } finally {
    delete process.env.IDENTITY_ENDPOINT;
    delete process.env.IDENTITY_HEADER;
    endpoint.close();
  }
});
