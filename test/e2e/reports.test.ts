import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createSlackPerson,
  readMessage,
  type SlackPerson,
  type View,
} from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, openForm, rootWith, threadOf } from '../support/scenario.ts';

let bot: TestBot;
let lee: SlackPerson;
beforeAll(async () => {
  bot = await startTestBot({ environment: { XOAP_REPORT_SPREAD_SECONDS: '0' } });
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
  await addConnection(
    bot,
    { ...awsValues('complete', 'prod-eu'), tags: 'production, europe' },
    { verdict: /prod-eu can build/, replies: 1 },
  );
  await addConnection(
    bot,
    { ...awsValues('partial', 'dev <!channel> 🚀 ייצור'), tags: 'development' },
    { verdict: /dev .* cannot/, replies: 4 },
  );
  await addConnection(bot, awsValues('complete', 'test-eu'), { verdict: /test-eu can build/, replies: 1 });
});
afterAll(async () => {
  await lee.close();
  await bot.close();
});
beforeEach(() => void bot.person.privately.splice(0));

async function told(text: string, person = bot.person): Promise<string> {
  await person.type(text);
  return readMessage(await person.nextReply());
}

/** Waits until no report that somebody asked for is being made, so that what Slack does next happens to the next one. */
function quiet() {
  return until('the end of all reports', async () => {
    const running = await bot.redis.prompt.keys('bull:xoap-reports:de:*');
    return running.length === 0;
  });
}

/** Sends the form of a new schedule; resolves to what stood beside the fields. */
async function send(values: Record<string, unknown>, view?: View): Promise<Record<string, string>> {
  const answer = await bot.person.submit(view ?? (await openForm(bot, 'report schedule')), values);
  return (answer.body.errors ?? {}) as Record<string, string>;
}

/** Makes a schedule that is announced. */
async function schedule(name: string, values: Record<string, unknown> = {}, view?: View) {
  expect(await send({ 'report.name': name, ...values }, view)).toEqual({});
  return rootWith(bot, `Report ${name} scheduled`);
}

describe('report now', () => {
  it('verifies all connections and reports: counts, the table, and in the thread what is missing', async () => {
    expect(await told('report now')).toBe('Verifying all connections. The report comes here.');

    const root = await rootWith(bot, /^❌ Report/);
    expect(readMessage(root)).toBe(
      [
        '❌ Report — 1 of 3 connections cannot build images',
        '✅ 2 ready · ❌ 1 missing',
        'Connections',
        'Connection | Where | Verdict',
        '\u2068dev <!channel> 🚀 ייצור\u2069 | AWS · eu-central-1 | ❌ missing (4 of 34)',
        'prod-eu | AWS · eu-central-1 | ✅ ready',
        'test-eu | AWS · eu-central-1 | ✅ ready',
        'asked by *kim*',
        '[Verify again] [Schedule this…]',
      ].join('\n'),
    );
    const [matrix, detail] = (await threadOf(bot, root, 2)).map(readMessage);
    expect(matrix).toContain('prod-eu | ✅ met');
    expect(matrix).toMatch(/❌ missing.*❌ missing/);
    expect(detail).toContain('Take the image — without these, a build stops');
    expect(detail).toContain('[Verify again] [Show the fix] [Show all checks]');
  });

  it('is of the connections with a tag where verify says so, and again of them', async () => {
    expect(await told('connection verify —tag Production')).toBe(
      'Verifying the connections tagged Production. The report comes here.',
    );
    const root = await rootWith(bot, /^✅ Report on Production — the connection can build images/);
    expect(readMessage(root)).not.toContain('ייצור');
    await quiet();
    await bot.person.click(root, 'report-again');
    expect((await bot.person.nextReply()).text).toContain('tagged Production');
    await quiet();
    expect(await told('verify --tag nowhere')).toBe('No connection here has the tag "nowhere".');
    expect(await told('verify --all')).toBe('Verifying all connections. The report comes here.');
    await quiet();
  });

  it('shows the fix to the one who asks for it, and verifies one connection in a message of its own', async () => {
    const root = await rootWith(bot, /^❌ Report/);
    const detail = (await threadOf(bot, root, 2))[1];
    if (!detail) throw new Error('There is no detail');
    await bot.person.click(detail, 'show-fix');
    expect(readMessage(await bot.person.nextReply())).toContain('aws iam put-user-policy');

    const before = (await bot.workspace.roots(bot.workspace.channelId)).length;
    await bot.person.click(detail, 'verify-connection');
    await until('a root of its own', async () => {
      const roots = await bot.workspace.roots(bot.workspace.channelId);
      return roots.length > before && roots.at(-1)?.text.includes('cannot build');
    });
  });

  it('is made once at a time, and again in place where it was', async () => {
    const root = await rootWith(bot, /^❌ Report/);
    bot.cloud.delayMs = 200;
    await bot.person.click(root, 'report-again');
    expect(readMessage(await bot.person.nextReply())).toContain(
      'Verifying all connections. The report comes here.',
    );
    await bot.person.click(root, 'report-again');
    expect(readMessage(await bot.person.nextReply())).toContain('being made right now');
    bot.cloud.delayMs = 0;

    const thread = await threadOf(bot, root, 4);
    expect(thread).toHaveLength(4);
    await quiet();
  });

  it('has a line for a check that breaks', async () => {
    // What is sealed cannot be opened: a fault of the bot, not of the provider.
    const key = `xoap:{slack:${bot.workspace.teamId}}:credentials`;
    const sealed = await bot.redis.prompt.hgetall(key);
    const [id = ''] = Object.keys(sealed);
    await bot.redis.prompt.hset(key, id, 'broken');

    expect(await told('report now')).toContain('The report comes here');
    const root = await until('the report', async () =>
      (await bot.workspace.roots(bot.workspace.channelId)).find((post) =>
        readMessage(post).includes('⚠️ not verified'),
      ),
    );

    expect(readMessage(root)).toMatch(/· ⚠️ 1 not verified/);
    await bot.redis.prompt.hset(key, id, sealed[id] ?? '');
  });
});

