import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../adapters/redis/connection-store.ts';
import { createSlackPerson, readMessage, type SlackPerson } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { connectionOf } from '../support/findings.ts';
import { addConnection, awsValues, openForm, rootWith } from '../support/scenario.ts';
import { unnoted } from '../support/unnoted.ts';

let bot: TestBot;
let lee: SlackPerson;
beforeAll(async () => {
  bot = await startTestBot({ environment: { XOAP_WORKER_CONCURRENCY: '2' } });
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
});
afterAll(async () => {
  await lee.close();
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});

async function ask(text: string, person = bot.person): Promise<string> {
  await person.type(text);
  return readMessage(await person.nextReply());
}

describe('the commands', () => {
  it('help lists each, and an empty command is help', async () => {
    const text = await ask('help');
    for (const words of ['connection add', 'connection list', 'connection verify', 'connection remove'])
      expect(text).toContain(`/xoap ${words}`);
    expect(await ask('')).toBe(text);
  });

  it('list says that there is nothing yet, and its button opens the form', async () => {
    await bot.person.type('connection list');
    const reply = await bot.person.nextReply();
    expect(readMessage(reply)).toBe('There are no connections yet.\n[Add a connection]');

    const draws = bot.person.draws();
    await bot.person.click(reply, 'open-form');

    expect((await bot.person.viewAfter(draws + 1)).title.text).toBe('Add a connection');
  });

  it.each([
    ['conection lst', 'Did you mean /xoap connection list?'],
    ['connection add asure', 'This version has no provider "asure". It has: aws, azure, google, vsphere'],
    ['connection verify', 'Which connection?'],
    ['connection verify nowhere', 'There is no connection "nowhere" here.'],
    ['connection remove nowhere', 'There is no connection "nowhere" here.'],
  ])('%s is answered privately: %s', async (text, answer) => {
    expect(await ask(text)).toContain(answer);
  });

  it.each([
    ['gcp', 'What image builds need in Google Cloud'],
    ['vcenter', 'What image builds need in vSphere'],
    ['', 'Of which provider? There are: aws, azure, google, vsphere.'],
    ['moon', 'This version has no provider "moon".'],
  ])('permissions %s says: %s', async (name, answer) => {
    expect(await ask(`permissions ${name}`)).toContain(answer);
  });

  it('what was probably meant is a click away, with what it was to be about', async () => {
    await bot.person.type('permisions gcp');
    const question = await bot.person.nextReply();
    expect(readMessage(question)).toContain('Did you mean /xoap permissions gcp?');
    await bot.person.click(question, 'run-command');
    expect(readMessage(await bot.person.nextReply())).toContain('What image builds need in Google Cloud');

    await bot.person.type('conection add vmware');
    const asked = await bot.person.nextReply();
    const draws = bot.person.draws();
    await bot.person.click(asked, 'open-form');
    expect(JSON.stringify((await bot.person.viewAfter(draws + 1)).blocks)).toContain('vsphere.host');
  });

  it('a mention is answered with help, for whoever wrote it', async () => {
    await bot.person.mention('hello?');
    const { body } = await until('the answer', () =>
      bot.workspace.calls.find(({ method }) => method === 'chat.postEphemeral'),
    );
    expect(body).toMatchObject({ channel: bot.workspace.channelId, user: bot.person.userId });
    expect(readMessage(body as { text: string })).toContain('/xoap connection add [PROVIDER]');
  });

  it('list shows the verdict, verify posts a new answer, and names are suggested', async () => {
    await addConnection(bot, awsValues('complete', 'prod-eu'), { verdict: /prod-eu can build/, replies: 1 });

    expect(await ask('connection list')).toMatch(/prod-eu — AWS · eu-central-1 — ✅ ready/);
    expect(await ask('connection verify prod-ue')).toContain('Did you mean /xoap connection verify prod-eu?');
    expect(await ask('connection show PROD')).toMatch(/^prod-eu, AWS · 123456789012 · eu-central-1\n/);
    expect(await ask('connection show rod-eu')).toContain('There is no connection "rod-eu" here.');
    await bot.person.type('connection verify PROD-EU');
    await until('a second answer', async () => {
      const roots = await bot.workspace.roots(bot.workspace.channelId);
      return roots.filter(({ text }) => text.includes('prod-eu can build')).length === 2;
    });
  });
});

