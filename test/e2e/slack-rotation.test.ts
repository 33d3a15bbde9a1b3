import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRedisInstallations } from '../../adapters/redis/installations.ts';
import { createRedisLeases } from '../../adapters/redis/leases.ts';
import { createBoltStore, type Installed } from '../../adapters/slack/installation.ts';
import { createRefresh } from '../../adapters/slack/many-workspaces.ts';
import { createRotation } from '../../adapters/slack/rotation.ts';
import { createTokens } from '../../adapters/slack/tokens.ts';
import { slackApp } from '../../simulations/slack/oauth-access.ts';
import {
  type SeveralWorkspaces,
  startSeveralWorkspaces,
} from '../../simulations/slack/several-workspaces.ts';
import { until } from '../../simulations/until.ts';
import { createCipher } from '../../src/connections/cipher.ts';
import { createLogger } from '../../src/logger.ts';
import { openTestRedis, type TestRedis } from '../support/redis.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues } from '../support/scenario.ts';
import { install, inWorkspace, startBotOfSeveral } from '../support/several.ts';
import { createWorkers } from '../support/worker-process.ts';

const refreshesOf = (slack: SeveralWorkspaces) =>
  slack.oauthCalls.filter(({ grant }) => grant === 'refresh_token').length;

describe('a token that ends', () => {
  const cipher = createCipher([randomBytes(32)]);
  const logs: string[] = [];
  /** Another one for each test: what an earlier test began behind must not renew its token. */
  let workspaceId = '';
  let tests = 0;
  let redis: TestRedis;
  let slack: SeveralWorkspaces;
  beforeAll(async () => {
    [redis, slack] = await Promise.all([openTestRedis(), startSeveralWorkspaces()]);
  });
  afterAll(() => Promise.all([redis.close(), slack.close()]));
  beforeEach(async () => {
    tests += 1;
    workspaceId = `slack:T0TEST${tests}`;
    slack.oauthCalls.length = 0;
    slack.trouble.length = 0;
    logs.length = 0;
  });

  const now = () => new Date();
  const logger = createLogger('debug', { write: (line) => void logs.push(line) });
  const store = () => createRedisInstallations(redis.patient);

  /** What a process of its own would have, as it starts. */
  function manager(refresh = createRefresh(slackApp, { slackApiUrl: slack.apiUrl, logger })) {
    const leases = createRedisLeases(redis.patient);
    const rotate = createRotation({ store: store(), cipher, leases, refresh, now, logger });
    return createTokens({ store: store(), cipher, rotate, now, logger });
  }

  /** Installs the app with a token that is good for so many seconds; those after it are good for hours. */
  async function installed(seconds: number): Promise<string> {
    const redirectUri = 'http://127.0.0.1/back';
    slack.tokens.settings.expiresIn = seconds;
    const code = slack.tokens.codeFor({ place: slack.places.first, scopes: ['chat:write'], redirectUri });
    const given = slack.tokens.exchange(code, redirectUri);
    slack.tokens.settings.expiresIn = 43_200;
    if (!('place' in given)) throw new Error(given.error);
    const expiresAt = Math.floor(Date.now() / 1_000) + seconds;
    const { access_token: token, refresh_token: refreshToken } = given;
    const bot = { id: 'B0XOAP', userId: 'U0XOAP', scopes: ['chat:write'], token, refreshToken, expiresAt };
    const boltStore = createBoltStore({
      store: store(),
      cipher,
      installing: async () => undefined,
      installed: async () => undefined,
      now,
    });
    const team = { id: workspaceId.replace('slack:', ''), name: 'First' };
    const user = { id: 'U1', token: undefined, scopes: undefined };
    await boltStore.storeInstallation({ team, enterprise: undefined, user, bot, authVersion: 'v2' });
    return token;
  }

  const isNew = (before: string) => (found: Installed) => found.token !== before;

  it('is renewed by one of all that need it at once, and the others get what it got', async () => {
    const before = await installed(30);
    const managers = [manager(), manager(), manager()];

    const found = await Promise.all(
      managers.flatMap((each) => [each.of(workspaceId), each.of(workspaceId), each.of(workspaceId)]),
    );

    expect(refreshesOf(slack)).toBe(1);
    expect(new Set(found.map(({ token }) => token)).size).toBe(1);
    expect(found.every(isNew(before))).toBe(true);
  });

  it('is used on while it is good, and nobody waits for the next one', async () => {
    const before = await installed(3_600);
    const [one, other] = [manager(), manager()];

    expect((await one.of(workspaceId)).token).toBe(before);
    await until('the new token', async () => (await one.of(workspaceId)).token !== before);
    other.forget(workspaceId);
    expect((await other.of(workspaceId)).token).toBe((await one.of(workspaceId)).token);
    expect(refreshesOf(slack)).toBe(1);
  });

  it('that is good for hours is not renewed, nor one without rotation', async () => {
    const before = await installed(10_000);
    expect((await manager().of(workspaceId)).token).toBe(before);
    expect(refreshesOf(slack)).toBe(0);
  });

  it('is not sent again after an answer that was lost, by no process, and is used to its end', async () => {
    const before = await installed(3_600);
    slack.trouble.push('loses');
    const managers = [manager(), manager()];

    await Promise.all(managers.map((each) => each.of(workspaceId)));
    await until('the word about it', () =>
      logs.some((line) => line.includes('must be installed again before')),
    );
    for (const each of [...managers, manager()]) expect((await each.of(workspaceId)).token).toBe(before);

    expect(refreshesOf(slack)).toBe(1);
  });

  it('that is over after a lost answer says that the app is to be installed again, and goes on once it is', async () => {
    await installed(30);
    slack.trouble.push('loses');
    const tokens = manager();
    const refusal = { code: 'chat.unavailable', hint: 'Install the app again in this workspace.' };

    await expect(tokens.of(workspaceId)).rejects.toMatchObject(refusal);
    await expect(manager().of(workspaceId)).rejects.toMatchObject(refusal);
    expect(refreshesOf(slack)).toBe(1);

    const again = await installed(43_200);
    tokens.forget(workspaceId);
    expect((await tokens.of(workspaceId)).token).toBe(again);
  });

  it('is not sent again where a process died before its answer came', async () => {
    const before = await installed(3_600);
    let sent = 0;
    const dying = manager(() => {
      sent += 1;
      return new Promise(() => undefined);
    });
    await dying.of(workspaceId);
    await until('its call', () => sent === 1);
    await redis.prompt.del(`xoap:lease:slack-token:${workspaceId}`);

    expect((await manager().of(workspaceId)).token).toBe(before);
    expect(refreshesOf(slack)).toBe(0);
  });

  it('is sent again where Slack has not taken it', async () => {
    const before = await installed(30);
    slack.trouble.push({ error: 'ratelimited' });
    const tokens = manager();

    await expect(tokens.of(workspaceId)).rejects.toMatchObject({ code: 'chat.unavailable' });
    expect((await tokens.of(workspaceId)).token).not.toBe(before);
    expect(refreshesOf(slack)).toBe(2);
  });

  it('does not undo an installation that comes while it is renewed', async () => {
    await installed(30);
    let again = '';
    const tokens = manager(async (refreshToken) => {
      again = await installed(43_200);
      return createRefresh(slackApp, { slackApiUrl: slack.apiUrl, logger })(refreshToken);
    });

    expect((await tokens.of(workspaceId)).token).toBe(again);
  });

  it('of no installation is that of an ended workspace', async () => {
    await expect(manager().of('slack:T0NONE')).rejects.toMatchObject({ code: 'workspaces.ended' });
  });
});