describe('report schedule', () => {
  it('reads everything back, and asks for the own time zone', async () => {
    const root = await schedule('Morning check', { 'report.mentions': [bot.workspace.people.lee] });

    expect(readMessage(root)).toMatch(
      /^Report Morning check scheduled by kim: every weekday at 09:00, \S+; next: (Mon|Tue|Wed|Thu|Fri) \d+ \w+ 09:00\.\nAbout all connections\. It always speaks\.\n\[Report now\] \[Change schedule…\]$/,
    );
    expect(await told('report list')).toMatch(
      /• Morning check — every weekday at 09:00, \S+ — all connections, in <#\w+>/,
    );
  });

  it('offers tags and connections to choose from once they are asked for', async () => {
    const first = await openForm(bot, 'report schedule');
    const tags = await bot.person.choose(first, 'report.which', 'tags', { 'report.name': 'Tagged' });
    const values = { 'report.which': 'tags', 'report.tags': ['production'], 'report.days': ['1', '4'] };
    const tagged = await schedule(
      'Tagged',
      { ...values, 'report.time': '07:30', 'report.speak': 'on-change' },
      tags,
    );
    expect(readMessage(tagged)).toContain('every Monday and Thursday at 07:30');
    expect(readMessage(tagged)).toContain(
      'About connections tagged production. It speaks only when something changed.',
    );

    const chosen = await bot.person.choose(await openForm(bot, 'report schedule'), 'report.which', 'chosen');
    const list = chosen.blocks.find(({ block_id }) => block_id === 'report.connections') as {
      element: { options: { text: { text: string }; value: string }[] };
    };
    const one = list.element.options.find(({ text }) => text.text === 'prod-eu')?.value ?? '';
    await schedule(
      'Chosen',
      { 'report.which': 'chosen', 'report.connections': [one], 'report.cron': '0 9 1 * *' },
      chosen,
    );
    expect(await told('report list')).toMatch(/Chosen — at 09:00, on day 1 of the month, .* — 1 connection,/);
    expect(await told('report preview Tagged')).toContain('✅ Tagged — the connection can build images');
  });

  it.each([
    [{ 'report.name': '' }, { 'report.name': 'Enter a name, such as Morning check.' }],
    [
      { 'report.name': 'morning CHECK' },
      { 'report.name': 'There is already a report called "morning CHECK". Choose another name.' },
    ],
    [{ 'report.days': [] }, { 'report.days': 'Choose at least one day, or write a cron text.' }],
    [{ 'report.cron': '* * * * *' }, { 'report.cron': 'A report comes every 15 minutes at most.' }],
    [
      { 'report.timeZone': 'Europe/Viena' },
      { 'report.timeZone': 'There is no time zone "Europe/Viena". Did you mean Europe/Vienna?' },
    ],
    [
      { 'report.timeZone': '', 'report.cron': '0 9' },
      {
        'report.timeZone': 'Enter a time zone, such as Europe/Vienna.',
        'report.cron': expect.stringContaining('five fields'),
      },
    ],
  ])('says beside the field what is wrong with %o', async (values, problems) => {
    expect(await send({ 'report.name': 'Other', ...values })).toEqual(problems);
    expect(await told('report list')).not.toContain('Other');
  });

  it('needs at least one connection or tag', async () => {
    for (const [which, problem] of [
      ['tags', { 'report.tags': 'Name at least one tag.' }],
      ['chosen', { 'report.connections': 'Choose at least one connection.' }],
    ] as const) {
      const view = await bot.person.choose(await openForm(bot, 'report schedule'), 'report.which', which);
      expect(await send({ 'report.name': 'None', 'report.which': which }, view)).toEqual(problem);
    }
  });

  it('is stored once however often it is sent', async () => {
    const view = await openForm(bot, 'report schedule');
    const sent = bot.person.recordNext();
    await schedule('Once', {}, view);
    const { body, options } = sent();

    expect((await bot.person.send(body, options)).status).toBe(401);
    const list = await told('report list');
    expect(list.match(/Once —/g)).toHaveLength(1);
  });
});

