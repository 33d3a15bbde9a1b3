import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { readMessage, type View } from '../../simulations/slack/person.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { personalChat } from '../../simulations/teams/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { everythingIn } from '../support/redis-content.ts';
import { addConnection, awsValues, idle, openForm, rootWith } from '../support/scenario.ts';
import { askForPage, codeIn, codesOf, createPlainBrowser, linkIn } from '../support/secret-page.ts';

// A form goes on outside of chat: what Slack and Teams are told, and every link that must open nothing.

const { 'aws.secretAccessKey': secret, ...open } = awsValues('partial', 'by-page');

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ isPublic: true, environment: { XOAP_SECRET_INTAKE: 'link' } });
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.tenant.problems).toEqual([]);
});

const newPage = async (name = 'by-page') => askForPage(bot, await openForm(bot), { ...open, name });
const inputsOf = ({ blocks }: View) =>
  blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);

describe('a form whose secret is entered on a page', () => {
  it('asks for everything else in Slack, and gives a link and, apart from it, a code', async () => {
    const view = await openForm(bot);
    expect(inputsOf(view)).not.toContain('aws.secretAccessKey');
    expect(inputsOf(view)).toContain('aws.accessKeyId');
    expect(JSON.stringify(view)).toContain('"Get the link"');

    const { shown, code } = await askForPage(bot, view, open);

    const text = readMessage({ text: '', blocks: [...shown.blocks] });
    expect(text).toMatch(
      /^Enter the secret on this page\nThe link is for you alone, and good once, for 10 minutes: until .*UTC\. The page asks for a code, which only you are shown\.\nThe code comes as a direct message of this bot, in Slack\.$/,
    );
    expect(text).not.toContain(code);
  });

  it('is finished on the page, and answered in the conversation where it began', async () => {
    const { link, code } = await newPage();
    const browser = createPlainBrowser();
    const page = await browser.open(link, code.toLowerCase().replace('-', ' '));
    expect(page.text).toContain(`value="${demoKeys.partial.id}"`);

    const taken = await browser.send(link, page.text, {
      type: 'cloud',
      provider: 'aws',
      ...open,
      'aws.secretAccessKey': secret,
    });

    expect(taken).toMatchObject({ status: 200 });
    expect(taken.text).toContain('<h1>Taken</h1>');
    await rootWith(bot, /by-page cannot build images/);
    await idle(bot);
    const calls = JSON.stringify(bot.workspace.calls);
    expect(calls).not.toContain(secret);
    expect(bot.logs.join('')).not.toContain(secret);
    expect(await everythingIn(bot.redis.prompt)).not.toContain(secret);
  });

  it('says what is wrong with the rest before there is a link', async () => {
    const answer = await bot.person.submit(await openForm(bot), {
      ...open,
      name: 'x',
      'aws.accessKeyId': 'nonsense',
    });
    expect(answer.body).toMatchObject({ response_action: 'errors' });
    expect(Object.keys(answer.body.errors as object)).toEqual(['aws.accessKeyId']);
  });

  it('says on the page what is wrong with an answer, keeps the rest, and never shows the secret again', async () => {
    const { link, code } = await newPage('wrong-first');
    const browser = createPlainBrowser();
    const page = await browser.open(link, code);
    const values = { type: 'cloud', provider: 'aws', ...open, name: 'wrong-first' };

    const wrong = await browser.send(link, page.text, {
      ...values,
      'aws.secretAccessKey': 'too-short-a-secret',
    });

    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('One answer needs another look');
    expect(wrong.text).toContain('A secret access key has only letters, digits, &quot;/&quot;');
    expect(wrong.text).not.toContain('too-short-a-secret');
    expect(wrong.text).toContain('value="wrong-first"');
    const taken = await browser.send(link, wrong.text, { ...values, 'aws.secretAccessKey': secret });
    expect(taken.text).toContain('<h1>Taken</h1>');
    await rootWith(bot, /wrong-first cannot build images/);
    await idle(bot);
  });

  it('replaces a credential in the same way', async () => {
    const draws = bot.person.draws();
    await bot.person.type('connection rotate by-page');
    const view = await bot.person.viewAfter(draws + 1);
    expect(inputsOf(view)).toEqual(['aws.accessKeyId']);
    const { link, code } = await askForPage(bot, view, { 'aws.accessKeyId': demoKeys.complete.id });
    const browser = createPlainBrowser();
    const page = await browser.open(link, code);
    expect(page.text).toContain('Replace the credential');
    const values = {
      'aws.accessKeyId': demoKeys.complete.id,
      'aws.secretAccessKey': demoKeys.complete.secret,
    };
    expect((await browser.send(link, page.text, values)).text).toContain('<h1>Taken</h1>');
    await rootWith(bot, /by-page can build images|by-page.*another account/);
    await idle(bot);
  });

  it('refuses a secret that came through chat all the same, and says what that means', async () => {
    const view = await openForm(bot);
    const blocks = [
      ...view.blocks,
      {
        type: 'input',
        block_id: 'aws.secretAccessKey',
        element: { type: 'plain_text_input', action_id: 'aws.secretAccessKey' },
      },
    ];
    const answer = await bot.person.submit({ ...view, blocks }, awsValues('partial', 'through-chat'));
    expect(JSON.stringify(answer.body)).toContain('chat has seen it: make a new one');
    expect(await bot.redis.prompt.hkeys(`xoap:{slack:${bot.workspace.teamId}}:names`)).not.toContain(
      'through-chat',
    );
  });

  it('gives the link and the code in the dialog of Teams, and answers in Teams', async () => {
    const person = bot.teamsPerson;
    const first = await person.openExtension(personalChat);
    const second = person.dialogIn(
      await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }),
      true,
    );
    expect(readCard(second.card)).not.toContain('Secret access key');
    const told = person.dialogIn(
      await person.press(second, 'Get the link', { ...open, name: 'teams-page' }),
      true,
    );
    const browser = createPlainBrowser();
    const link = linkIn(told.card);
    const page = await browser.open(link, codeIn(readCard(told.card)));
    const values = {
      type: 'cloud',
      provider: 'aws',
      ...open,
      name: 'teams-page',
      'aws.secretAccessKey': secret,
    };
    expect((await browser.send(link, page.text, values)).text).toContain('<h1>Taken</h1>');
    await person.card(/teams-page cannot build images/);
    expect(JSON.stringify(bot.tenant)).not.toContain(secret);
  });
});

