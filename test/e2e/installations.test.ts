import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { everythingIn } from '../support/redis-content.ts';
import { addConnection, awsValues } from '../support/scenario.ts';
import {
  allow,
  type BotOfSeveral,
  beginInstall,
  install,
  inWorkspace,
  startBotOfSeveral,
} from '../support/several.ts';

let bot: BotOfSeveral;
beforeAll(async () => {
  bot = await startBotOfSeveral();
});
afterAll(() => bot.close());

const names = ['first', 'second', 'grid'] as const;
const ofMine = { verdict: /mine cannot/, replies: 4 };

/** What a person reads after a command. */
async function reading(place: Awaited<ReturnType<typeof inWorkspace>>, command: string): Promise<string> {
  await place.person.type(command);
  return readMessage(await place.person.nextReply());
}

describe('the installation', () => {
  it('asks for what the manifest asks for, on a page that loads nothing', async () => {
    const { page, cookie, address } = await beginInstall(bot.botUrl);

    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax; /);
    expect(address.searchParams.get('scope')).toContain('chat:write,');
    expect(address.searchParams.get('redirect_uri')).toBe(`${bot.botUrl}/slack/oauth_redirect`);
  });

  it('lets nobody in before it', async () => {
    const place = await inWorkspace(bot, 'first');
    expect((await place.person.type('help')).status).toBe(401);
    await place.person.close();
  });

  it('is refused with the state of another browser, a forged one, one of long ago, and one that was used', async () => {
    const mine = await allow(await beginInstall(bot.botUrl), 'first');
    const others = await beginInstall(bot.botUrl);
    const refusal = 'Nothing was installed by this page';
    const withCookie = async (url: string, cookie: string) => {
      const answer = await fetch(url, { headers: { cookie } });
      return { status: answer.status, text: await answer.text() };
    };
    const state = new URL(mine.back).searchParams.get('state') ?? '';

    const elsewhere = await withCookie(mine.back, others.cookie.split(';', 1)[0] ?? '');
    expect(elsewhere).toMatchObject({ status: 400, text: expect.stringContaining(refusal) });
    const forged = mine.back.replace(state, 'forged.state');
    expect(await withCookie(forged, 'xoap-slack-install=forged.state')).toMatchObject({ status: 400 });
    const calls = bot.slack.oauthCalls.length;
    expect((await mine.open()).status).toBe(200);
    expect(bot.slack.oauthCalls.length).toBe(calls + 1);
    expect((await mine.open()).status).toBe(400);
    expect(bot.slack.oauthCalls.length).toBe(calls + 1);
  });

  it('says so when somebody cancels it', async () => {
    const { open } = await allow(await beginInstall(bot.botUrl), '');
    const answer = await open();
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('The installation was cancelled');
  });
});

describe('two workspaces and an organisation on one bot', () => {
  it('are installed, each by somebody', async () => {
    for (const name of names) {
      const answer = await install(bot, name);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain(`XOAP is installed in ${bot.slack.places[name].name}`);
    }
    const { first } = bot.slack.workspaces;
    expect(await bot.redis.prompt.hget(`xoap:{slack:${first.teamId}}:installation`, 'by')).toBe(
      first.people.kim,
    );
    expect(await everythingIn(bot.redis.prompt)).toMatch(/slack:E0GRID\}:audit\n.*workspace\.install/);
  });

  it('are answered each with its own token, and see nothing of each other', async () => {
    const places = await Promise.all(names.map((name) => inWorkspace(bot, name)));
    for (const place of places) await addConnection(place, awsValues('partial', 'mine'), ofMine);
    await addConnection(places[0] as never, awsValues('partial', 'only-first'), {
      verdict: /only-first cannot/,
      replies: 4,
    });

    for (const [index, place] of places.entries()) {
      const list = await reading(place, 'connection list');
      expect(list.includes('only-first')).toBe(index === 0);
      expect(place.workspace.problems).toEqual([]);
      await place.person.close();
    }
    const tokensOf = new Map(names.map((name) => [name, new Set<string>()]));
    for (const { place, token } of bot.slack.spoke) tokensOf.get(place as 'first')?.add(token);
    const tokens = [...tokensOf.values()].flatMap((set) => [...set]);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('have whoever installed the app first as admin, and nobody who installs it once more', async () => {
    const first = await inWorkspace(bot, 'first');
    expect(await reading(first, 'access')).toContain('the installation: they installed the bot');
    bot.slack.installer.name = 'lee';
    await install(bot, 'first');
    bot.slack.installer.name = 'kim';
    const { lee } = first.workspace.people;
    expect(await bot.redis.prompt.hget(`xoap:{slack:${first.workspace.teamId}}:installation`, 'by')).toBe(
      lee,
    );
    expect(await reading(first, 'access')).toContain(`<@${first.workspace.people.kim}>`);
    await first.person.close();
  });

  it('serves both workspaces of the organisation with one installation', async () => {
    const other = await inWorkspace(bot, 'grid', 'T0GRIDB');
    expect(await reading(other, 'connection list')).toContain('mine');
    await other.person.close();
  });

  it('does without what a workspace leaves out, and says so where it is missed', async () => {
    await install(bot, 'second', ['files:read', 'files:write', 'users:read']);
    const place = await inWorkspace(bot, 'second');
    const before = place.person.draws();
    await place.person.type('connection add google');
    const blocks = JSON.stringify((await place.person.viewAfter(before + 1)).blocks);
    expect(blocks).not.toContain('file_input');
    await place.person.close();
  });

  it('lets no token be read anywhere', async () => {
    const everything = { logs: bot.logs.join(''), redis: await everythingIn(bot.redis.prompt) };
    const secrets = [...bot.slack.tokens.secrets(), 'planted-client-secret'];
    expect(secrets.length).toBeGreaterThan(6);
    for (const secret of secrets)
      for (const [place, text] of Object.entries(everything))
        expect(text.includes(secret), `a token in ${place}`).toBe(false);
    await until('readiness', async () => (await fetch(`${bot.botUrl}/readyz`)).ok);
  });
});