describe('who may do what to a schedule', () => {
  it('is whoever made it: others are told so, by command, click and form', async () => {
    const announced = await rootWith(bot, 'Report Morning check scheduled');
    const only =
      /^Only who made Morning check, or whoever was given the role operator or admin, may (pause|resume|remove|change|snooze) it\.$/;
    for (const words of ['pause', 'resume', 'remove'])
      expect(await told(`report ${words} Morning check`, lee)).toMatch(only);
    const id = String(
      (announced.blocks.flatMap(({ elements }) => elements ?? []) as { value?: string }[]).find(
        ({ value }) => value,
      )?.value,
    );
    for (const action of ['snooze-report', 'change-schedule', 'remove-schedule', 'keep-schedule']) {
      await lee.click({ ...announced, blocks: [] }, action, id);
      expect(readMessage(await lee.nextReply())).toMatch(only);
    }
    const draws = bot.person.draws();
    await bot.person.click({ ...announced, blocks: [] }, 'change-schedule', id);
    const stolen = await bot.person.viewAfter(draws + 1);
    expect(JSON.stringify((await lee.submit(stolen, { 'report.name': 'Mine' })).body)).toContain(
      'There is no such form here',
    );
  });

  it('lets anybody list, preview, and ask for the report', async () => {
    expect(await told('report list', lee)).toContain('Morning check');
    expect(await told('report preview Morning check', lee)).toContain('Morning check — 1 of 3 connections');
    expect(await told('report now Morning check', lee)).toContain(
      'Verifying the connections of Morning check.',
    );
    const root = await rootWith(bot, /^❌ Morning check/);
    // Whoever is mentioned in scheduled reports is left alone by one that somebody asked for.
    expect(readMessage(root)).not.toContain(`<@${bot.workspace.people.lee}>`);
    expect(readMessage(root)).toContain('[Verify again] [Snooze…] [Change schedule…]');
  });
});

describe('pausing, snoozing, changing and removing', () => {
  const idOf = async () => {
    const [key = ''] = await bot.redis.prompt.keys('xoap:*:schedule-names');
    return String(await bot.redis.prompt.hget(key, 'morning check'));
  };
  const onTheClock = async () =>
    (await bot.redis.prompt.zscore('bull:xoap-reports:repeat', await idOf())) !== null;

  it('takes a schedule off the clock and puts it on again', async () => {
    await until('the clock', onTheClock);
    expect(await told('report pause morning check')).toContain(
      'Paused Morning check. /xoap report resume Morning check',
    );
    await until('the clock', async () => !(await onTheClock()));
    expect(await told('report list')).toMatch(/Morning check — .* — ⚠️ paused/);

    expect(await told('report resume Morning check')).toMatch(/^Morning check comes every weekday at 09:00/);
    await until('the clock', onTheClock);
  });

  it('snoozes by a form, and says until when', async () => {
    const root = await rootWith(bot, /^❌ Morning check/);
    const draws = bot.person.draws();
    await bot.person.click(root, 'snooze-report');
    const view = await bot.person.viewAfter(draws + 1);
    expect(view.title.text).toBe('Snooze a report');
    await bot.person.submit(view, { 'report.snooze': '3' });

    expect(readMessage(await rootWith(bot, 'Report Morning check changed'))).toContain('⚠️ snoozed until');
    expect(await told('report list')).toContain('⚠️ snoozed until');
    await told('report resume Morning check');
    expect(await told('report list')).not.toContain('snoozed');
  });

  it('changes a schedule by the form, as it was filled in', async () => {
    const root = await rootWith(bot, /^❌ Morning check/);
    const draws = bot.person.draws();
    await bot.person.click(root, 'change-schedule');
    const view = await bot.person.viewAfter(draws + 1);
    expect(view.title.text).toBe('Change a schedule');
    expect(
      (await bot.person.submit(view, { 'report.name': 'Evening check', 'report.time': '18:00' })).text,
    ).toBe('');

    const said = await rootWith(bot, 'Report Evening check changed');
    expect(readMessage(said)).toContain('every weekday at 18:00');
    expect(await told('report list')).not.toContain('Morning check');
  });

  it('asks before it removes, and leaves nothing', async () => {
    await bot.person.type('report remove evening check');
    const question = await bot.person.nextReply();
    await bot.person.click(question, 'keep-schedule');
    expect(readMessage(await bot.person.nextReply())).toBe('Nothing was removed.');
    await bot.person.click(question, 'remove-schedule');
    expect(readMessage(await bot.person.nextReply())).toBe('Removed the report Evening check.');

    expect(await told('report list')).not.toContain('Evening check');
    expect(await told('report remove evening check')).toMatch(
      /There is no report "evening check" here\. There are: /,
    );
  });
});

