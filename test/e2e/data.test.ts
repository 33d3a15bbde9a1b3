import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisAuditLog, createRedisAuditTrail } from '../../adapters/redis/audit-trail.ts';
import { createRedisGrantStore } from '../../adapters/redis/grant-store.ts';
import { createSlackPerson, readMessage, type SlackPerson } from '../../simulations/slack/person.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { channel, personalChat } from '../../simulations/teams/person.ts';
import { tenantId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { trimAudit } from '../../src/access/audit.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { everythingIn } from '../support/redis-content.ts';
import { addConnection, awsValues, idle } from '../support/scenario.ts';
import { createPlainBrowser } from '../support/secret-page.ts';
import { silent } from '../support/silent.ts';

// What admins read and export, and what is forgotten and deleted.

let bot: TestBot;
let lee: SlackPerson;
const workspaceId = () => `slack:${bot.workspace.teamId}`;
const teams = `teams:${tenantId}`;
beforeAll(async () => {
  bot = await startTestBot({ isPublic: true });
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
  const store = createRedisGrantStore(bot.redis.prompt, () => undefined);
  const admin = { kind: 'person', role: 'admin', by: 'U-ROOT', at: '2026-11-30T00:00:00.000Z' } as const;
  const free = { keepsAdmin: false };
  await store.change(workspaceId(), { give: { ...admin, id: bot.person.userId } }, free);
  await store.change(teams, { give: { ...admin, id: bot.teamsPerson.userId } }, free);
  await addConnection(bot, awsValues('partial', 'prod-eu'), { verdict: /prod-eu cannot build/, replies: 1 });
  await idle(bot);
});
afterAll(async () => {
  await lee.close();
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.tenant.problems).toEqual([]);
});

const ask = async (text: string, person = bot.person) => {
  await person.type(text);
  return person.nextReply();
};
const inTeams = async (text: string, where = personalChat) => {
  const known = bot.tenant.posts.length;
  await bot.teamsPerson.type(text, where);
  return until('an answer in Teams', () => bot.tenant.posts[known]);
};
/** What was uploaded to Slack last, as it was received there. */
const uploads = () => bot.workspace.calls.filter(({ method }) => method === 'files.completeUploadExternal');

describe('the audit trail', () => {
  it('tells who did what, the newest first, and what was refused', async () => {
    await lee.type('connection remove prod-eu');
    await lee.nextReply();
    const text = readMessage(await ask('audit'));
    expect(text).toMatch(/^Who did what\n/);
    const [, , second = '', third = ''] = text.split('\n');
    expect(text.split('\n')[1]).toMatch(/read the audit trail.*done$/);
    expect(second).toMatch(/lee.*removed.*prod-eu.*refused/);
    expect(third).toMatch(/kim.*added.*prod-eu.*done/);
  });

  it('takes any time that has passed, also one before there were clocks', async () => {
    for (const since of ['9999w', '1969-12-31', '1970-01-01'])
      expect(readMessage(await ask(`audit since ${since}`))).toMatch(/^Who did what|no time that has passed/);
  });

  it('is narrowed to a text and a time', async () => {
    expect(readMessage(await ask('audit prod-eu since 1h'))).toMatch(
      /^Who did what with “prod-eu” since .*\n/,
    );
    expect(readMessage(await ask('audit nowhere-at-all'))).toContain('with “nowhere-at-all”');
    expect(readMessage(await ask('audit since tomorrow'))).toContain('is no time that has passed');
  });

  it('goes on behind a button, page after page, without a gap', async () => {
    const trail = createRedisAuditTrail(bot.redis.prompt, silent);
    const actor = { workspaceId: workspaceId(), userId: 'U0MANY' };
    for (let at = 0; at < 40; at += 1)
      await trail.record({ actor, action: 'connection.verify', outcome: 'done', detail: `entry ${at}` });
    let page = await ask('audit U0MANY');
    const seen: string[] = [];
    for (;;) {
      seen.push(...[...readMessage(page).matchAll(/entry (\d+)/g)].map(([, at = '']) => at));
      if (!readMessage(page).includes('[Show older]')) break;
      await bot.person.click(page, 'audit-older');
      page = await bot.person.nextReply();
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_none, at) => String(39 - at)));
  });

  it('is answered to the person alone where others read', async () => {
    await bot.teamsPerson.type('audit', channel);
    const told = await until('the answer that others read', () =>
      bot.tenant.posts.find(({ card }) => readCard(card).includes('The answer is for you alone')),
    );
    expect(told.conversationId).toContain(channel.id);
    const direct = await until('the direct answer', () =>
      bot.tenant.posts.find(({ card }) => readCard(card).includes('Who did what')),
    );
    expect(direct.conversationId).not.toBe(channel.id);
  });

  it('is kept as long as it is said, and nothing of it holds a secret', async () => {
    const log = createRedisAuditLog(bot.redis.prompt);
    const key = `xoap:{${workspaceId()}}:audit`;
    await bot.redis.prompt.xadd(
      'xoap:{slack:T-OLD}:audit',
      '1-1',
      'user',
      'U1',
      'action',
      'connection.add',
      'outcome',
      'done',
    );
    const before = await bot.redis.prompt.xlen(key);
    await trimAudit(log, 0, new Date());
    expect(await bot.redis.prompt.xlen('xoap:{slack:T-OLD}:audit')).toBe(1);
    await trimAudit(log, 365, new Date());
    expect(await bot.redis.prompt.xlen('xoap:{slack:T-OLD}:audit')).toBe(0);
    expect(await bot.redis.prompt.xlen(key)).toBe(before);
    const entries = JSON.stringify(await bot.redis.prompt.xrange(key, '-', '+'));
    expect(entries).not.toContain(awsValues('partial')['aws.secretAccessKey']);
  });
});

