import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoKeys, demoLacks, documentedPolicy } from '../../simulations/aws/demo-accounts.ts';
import {
  createSlackPerson,
  readMessage,
  type SlackPerson,
  type View,
} from '../../simulations/slack/person.ts';
import type { SlackPost } from '../../simulations/slack/workspace.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, idle, rootNow, rootWith, threadOf } from '../support/scenario.ts';

let bot: TestBot;
let lee: SlackPerson;
beforeAll(async () => {
  bot = await startTestBot({ environment: { XOAP_REPORT_SPREAD_SECONDS: '0' } });
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
});
afterAll(async () => {
  await lee.close();
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.tenant.problems).toEqual([]);
});
beforeEach(async () => {
  bot.person.privately.splice(0);
  await idle(bot);
});

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);
const until60 = inDays(60);
const reason = 'Images are made by "another" account 🚀 ייצור.';

type Option = { readonly value: string; readonly text: { readonly text: string } };
type Input = { block_id?: string; element?: { option_groups?: { options: Option[] }[]; options?: Option[] } };

/** The values of a list in a modal, by the requirement that its label begins with. */
function choicesIn(view: View, field: string): Map<string, string> {
  const { element } = (view.blocks as Input[]).find(({ block_id }) => block_id === field) ?? {};
  const options = [
    ...(element?.options ?? []),
    ...(element?.option_groups ?? []).flatMap((group) => group.options),
  ];
  return new Map(options.map(({ value, text }) => [text.text.split(' ', 1)[0] ?? '', value]));
}

async function openAcceptance(root: SlackPost): Promise<View> {
  const draws = bot.person.draws();
  await bot.person.click(root, 'accept-findings');
  return bot.person.viewAfter(draws + 1);
}

async function told(text: string): Promise<string> {
  await bot.person.type(text);
  return readMessage(await bot.person.nextReply());
}