describe('a verification that runs', () => {
  it('starts nothing for a second click, and says so to the clicker alone', async () => {
    const { root } = await addConnection(bot, awsValues('complete', 'twice'), {
      verdict: /twice can build/,
      replies: 1,
    });
    bot.cloud.delayMs = 300;
    const calls = bot.cloud.calls.filter(({ action }) => action === 'GetCallerIdentity').length;

    await Promise.all([bot.person.click(root, 'verify-again'), lee.click(root, 'verify-again')]);
    const [reply] = await until('a private reply', () => {
      const replies = [...bot.person.privately, ...lee.privately];
      return replies.length > 0 && replies;
    });

    expect(reply && readMessage(reply)).toContain('twice is being verified right now');
    await until(
      'the end of the run',
      async () => (await bot.workspace.thread(bot.workspace.channelId, root.ts)).length >= 2,
    );
    bot.cloud.delayMs = 0;
    expect(bot.cloud.calls.filter(({ action }) => action === 'GetCallerIdentity')).toHaveLength(calls + 1);
    expect(await bot.workspace.thread(bot.workspace.channelId, root.ts)).toHaveLength(2);
    expect([...bot.person.privately.splice(0), ...lee.privately.splice(0)]).toHaveLength(1);
  });

  it('edits the root at most every two seconds and always tells the end', async () => {
    bot.cloud.delayMs = 900;
    const view = await addConnection(bot, awsValues('complete', 'slow'), {
      verdict: /slow can build/,
      replies: 1,
    });
    bot.cloud.delayMs = 0;

    const edits = bot.workspace.calls.filter(
      ({ method, body }) => method === 'chat.update' && body.ts === view.root.ts,
    );
    const running = edits.filter(({ body }) => String(body.text).includes('of 34 checked'));
    expect(running.length).toBeGreaterThan(0);
    for (const [index, { at }] of running.entries()) {
      if (index > 0) expect(at - (running[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(1_900);
    }
    expect(String(edits.at(-1)?.body.text)).toContain('slow can build images');
  });
});

describe('removing a connection', () => {
  it('asks first, and keeps it when told so', async () => {
    await bot.person.type('connection remove prod-eu');
    const question = await bot.person.nextReply();
    expect(readMessage(question)).toContain('Remove prod-eu?');

    await bot.person.click(question, 'keep-connection');

    expect(await bot.person.nextReply()).toMatchObject({
      replace_original: true,
      text: 'Nothing was removed.',
    });
    expect(await ask('connection list prod')).toContain('prod-eu');
  });

  it('is refused to a person who did not add it, also by a forged click', async () => {
    expect(await ask('connection remove prod-eu', lee)).toContain('Only who added prod-eu');
    await bot.person.type('connection remove prod-eu');
    const question = await bot.person.nextReply();

    await lee.click(question, 'remove-connection');

    expect(readMessage(await lee.nextReply())).toContain('Only who added prod-eu');
    expect(await ask('connection list prod')).toContain('prod-eu');
  });

  it('removes it, its credential and its history', async () => {
    const root = await rootWith(bot, /prod-eu can build/);
    await bot.person.type('connection remove prod-eu');
    await bot.person.click(await bot.person.nextReply(), 'remove-connection');

    expect((await bot.person.nextReply()).text).toContain('Removed prod-eu');
    expect(await ask('connection verify prod-eu')).toContain('There is no connection "prod-eu" here.');
    await bot.person.click(root, 'verify-again');
    expect((await bot.person.nextReply()).text).toBe('There is no such connection here.');
  });

  it('says so in the root when it is removed while it is being verified', async () => {
    bot.cloud.delayMs = 200;
    await bot.person.submit(await openForm(bot), awsValues('complete', 'short-lived'));
    await rootWith(bot, /Verifying short-lived/);
    const store = createRedisConnectionStore(bot.redis.prompt, unnoted);
    const workspaceId = `slack:${bot.workspace.teamId}`;
    const connection = await store.findByName(workspaceId, 'short-lived');
    await store.remove(workspaceId, connection?.id ?? '');

    await rootWith(bot, /The connection was removed while it was being verified/);
    bot.cloud.delayMs = 0;
    const about = async () => bot.redis.prompt.keys(`*${connection?.id}*`);
    await until('the end of the run', async () => (await about()).length === 0);
  });

  it('writes who did what, and what was refused, to the audit trail', async () => {
    const entries = await bot.redis.prompt.xrange(`xoap:{slack:${bot.workspace.teamId}}:audit`, '-', '+');
    const text = JSON.stringify(entries);

    for (const action of ['connection.add', 'connection.verify', 'connection.remove'])
      expect(text).toContain(action);
    expect(entries.some(([, fields]) => fields.includes('refused') && fields.includes(lee.userId))).toBe(
      true,
    );
  });
});

describe('another workspace', () => {
  it('is the same as nothing at all', async () => {
    const store = createRedisConnectionStore(bot.redis.prompt, unnoted);
    const foreign = connectionOf({ id: 'c-foreign', workspaceId: 'slack:T-OTHER', name: 'foreign' });
    await store.create({ connection: foreign, sealed: 'sealed', once: 'foreign' });
    const root = await rootWith(bot, /twice can build/);

    for (const action of ['verify-again', 'show-all-checks', 'remove-connection']) {
      for (const id of ['c-foreign', 'c-unknown']) {
        await bot.person.click(root, action, id);
        expect((await bot.person.nextReply()).text).toBe('There is no such connection here.');
      }
    }
    expect(await ask('connection verify foreign')).toContain('There is no connection "foreign" here.');
    expect(await store.find('slack:T-OTHER', 'c-foreign')).toEqual(foreign);
  });
});

describe('five thousand connections', () => {
  it('are listed a page at a time, fast, and one more still fits', async () => {
    const store = createRedisConnectionStore(bot.redis.prompt, unnoted);
    const workspaceId = `slack:${bot.workspace.teamId}`;
    // All at once, the last ones would wait longer than a command may take.
    await pLimit(50).map(Array.from({ length: 5_000 }).keys(), (index) => {
      const connection = connectionOf({
        id: `c-${index}`,
        workspaceId,
        name: `many-${String(index).padStart(4, '0')}`,
      });
      return store.create({ connection, sealed: 'sealed', once: `many-${index}` });
    });

    const started = performance.now();
    await bot.person.type('connection list many');
    const page = await bot.person.nextReply();
    expect(performance.now() - started).toBeLessThan(3_000);

    expect(readMessage(page)).toContain('1 to 20 of 5,000 connections');
    expect(await ask('connection show many-00')).toContain('There is no connection "many-00" here.');
    await bot.person.click(page, 'list-more');
    expect(readMessage(await bot.person.nextReply())).toContain('many-0039');
    await addConnection(bot, awsValues('complete', 'one-more'), {
      verdict: /one-more can build/,
      replies: 1,
    });
  });
});