describe('an export', () => {
  it.each(['audit csv', 'connections jsonl', 'verifications ocsf'])(
    'of %s comes as a file to the admin alone',
    async (what) => {
      const known = uploads().length;
      const reply = readMessage(await ask(`export ${what}`));
      expect(reply).toMatch(
        /^xoap-\w+-\d{4}-\d\d-\d\d\.(csv|jsonl|ocsf\.jsonl) \([\d,]+ lines?\) is in your chat with this bot\.$/,
      );
      const [upload] = uploads().slice(known);
      const { channel: direct } = await bot.workspace.callAs('bot', 'conversations.open', {
        users: bot.person.userId,
      });
      expect(upload?.body.channel_id).toBe((direct as { id: string }).id);
    },
  );

  it('comes by a link in Teams, which hands it over once', async () => {
    await inTeams('export audit csv');
    const find = () =>
      /http:\/\/127\.0\.0\.1:\d+\/download\/[\w-]{43}/.exec(JSON.stringify(bot.tenant.posts))?.[0];
    const link = (await until('the link', find)) as string;
    const browser = createPlainBrowser();
    for (const _look of [1, 2]) expect((await browser.ask(link)).text).toContain('Fetch the file');
    const file = await browser.ask(link, new URLSearchParams());
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="?xoap-audit-.*\.csv"?$/);
    expect(file.text).toMatch(/^time,user,action,outcome,.*\n.*,data\.export,done,/);
    const again = await browser.ask(link, new URLSearchParams());
    expect(again.status).toBe(404);
    expect(again.text).toContain('This link leads nowhere');
  });

  it('is for admins alone', async () => {
    expect(readMessage(await ask('export audit', lee))).toContain('takes the role admin');
  });
});

