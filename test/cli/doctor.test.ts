import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { optionalScopes, scopes } from '../../adapters/slack/manifest.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { startBotProcess } from '../../simulations/bot-process.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { slackApp } from '../../simulations/slack/oauth-access.ts';
import { botToken, signingSecret } from '../../simulations/slack/seed.ts';
import { startSeveralWorkspaces } from '../../simulations/slack/several-workspaces.ts';
import { startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { examineClock } from '../../src/cli/doctor/network.ts';
import type { Examined } from '../../src/examined.ts';
import { createHeldFolder } from '../support/holder.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { runXoap } from '../support/xoap.ts';

type Environment = Record<string, string>;

const everyScope = [...Object.keys(scopes), ...Object.keys(optionalScopes)];
let redis: Awaited<ReturnType<typeof startRedisChild>>;
let workspace: Awaited<ReturnType<typeof startSlackWorkspace>>;
let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
let empty: string;
let environment: Environment;

beforeAll(async () => {
  [redis, workspace, clouds, empty] = await Promise.all([
    startRedisChild(),
    startSlackWorkspace({ 'apps.connections.open': { ok: true, url: 'wss://localhost/unused' } }),
    startSimulatedClouds(),
    mkdtemp(join(tmpdir(), 'xoap-doctor-')),
  ]);
  environment = {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    REDIS_URL: redis.url,
    XOAP_DATA_DIR: empty,
    ...clouds.environment,
    ...clouds.settings,
  };
});
afterAll(async () => {
  await Promise.all([redis.close(), workspace.close(), clouds.close(), rm(empty, { recursive: true })]);
});
afterEach(() => {
  workspace.granted.splice(0, Number.POSITIVE_INFINITY, ...everyScope);
});

async function doctor(more: Environment = {}) {
  workspace.granted.length = workspace.granted.length || workspace.granted.push(...everyScope);
  const { output, status, errors } = await runXoap(['doctor', '--json'], '', {
    environment: { ...environment, ...more },
  });
  expect(errors).toBe('');
  return { all: JSON.parse(output) as Examined[], status };
}

const about = (all: readonly Examined[], part: string) => all.filter((each) => each.part === part);

describe('xoap doctor', () => {
  it('finds nothing wrong where the bot runs, and says so in words that fit', async () => {
    const bot = await startBotProcess(environment);
    try {
      const asked = { ...environment, XOAP_PUBLIC_URL: bot.url };
      const { all, status } = await doctor(asked);

      expect(all.filter(({ state }) => state !== 'ok').map(({ part }) => part)).toEqual(['vSphere']);
      expect(about(all, 'vSphere')).toMatchObject([{ state: 'skipped' }]);
      expect(all.map(({ part }) => part)).toEqual([
        'Settings',
        'Redis',
        'Workers',
        'Slack bot token',
        'Slack scopes',
        'Public address',
        'AWS',
        'Azure',
        'Google Cloud',
        'vSphere',
        'Clock',
      ]);
      expect(status).toBe(0);
      const { output } = await runXoap(['doctor'], '', { environment: asked });
      expect(output).toMatch(/\nAll is well\.\n$/);
      for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    } finally {
      await bot.close();
    }
  });

  it('says that no worker is alive once the bot is gone', async () => {
    const { all, status } = await until('its end', async () => {
      const found = await doctor();
      return about(found.all, 'Workers')[0]?.state === 'failed' && found;
    });

    expect(about(all, 'Workers')[0]?.todo).toContain('npm start');
    expect(status).toBe(1);
  });

  it('looks at what a worker holds, and tells nothing of what is in the files', async () => {
    const folder = await createHeldFolder();
    const credential = vsphereCredential('full', clouds.vsphere.port);
    const whole = { provider: 'vsphere', workspaces: ['slack:T1'], credential };
    await folder.put('good.json', whole);
    await folder.put('short.json', { ...whole, credential: { ...credential, datastore: '' } });
    await folder.put('open.json', whole, 0o644);
    const held = { XOAP_HELD_CREDENTIALS: folder.path };

    const { all, status } = await doctor(held);

    const texts = about(all, 'Held credentials').map(({ text }) => text);
    expect(texts).toEqual([
      `1 of use in ${folder.path}`,
      expect.stringMatching(/^open: its mode is 644/),
      'short: datastore: Enter the datastore, by its name or inventory path.',
    ]);
    expect(status).toBe(1);
    expect(JSON.stringify(all)).not.toContain(credential.password);
    const of = async (more: Environment) =>
      about((await doctor({ ...held, ...more })).all, 'Held credentials');
    expect(await of({ XOAP_PROCESS: 'bot' })).toMatchObject([{ state: 'warning' }]);
    await folder.remove();
    expect(await of({})).toMatchObject([
      { state: 'failed', text: expect.stringContaining('cannot be read') },
    ]);
  });

  it('asks Microsoft for a token with what the bot signs in with, and makes no key for that', async () => {
    const teams = {
      TEAMS_CLIENT_ID: azureCredential('contributor').clientId ?? '',
      TEAMS_TENANT_ID: azureCredential('contributor').tenantId ?? '',
      TEAMS_ALLOWED_TENANTS: '00000000-0000-4000-8000-0000000007e4',
      TEAMS_FEDERATED: '1',
      TEAMS_TEST_AUTHORITY: clouds.azure.url,
      XOAP_ISSUER_URL: 'https://keys.example.com',
    };
    const of = async () => about((await doctor(teams)).all, 'Teams credential');
    const client = new Redis(redis.url);
    await client.del('xoap:issuer-keys');
    expect(await of()).toMatchObject([{ state: 'skipped' }]);
    expect(await client.exists('xoap:issuer-keys')).toBe(0);
    client.disconnect();

    const { output } = await runXoap(['issuer', 'show'], '', { environment: { ...environment, ...teams } });
    expect(output).toContain(`az ad app federated-credential create --id ${teams.TEAMS_CLIENT_ID}`);
    expect(output).toContain('"subject":"xoap:bot:teams","audiences":["api://AzureADTokenExchange"]');
    expect(await of()).toMatchObject([
      {
        state: 'failed',
        todo: expect.stringContaining('The application trusts no issuer of this address.'),
      },
    ]);
  });

  it('names every setting that stops a start, and looks at nothing else', async () => {
    const { all, status } = await doctor({ SLACK_BOT_TOKEN: 'planted', XOAP_PROT: '1' });

    expect(about(all, 'Settings').map(({ text }) => text)).toEqual([
      'XOAP_PROT: there is no such setting; did you mean XOAP_PORT?',
      'SLACK_BOT_TOKEN: must be a bot token, which starts with xoxb-',
    ]);
    expect(all.at(-1)).toMatchObject({ part: 'The rest', state: 'skipped' });
    expect(JSON.stringify(all)).not.toContain('planted');
    expect(status).toBe(1);
  });

  it('says what a Redis may drop or lose, and which one is not there', async () => {
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await client.config('SET', 'appendonly', 'no');
    const unsafe = await doctor();
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await client.config('SET', 'appendonly', 'yes');
    client.disconnect();
    const lost = await doctor({ REDIS_URL: 'redis://:planted@127.0.0.1:9' });

    expect(about(unsafe.all, 'Redis').map(({ state, todo }) => [state, todo])).toEqual([
      ['failed', 'Set maxmemory-policy to noeviction.'],
      ['failed', 'Set appendonly to yes.'],
    ]);
    expect(about(lost.all, 'Redis')).toMatchObject([
      { state: 'failed', text: '127.0.0.1:9 cannot be used: ECONNREFUSED' },
    ]);
    expect(about(lost.all, 'Workers')[0]?.state).toBe('skipped');
    expect(JSON.stringify(lost.all)).not.toContain('planted');
    expect([unsafe.status, lost.status]).toEqual([1, 1]);
  });

  it.each([
    ['is full', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'], 'OOM'],
    ['has become a replica', ['REPLICAOF', '127.0.0.1', '9'], ['REPLICAOF', 'NO', 'ONE'], 'replica'],
  ] as const)(
    'sees a Redis that %s, which still answers',
    async (_what, [command, ...values], undo, word) => {
      const client = new Redis(redis.url);
      await client.call(command, ...values);
      const { all, status } = await doctor();
      await client.call(...(undo as unknown as [string, ...string[]]));
      client.disconnect();

      expect(about(all, 'Redis')).toMatchObject([{ state: 'failed', text: expect.stringContaining(word) }]);
      expect(status).toBe(1);
    },
  );

  it('looks at a Redis that fills up while there is time', async () => {
    const client = new Redis(redis.url);
    const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    await client.config('SET', 'maxmemory', String(Math.round(used * 1.1)));
    const { all, status } = await doctor();
    await client.config('SET', 'maxmemory', '0');
    client.disconnect();

    expect(about(all, 'Redis')).toMatchObject([{ state: 'warning', text: expect.stringMatching(/% full/) }]);
    expect(status).toBe(1);
    expect(about(all, 'Workers')[0]?.state).toBe('failed');
  });

  it('sees a user of Redis who may not do what the bot does, and a database that there is not', async () => {
    const client = new Redis(redis.url);
    await client.call('ACL', 'SETUSER', 'weak', 'on', '>fake', '~*', '&*', '+@all', '-eval', '-evalsha');
    const weak = await doctor({ REDIS_URL: redis.url.replace('redis://', 'redis://weak:fake@') });
    const lost = await doctor({ REDIS_URL: `${redis.url}/99` });
    client.disconnect();

    expect(about(weak.all, 'Workers')).toMatchObject([
      {
        state: 'failed',
        text: expect.stringContaining('NOPERM'),
        todo: expect.stringContaining('ACL SETUSER'),
      },
    ]);
    expect(about(lost.all, 'Redis')).toMatchObject([{ state: 'failed' }]);
  });

  it('shows no password that stands in an address, and refuses it in one of its own', async () => {
    const address = (url: string) => url.replace('://', '://joe:planted@');
    const [endpoint, own] = await Promise.all([
      doctor({ AWS_ENDPOINT_URL: address('http://127.0.0.1:9') }),
      doctor({ XOAP_PUBLIC_URL: 'https://joe:planted@bot.example.com' }),
    ]);

    expect(JSON.stringify([endpoint, own])).not.toContain('planted');
    expect(about(own.all, 'Settings')[0]?.text).toContain('XOAP_PUBLIC_URL: must');
  });

  it('is wrong where no provider is reached at all, and goes on where one has no address', async () => {
    const nowhere = 'http://127.0.0.1:9';
    const [none, odd] = await Promise.all([
      doctor({
        AWS_ENDPOINT_URL: nowhere,
        XOAP_AZURE_AUTHORITY_HOST: 'https://127.0.0.1:9',
        XOAP_AZURE_RESOURCE_MANAGER: 'https://127.0.0.1:9',
        XOAP_GOOGLE_ENDPOINT: nowhere,
      }),
      doctor({ AWS_ENDPOINT_URL: 'localhost:99999' }),
    ]);

    expect(about(none.all, 'Network')).toMatchObject([{ state: 'failed' }]);
    expect(about(odd.all, 'AWS')).toMatchObject([{ state: 'warning' }]);
  });

  it('tells a Slack that asks to wait from one that is not reached', async () => {
    workspace.trouble.set('auth.test', [{ retryAfter: 120 }]);
    const { all } = await doctor();

    expect(about(all, 'Slack bot token')).toMatchObject([
      { state: 'warning', text: 'Slack asks to wait (429)' },
    ]);
  });

  it('names the scopes that are not granted, and what the optional ones enable', async () => {
    workspace.granted.splice(0, Number.POSITIVE_INFINITY, 'commands', 'chat:write');
    const { all } = await doctor();

    const found = about(all, 'Slack scopes');
    expect(found.map(({ state, text }) => [state, text.split(' ', 1)[0]])).toEqual([
      ...Object.keys(scopes)
        .filter((scope) => !['commands', 'chat:write'].includes(scope))
        .map((scope) => ['failed', scope]),
      ...Object.keys(optionalScopes).map((scope) => ['warning', scope]),
    ]);
    expect(found.at(-1)?.text).toContain('is told of its own messages');
  });

  it('asks Slack whether it knows the client of an app for several workspaces, and shows no secret', async () => {
    const slack = await startSeveralWorkspaces();
    const several = {
      SLACK_BOT_TOKEN: '',
      SLACK_CLIENT_ID: slackApp.clientId,
      SLACK_CLIENT_SECRET: slackApp.clientSecret,
      SLACK_API_URL: slack.apiUrl,
      XOAP_PUBLIC_URL: 'http://127.0.0.1:9',
    };
    const known = await doctor(several);
    const wrong = await doctor({ ...several, SLACK_CLIENT_SECRET: 'planted-wrong-secret' });
    await slack.close();

    expect(about(known.all, 'Slack client')).toMatchObject([{ state: 'ok' }]);
    expect(about(wrong.all, 'Slack client')).toMatchObject([
      { state: 'failed', text: 'Slack refuses it: bad_client_secret' },
    ]);
    expect(JSON.stringify([known, wrong])).not.toContain('planted');
  });

  it('tells a token that Slack refuses from a Slack that is not reached, and never shows it', async () => {
    workspace.trouble.set('auth.test', [{ error: 'account_inactive' }]);
    const refused = await doctor();
    const away = await doctor({ SLACK_API_URL: 'http://127.0.0.1:9/api/' });

    expect(about(refused.all, 'Slack bot token')).toEqual([
      {
        part: 'Slack bot token',
        state: 'failed',
        text: 'Slack refuses it: account_inactive',
        todo: 'The app was removed from the workspace. Install it again, and copy its new token.',
      },
    ]);
    expect(about(away.all, 'Slack bot token')).toMatchObject([
      { state: 'failed', text: 'Slack was not reached' },
    ]);
    expect(JSON.stringify([refused, away])).not.toContain(botToken);
  });

  it('tries the token of Socket Mode, which needs no public address', async () => {
    const { all } = await doctor({ SLACK_APP_TOKEN: 'xapp-fake', SLACK_SIGNING_SECRET: '' });

    expect(about(all, 'Slack app token')).toMatchObject([{ state: 'ok' }]);
    expect(about(all, 'Public address')).toMatchObject([{ state: 'skipped' }]);
  });

  it('says which provider is not reached, and that it is wrong where a worker is for that one', async () => {
    const away = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const [any, own] = await Promise.all([
      doctor(away),
      doctor({ ...away, XOAP_PROCESS: 'worker', XOAP_WORKER_PROVIDERS: 'aws' }),
    ]);

    expect(about(any.all, 'AWS')[0]?.state).toBe('warning');
    expect(about(own.all, 'AWS')[0]?.state).toBe('failed');
    expect(about(any.all, 'Azure')[0]?.state).toBe('ok');
  });

  it('tells a public address where something else answers from one where nobody does', async () => {
    const [other, nobody] = await Promise.all([
      doctor({ XOAP_PUBLIC_URL: clouds.google.url }),
      doctor({ XOAP_PUBLIC_URL: 'http://127.0.0.1:10' }),
    ]);

    expect(about(other.all, 'Public address')[0]?.text).toContain('is answered by something else');
    expect(about(nobody.all, 'Public address')[0]?.text).toContain('is not reached');
  });
});

describe('the clock', () => {
  const askedAt = new Date('2026-11-29T08:00:00Z');
  const others = (...seconds: number[]) =>
    seconds.map((each) => ({ askedAt, time: new Date(askedAt.getTime() + each * 1_000) }));

  it.each([
    ['ok', others(0, 2, -3)],
    ['ok', others(3_600, 1, 0)],
    ['warning', others(-90, -90, -91)],
    ['failed', others(400, 400, 0)],
    // Of two that differ, the one that agrees is believed.
    ['ok', others(0, 400)],
    ['ok', others(0, -400)],
    ['skipped', []],
  ] as const)('is %s beside %j', (state, times) => {
    expect(examineClock(times).state).toBe(state);
  });
});