describe('accepting on Slack', () => {
  let root: SlackPost;
  beforeAll(async () => {
    ({ root } = await addConnection(bot, awsValues('partial'), { verdict: /prod-eu cannot/, replies: 4 }));
  });

  it('is for whoever may change the connection', async () => {
    await lee.click(root, 'accept-findings');
    expect(readMessage(await lee.nextReply())).toMatch(
      /^Only who added prod-eu, or whoever was given the role operator or admin, may accept what is missing of it\.$/,
    );
    const stolen = await openAcceptance(root);
    expect(JSON.stringify((await lee.submit(stolen, {})).body)).toContain('There is no such form here');
  });

  it('says beside the fields what is wrong, and keeps nothing', async () => {
    const view = await openAcceptance(root);
    expect(view.title.text).toBe('Accept findings');
    const [one = ''] = choicesIn(view, 'accept.findings').values();
    const errorsOf = async (values: Record<string, unknown>) =>
      (await bot.person.submit(view, values)).body.errors;

    expect(await errorsOf({})).toEqual({ 'accept.findings': 'Choose at least one.' });
    expect(await errorsOf({ 'accept.findings': [one], 'accept.until': inDays(-1) })).toEqual({
      'accept.reason': 'Say why, for whoever reads this later.',
      'accept.until': 'This day has passed.',
    });
    expect(
      await errorsOf({
        'accept.findings': ['gone'],
        'accept.reason': reason,
        'accept.until': inDays(400),
      }),
    ).toEqual({
      'accept.findings': expect.stringContaining('has changed since the form was opened'),
      'accept.until': expect.stringContaining('At most a year ahead'),
    });
    expect(
      await errorsOf({ 'accept.findings': [one], 'accept.reason': 'x'.repeat(501), 'accept.until': until60 }),
    ).toEqual({ 'accept.reason': 'Say it in 500 characters at most.' });
    expect(await bot.redis.prompt.keys('*:accepted:*')).toEqual([]);
  });

  it('takes some out of the verdict and the fix, and names who, until when and why', async () => {
    const view = await openAcceptance(root);
    const choices = choicesIn(view, 'accept.findings');
    expect([...choices.keys()].sort()).toEqual([
      'ec2:CreateImage',
      'ec2:DeleteSnapshot',
      'ec2:DeregisterImage',
      'ec2:RegisterImage',
    ]);
    const two = ['ec2:CreateImage', 'ec2:RegisterImage'];
    await bot.person.submit(view, {
      'accept.findings': two.map((id) => choices.get(id)),
      'accept.reason': reason,
      'accept.until': until60,
    });

    root = await rootNow(
      bot,
      root,
      /: ec2:DeleteSnapshot and ec2:DeregisterImage are missing, 2 accepted by kim until \d/,
    );
    const thread = (await threadOf(bot, root, 7)).slice(4).map(readMessage);
    expect(thread[0]).toBe('❌ Still missing: ec2:DeleteSnapshot, ec2:DeregisterImage');
    expect(thread[1]).toMatch(
      /^Accepted, not granted \(2\)\n• ec2:CreateImage · ec2:RegisterImage — missing/,
    );
    expect(thread[1]).toContain(reason);
    expect(thread[2]).toContain('ec2:DeleteSnapshot');
    expect(thread[2]).not.toContain('ec2:CreateImage');
  });

  it('of all makes it ready, without a word of granted', async () => {
    const view = await openAcceptance(root);
    const choices = choicesIn(view, 'accept.findings');
    expect([...choices.keys()].sort()).toEqual(['ec2:DeleteSnapshot', 'ec2:DeregisterImage']);
    await bot.person.submit(view, {
      'accept.findings': [...choices.values()],
      'accept.reason': 'We clean up by hand.',
      'accept.until': inDays(10),
    });

    root = await rootNow(bot, root, /^☑️ prod-eu is ready/);
    expect(readMessage(root)).toMatch(
      /is ready, 4 accepted by kim, the first of them until .*: 30 of 34 met/,
    );
    expect(await told('connection list')).toMatch(/☑️ ready, 4 accepted until /);
    await bot.person.click(root, 'show-all-checks');
    const checks = readMessage(await bot.person.nextReply());
    expect(checks).toMatch(/❌ missing, accepted until .* ec2:CreateImage/);
  });

  it('counts in reports, which say so', async () => {
    await bot.person.type('report now');
    const report = await rootWith(bot, /^☑️ Report — the connection is ready, with accepted findings/);
    const text = readMessage(report);
    expect(text).toMatch(/✅ 0 ready · ☑️ 1 ready with accepted findings/);
    expect(text).toMatch(/☑️ ready, 4 accepted by .*, the first of them until /);
  });

  it('is ended by the same form, and what was accepted counts again', async () => {
    const view = await openAcceptance(root);
    const ends = choicesIn(view, 'accept.end');
    expect(ends.size).toBe(4);
    await bot.person.submit(view, { 'accept.end': [ends.get('ec2:CreateImage')] });

    root = await rootNow(bot, root, /: ec2:CreateImage is missing, 3 accepted/);
    await until('the line in the thread', async () =>
      (await threadOf(bot, root, 1)).some((post) =>
        readMessage(post).includes('❌ Missing, and no longer accepted: ec2:CreateImage'),
      ),
    );
  });

  it('is over for good once it is granted, so that a later loss is told as one', async () => {
    const accepted = async () => {
      const [key = ''] = await bot.redis.prompt.keys('*:accepted:*');
      return (await bot.redis.prompt.hkeys(key)).join();
    };
    const holder = bot.cloud.holder(demoKeys.partial.id);
    const before = holder.policies;
    expect(await accepted()).toContain('ec2:RegisterImage');

    holder.policies = [documentedPolicy({ without: demoLacks.filter((id) => id !== 'ec2:RegisterImage') })];
    await bot.person.click(root, 'verify-again');
    root = await rootNow(bot, root, /fixed since .*: ec2:RegisterImage/);
    expect(await accepted()).not.toContain('ec2:RegisterImage');

    holder.policies = before;
    await idle(bot);
    await bot.person.click(root, 'verify-again');
    root = await rootNow(bot, root, / are missing, 2 accepted/);
  });

  it('stands in the audit trail: what, until when and why, and what was refused', async () => {
    const entries = await bot.redis.prompt.xrange(`xoap:{slack:${bot.workspace.teamId}}:audit`, '-', '+');
    const trail = entries.map(([, fields]) => fields.join(' ')).filter((each) => each.includes('accept'));

    expect(trail.find((each) => each.includes('refused'))).toContain(bot.workspace.people.lee);
    expect(trail).toContainEqual(expect.stringContaining(`ec2:CreateImage until ${until60}: ${reason}`));
    expect(trail).toContainEqual(expect.stringMatching(/no longer accepted: .*ec2:CreateImage/));
    expect(trail.filter((each) => each.includes('outcome done'))).toHaveLength(5);
  });

  it('is forgotten with the connection', async () => {
    expect(await bot.redis.prompt.keys('*:accepted:*')).toHaveLength(1);
    await bot.person.type('connection remove prod-eu');
    await bot.person.click(await bot.person.nextReply(), 'remove-connection');
    await until('the removal', async () => (await bot.redis.prompt.keys('*:accepted:*')).length === 0);
  });
});

describe('accepting in Teams', () => {
  it('is done in a dialog, and shows in the card', async () => {
    const person = bot.teamsPerson;
    const first = await person.openExtension();
    const second = person.dialogIn(
      await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }),
      true,
    );
    await person.press(second, 'Add and verify', awsValues('partial', 'teams-eu'));
    const card = await person.card(/teams-eu cannot build images/);
    const dialog = await person.openDialog(card, 'Accept…');
    const choices = JSON.stringify(dialog.card).matchAll(/"title":"ec2:\w+[^"]*","value":"(\w+)"/g);
    const values = [...choices].map(([, value]) => value).join(',');

    await idle(bot);
    await person.press(dialog, 'Save and verify', {
      'accept.findings': values,
      'accept.reason': reason,
      'accept.until': until60,
    });

    const ready = await person.card(/teams-eu is ready, 4 accepted/);
    expect(readCard(ready.card)).toMatch(/^☑️ .*4 accepted by .* until .*: 30 of 34 met/);
  });
});