describe('whoever asks to be forgotten', () => {
  it('is told what goes and what stays, and is gone from all but the audit trail', async () => {
    const question = await ask('forget-me', bot.person);
    expect(readMessage(question)).toContain('1 connection and 0 reports that you added are nobody’s then');
    await bot.person.click(question, 'forget-me');
    expect(readMessage(await bot.person.nextReply())).toContain('This is the last admin here.');

    const store = createRedisGrantStore(bot.redis.prompt, () => undefined);
    const give = {
      kind: 'person',
      id: lee.userId,
      role: 'admin',
      by: 'U-ROOT',
      at: '2026-11-30T00:00:00.000Z',
    } as const;
    await store.change(workspaceId(), { give }, { keepsAdmin: false });
    const again = await ask('forget-me', bot.person);
    await bot.person.click(again, 'forget-me');
    expect(readMessage(await bot.person.nextReply())).toContain('You are forgotten.');
    const connections = await bot.redis.prompt.hvals(`xoap:{${workspaceId()}}:connections`);
    expect(connections.join('')).toContain('"addedBy":"forgotten"');
    expect(connections.join('')).not.toContain(bot.person.userId);
    expect(JSON.stringify(await store.all(workspaceId()))).not.toContain(`"id":"${bot.person.userId}"`);
    expect(
      JSON.stringify(await bot.redis.prompt.xrange(`xoap:{${workspaceId()}}:audit`, '-', '+')),
    ).toContain(bot.person.userId);
  });
});

describe('a question about deletion', () => {
  it('is answered by nobody but who asked it', async () => {
    const question = await ask('forget-me', lee);
    await bot.person.click(question, 'forget-me');
    expect(readMessage(await bot.person.nextReply())).toContain(
      'This was asked by somebody else. Nothing was done',
    );
    await lee.click({ text: '', blocks: [] }, 'delete-workspace', bot.person.userId);
    expect(readMessage(await lee.nextReply())).toContain('This was asked by somebody else. Nothing was done');
    expect(await bot.redis.prompt.hlen(`xoap:{${workspaceId()}}:connections`)).toBe(1);
  });

  it('is asked of the person alone in a channel of Teams', async () => {
    const known = bot.tenant.posts.length;
    await bot.teamsPerson.type('forget-me', channel);
    const asked = await until('the question', () =>
      bot.tenant.posts.slice(known).find(({ card }) => readCard(card).includes('What goes, at once')),
    );
    expect(asked.conversationId).not.toContain(channel.id);
  });
});

describe('whoever was made less than everybody', () => {
  it('does not undo that by being forgotten', async () => {
    const store = createRedisGrantStore(bot.redis.prompt, () => undefined);
    const give = {
      kind: 'person',
      id: bot.person.userId,
      role: 'viewer',
      by: 'U-ROOT',
      at: '2026-11-30T00:00:00.000Z',
    } as const;
    await store.change(workspaceId(), { give }, { keepsAdmin: false });
    const question = await until('the role to count', async () => {
      const reply = await ask('forget-me', bot.person);
      return readMessage(reply).includes('Your role, viewer: without it you could do more.') && reply;
    });
    await bot.person.click(question, 'forget-me');
    expect(readMessage(await bot.person.nextReply())).toContain('You are forgotten.');
    expect(JSON.stringify(await store.all(workspaceId()))).toContain(
      `"id":"${bot.person.userId}","role":"viewer"`,
    );
  });
});

describe('an admin who deletes a workspace', () => {
  it('is told what that means; then all of it is gone but the audit trail', async () => {
    const denied = readMessage(await ask('workspace delete', bot.person));
    expect(denied).toContain('takes the role admin');
    const question = await until('the role of Lee to count', async () => {
      const reply = await ask('workspace delete', lee);
      return readMessage(reply).includes('[Delete all of it]') && reply;
    });
    expect(readMessage(question)).toContain(
      '1 connection with their credentials and their histories, at once and for good.',
    );
    await lee.click(question, 'delete-workspace');
    expect(readMessage(await lee.nextReply())).toContain('is deleted, but for the audit trail');
    const left = await bot.redis.prompt.keys(`xoap:{${workspaceId()}}:*`);
    expect(left.filter((key) => !/:(once|sent):/.test(key))).toEqual([`xoap:{${workspaceId()}}:audit`]);
    expect(await everythingIn(bot.redis.prompt)).not.toContain('prod-eu cannot');
    expect(readMessage(await ask('connection list', bot.person))).toContain('There are no connections yet.');
  });
});