describe('a link opens nothing', () => {
  it('that was forwarded without its code, and shows nothing of the form', async () => {
    const { link } = await newPage('forwarded');
    const page = await createPlainBrowser().ask(link);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Enter the code');
    expect(page.text).not.toContain('forwarded');
    expect(page.text).not.toContain(demoKeys.partial.id);
  });

  it('with the code of another link', async () => {
    const [one, other] = [await newPage('one'), await newPage('other')];
    const answer = await createPlainBrowser().giveCode(one.link, other.code);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('That is not the code. 4 tries are left.');
  });

  it('after five wrong codes, not even with the right one', async () => {
    const { link, code } = await newPage('guessed');
    const browser = createPlainBrowser();
    const statuses: number[] = [];
    for (const guess of ['AAAA-AAAA', '', 'BBBB', 'CCCC-CCCC', code.slice(0, 4)])
      statuses.push((await browser.giveCode(link, guess)).status);
    expect(statuses).toEqual([422, 422, 422, 422, 404]);
    expect((await browser.ask(link)).status).toBe(404);
    expect((await createPlainBrowser().giveCode(link, code)).status).toBe(404);
  });

  it('in a second browser, once a first one has given the code', async () => {
    const { link, code } = await newPage('second-browser');
    const [first, second] = [createPlainBrowser(), createPlainBrowser()];
    await first.open(link, code);
    expect((await second.giveCode(link, code)).status).toBe(404);
    expect((await second.ask(link)).text).not.toContain('second-browser');
    expect((await first.ask(link)).text).toContain('value="second-browser"');
  });

  it('but the same one for whoever presses twice at the code', async () => {
    const { link, code } = await newPage('pressed-twice');
    const browser = createPlainBrowser();
    const page = (await browser.ask(link)).text;
    const body = () => new URLSearchParams({ ...browser.hiddenIn(page), code });
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const post = () =>
      fetch(`${link}/code`, { method: 'POST', headers: { cookie }, body: body(), redirect: 'manual' });
    const both = await Promise.all([post(), post()]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(both.map(({ headers }) => headers.get('set-cookie'))).toEqual([
      both[0]?.headers.get('set-cookie'),
      both[0]?.headers.get('set-cookie'),
    ]);
  });

  it('and says nothing was taken where a wrong secret is sent twice', async () => {
    const draws = bot.person.draws();
    await bot.person.type('connection rotate by-page');
    const { link, code } = await askForPage(bot, await bot.person.viewAfter(draws + 1), {
      'aws.accessKeyId': demoKeys.complete.id,
    });
    const browser = createPlainBrowser();
    const page = await browser.open(link, code);
    const wrong = { 'aws.accessKeyId': demoKeys.complete.id, 'aws.secretAccessKey': 'too short' };
    expect((await browser.send(link, page.text, wrong)).status).toBe(422);
    const again = await browser.send(link, page.text, wrong);
    expect(again.text).not.toContain('<h1>Taken</h1>');
    expect(again.text).toContain('Replace the credential');
  });

  it('again, once its form was taken', async () => {
    const { link, code } = await newPage('once');
    const browser = createPlainBrowser();
    const page = await browser.open(link, code);
    const values = { type: 'cloud', provider: 'aws', ...open, name: 'once', 'aws.secretAccessKey': secret };
    const both = await Promise.all([
      browser.send(link, page.text, values),
      browser.send(link, page.text, values),
    ]);
    expect(both.map(({ status }) => status).every((status) => status === 200 || status === 404)).toBe(true);
    await rootWith(bot, /once cannot build images/);
    await idle(bot);
    expect((await browser.send(link, page.text, values)).status).toBe(404);
    expect((await browser.ask(link)).status).toBe(404);
    const names = await bot.redis.prompt.hgetall(`xoap:{slack:${bot.workspace.teamId}}:names`);
    expect(Object.keys(names).filter((name) => name === 'once')).toHaveLength(1);
  });

  it('after its time, which is ten minutes', async () => {
    const { link, code } = await newPage('expired');
    const [key = ''] = await bot.redis.prompt.keys('xoap:secret-link:*');
    expect(await bot.redis.prompt.ttl(key)).toBeGreaterThan(0);
    for (const each of await bot.redis.prompt.keys('xoap:secret-link:*')) {
      expect(await bot.redis.prompt.ttl(each)).toBeLessThanOrEqual(600);
      await bot.redis.prompt.pexpire(each, 1);
    }
    await expect.poll(async () => (await createPlainBrowser().ask(link)).status).toBe(404);
    expect((await createPlainBrowser().giveCode(link, code)).status).toBe(404);
  });

  it.each(['short', 'A'.repeat(43), '../../etc/passwd', '%00', `${'A'.repeat(42)}%27`])(
    'that was made up: %s',
    async (id) => {
      const { status, text } = await createPlainBrowser().ask(`${bot.botUrl}/secret/${id}`);
      expect(status).toBe(404);
      expect(text).not.toContain('Error');
    },
  );

  it('from a page of another site, nor without what our own page sent along', async () => {
    const { link, code } = await newPage('csrf');
    const browser = createPlainBrowser();
    const asked = await browser.ask(link);
    const hidden = browser.hiddenIn(asked.text);
    const evil = { origin: 'https://evil.example.com' };
    expect((await browser.ask(`${link}/code`, new URLSearchParams({ ...hidden, code }), evil)).status).toBe(
      200,
    );
    const again = await browser.ask(link);
    expect((await browser.ask(`${link}/code`, new URLSearchParams({ code }))).status).toBe(200);
    expect(again.text).toContain('Enter the code');

    const page = await browser.open(link, code);
    const values = {
      type: 'cloud',
      provider: 'aws',
      ...open,
      name: 'csrf',
      'aws.secretAccessKey': secret,
      step: 'send',
    };
    const foreign = await browser.ask(
      link,
      new URLSearchParams({ ...browser.hiddenIn(page.text), ...values }),
      evil,
    );
    expect(foreign.status).toBe(200);
    const elsewhere = { origin: 'null', 'sec-fetch-site': 'cross-site' };
    const framed = await browser.ask(
      link,
      new URLSearchParams({ ...browser.hiddenIn(page.text), ...values }),
      elsewhere,
    );
    expect(framed.status).toBe(200);
    const bare = await browser.ask(link, new URLSearchParams(values));
    expect(bare.status).toBe(200);
    expect(bare.text).not.toContain(secret);
    expect(await bot.redis.prompt.hkeys(`xoap:{slack:${bot.workspace.teamId}}:names`)).not.toContain('csrf');
  });

  it('with what Redis holds: neither link nor code stands there, and the form is sealed', async () => {
    const { link, code } = await newPage('planted-name');
    const stored = await everythingIn(bot.redis.prompt);
    expect(stored).not.toContain(link.slice(-43));
    expect(stored).not.toContain(code);
    expect(stored).not.toContain('planted-name');
    expect(bot.logs.join('')).not.toContain(link.slice(-43));
    expect(bot.logs.join('')).not.toContain(code);
  });
});

describe('every page', () => {
  it('is kept nowhere, told to nobody, framed by nobody, and loads nothing of others', async () => {
    const { link, code } = await newPage('headers');
    const browser = createPlainBrowser();
    const pages = [await browser.ask(link), await browser.open(link, code), await browser.ask(`${link}x`)];
    for (const { headers, text } of pages) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      );
      const loaded = [...text.matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"/g)];
      expect(loaded.map(([, address]) => address)).toEqual([
        expect.stringMatching(/^\/secret\/assets\/[0-9a-f]{16}\.css$/),
        expect.stringMatching(/^\/secret\/assets\/[0-9a-f]{16}\.js$/),
      ]);
    }
  });

  it('shows names as they were typed, whatever they hold', async () => {
    const name = '"><script>alert(1)</script> \u202B שלום 🏗';
    const { link, code } = await newPage(name);
    const { text } = await createPlainBrowser().open(link, code);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('is recorded: who asked for a link, and which codes were wrong', async () => {
    const entries = await bot.redis.prompt.xrange(`xoap:{slack:${bot.workspace.teamId}}:audit`, '-', '+');
    const lines = entries.map(([, fields]) => fields.join(' '));
    const about = (text: string) =>
      lines.filter((line) => line.includes('action secret.link') && line.includes(text));
    expect(about('outcome done').length).toBeGreaterThan(10);
    expect(about('outcome refused connection  schedule  detail a wrong code was given')).toHaveLength(6);
    expect(await codesOf(bot, bot.person.userId)).not.toEqual([]);
  });
});

describe('where people may choose', () => {
  let both: TestBot;
  beforeAll(async () => {
    both = await startTestBot({ isPublic: true });
  });
  afterAll(async () => {
    await both.close();
    expect(both.workspace.problems).toEqual([]);
  });

  it('the form is as before, with the question, and follows the answer', async () => {
    const view = await openForm(both);
    expect(inputsOf(view)).toEqual(expect.arrayContaining(['intake', 'aws.secretAccessKey']));
    const chosen = await both.person.choose(view, 'intake', 'page', open);
    expect(inputsOf(chosen)).not.toContain('aws.secretAccessKey');
    expect(inputsOf(chosen).filter((id) => id === 'intake')).toHaveLength(1);
    const { link, code } = await askForPage(both, chosen, { ...open, intake: 'page' });
    expect((await createPlainBrowser().open(link, code)).text).toContain('by-page');

    await addConnection(both, awsValues('partial', 'in-chat'), { verdict: /in-chat cannot/, replies: 1 });
  });

  it('a way without a secret asks nothing of the sort', async () => {
    const view = await openForm(both);
    expect(JSON.stringify(view)).toContain('"intake"');
    const first = await openForm(both, 'connection add');
    expect(inputsOf(first)).not.toContain('intake');
  });
});