describe('where Slack is in the way', () => {
  it('tells the maker of a schedule at once when the bot may not write there', async () => {
    await quiet();
    bot.workspace.trouble.set('chat.postMessage', [{ error: 'not_in_channel' }]);
    await send({ 'report.name': 'Private' });

    const directly = (text: string) =>
      until(`a direct message with "${text}"`, () =>
        bot.workspace.calls.find(
          ({ method, body, answer }) =>
            method === 'chat.postMessage' && answer && String(body.text).includes(text),
        ),
      );
    const notice = await directly('I may not write there');
    // The last thing that is sent: before it, what Slack does next would happen to it.
    const answer = await directly('Report Private scheduled');
    expect(notice.body.channel).not.toBe(bot.workspace.channelId);
    expect(answer.body.channel).toBe(notice.body.channel);
  });

  it('waits as long as it asks, in order and without a gap', async () => {
    await quiet();
    bot.workspace.trouble.set('chat.postMessage', [{ retryAfter: 1 }, 'passes', { retryAfter: 1 }]);
    const known = new Set((await bot.workspace.roots(bot.workspace.channelId)).map(({ ts }) => ts));
    expect(await told('report now')).toContain('The report comes here');
    const root = await until('the report', async () =>
      (await bot.workspace.roots(bot.workspace.channelId)).find(
        ({ ts, text }) => !known.has(ts) && /^❌ Report/.test(text),
      ),
    );

    const thread = await threadOf(bot, root, 2);
    expect(thread.map(({ text }) => text)).toEqual([
      'What AWS connections meet',
      expect.stringContaining('lacks'),
    ]);
  });

  it('gets pictures and lists where it does not know charts and tables', async () => {
    await quiet();
    bot.workspace.trouble.set('chat.postMessage', [{ error: 'invalid_blocks' }]);
    const known = new Set((await bot.workspace.roots(bot.workspace.channelId)).map(({ ts }) => ts));
    await told('report now');
    const root = await until('the report', async () =>
      (await bot.workspace.roots(bot.workspace.channelId)).find(
        ({ ts, text }) => !known.has(ts) && /^❌ Report/.test(text),
      ),
    );

    expect(readMessage(root)).toContain('• prod-eu — AWS · eu-central-1 — ✅ ready');
    const upload = await until('the picture', () =>
      bot.workspace.calls.find(({ method }) => method === 'files.completeUploadExternal'),
    );
    expect(upload.body).toMatchObject({
      thread_ts: root.ts,
      // Words of a file are markup, and names in them must not notify anybody.
      initial_comment: expect.stringMatching(/^What AWS connections meet\n(?!.*<!).*prod-eu: all met/),
    });
    expect(bot.workspace.problems).toEqual([]);
  });
});

describe('the audit trail', () => {
  it('holds who did what to which schedule, refusals too', async () => {
    const [key = ''] = await bot.redis.prompt.keys('xoap:*:audit');
    const entries = (await bot.redis.prompt.xrange(key, '-', '+')).map(([, fields]) => fields.join(' '));

    for (const action of ['report.schedule', 'report.change', 'report.remove', 'report.ask'])
      expect(entries.some((entry) => entry.includes(`action ${action} outcome done`))).toBe(true);
    expect(
      entries.some(
        (entry) => entry.includes('action report.change outcome refused') && /schedule s-/.test(entry),
      ),
    ).toBe(true);
  });
});