describe('a bot and a worker of its own', () => {
  const server = startRedisChild();
  let bot: Awaited<ReturnType<typeof startBotOfSeveral>>;
  const workers = createWorkers(() => bot);
  beforeAll(async () => {
    const { url } = await server;
    bot = await startBotOfSeveral({
      redisUrl: url,
      environment: {
        XOAP_PROCESS: 'bot',
        TEAMS_CLIENT_ID: '',
        TEAMS_ALLOWED_TENANTS: '',
        TEAMS_TEST_ISSUER: '',
      },
    });
  });
  afterEach(() => workers.endAll());
  afterAll(async () => {
    await bot.close();
    await (await server).close();
  });

  it('renew a token once between them, and both go on with the new one', async () => {
    bot.slack.tokens.settings.expiresIn = 30;
    await install(bot, 'first');
    bot.slack.tokens.settings.expiresIn = 43_200;
    const [before] = bot.slack.tokens.secrets();
    const place = await inWorkspace(bot, 'first');
    await workers.start();

    await addConnection(place, awsValues('partial', 'rotated'), { verdict: /rotated cannot/, replies: 4 });

    expect(refreshesOf(bot.slack)).toBe(1);
    // The token of before was asked only whose it is, when it was new.
    const withOld = bot.slack.spoke.filter(({ token }) => token === before).map(({ method }) => method);
    expect(withOld).toEqual(['auth.test']);
    const methods = bot.slack.spoke.filter(({ token }) => token !== before).map(({ method }) => method);
    expect(methods).toEqual(expect.arrayContaining(['views.open', 'chat.postMessage', 'chat.update']));
    await place.person.close();
  });
});
