import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsIn, readCard } from '../../simulations/teams/card-checker.ts';
import type { Dialog, TeamsPerson } from '../../simulations/teams/person.ts';
import type { TeamsPost } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { awsValues } from '../support/scenario.ts';

let bot: TestBot;
let person: TeamsPerson;
beforeAll(async () => {
  bot = await startTestBot({ environment: { XOAP_REPORT_SPREAD_SECONDS: '0' } });
  person = bot.teamsPerson;
  const first = await person.openExtension();
  const second = person.dialogIn(await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }), true);
  await person.press(second, 'Add and verify', { ...awsValues('partial', 'prod-eu'), tags: 'production' });
  await person.thread(await person.card(/prod-eu cannot build images/), 4);
});
afterAll(() => bot.close());

const text = ({ card }: { card: Record<string, unknown> }) => readCard(card).replaceAll('\u00A0', ' ');

async function openSchedule(more: Record<string, unknown> = {}): Promise<Dialog> {
  const known = bot.tenant.posts.length;
  await person.type('report schedule');
  const invitation = await until('an invitation', () => bot.tenant.posts[known]);
  const [button] = actionsIn(invitation.card) as { data: unknown }[];
  const where = { id: invitation.conversationId, kind: 'channel' } as const;
  const answer = await person.invoke(
    'task/fetch',
    { data: button?.data },
    { replyToId: invitation.id, ...more },
    where,
  );
  return person.dialogIn(answer, false);
}

/** The value that an input of a dialog was drawn with. */
function presetOf({ card }: Dialog, id: string): unknown {
  const inputs = card.body as { id?: string; value?: unknown }[];
  return inputs.find((input) => input.id === id)?.value;
}

describe('report schedule in Teams', () => {
  it('asks everything in a dialog, with the time zone of the client', async () => {
    const dialog = await openSchedule({ localTimezone: 'Asia/Tokyo' });

    expect(dialog.title).toBe('Schedule a report');
    expect(text(dialog)).toContain('Connections: All');
    for (const label of [
      'Name',
      'Days (optional)',
      'Time (optional)',
      'Or as cron text (optional)',
      'Time zone',
      'What for',
      'What counts',
      'Speak',
      'Mention (optional)',
    ])
      expect(text(dialog)).toContain(`<${label}>`);
    expect(text(dialog)).not.toContain('<Channel>');
    expect(presetOf(dialog, 'report.timeZone')).toBe('Asia/Tokyo');
    expect(JSON.stringify(dialog.card)).toContain('graph.microsoft.com/users');
  });

  it('reads it back in the conversation where it was asked for', async () => {
    const dialog = await openSchedule({ entities: [{ type: 'clientInfo', timezone: 'Europe/Vienna' }] });
    const answer = await person.press(dialog, 'Schedule', { 'report.name': 'Morning check' });

    expect(answer.body).toEqual({});
    const card = await person.card(/Report Morning check scheduled/);
    expect(text(card)).toMatch(
      /scheduled by Kim Example: every weekday at 09:00, Europe\/Vienna; next: \w+ \d+ \w+ 09:00\./,
    );
  });

  it('says beside the field what is wrong, and keeps what was typed', async () => {
    const dialog = await openSchedule();
    const answer = await person.press(dialog, 'Schedule', {
      'report.name': 'Morning check',
      'report.days': '1,2',
      'report.time': '',
      'report.timeZone': 'Europe/Viena',
    });
    const again = person.dialogIn(answer, false);

    expect(text(again)).toContain('<Time (optional)>\nEnter a time of day, such as 09:00.');
    expect(text(again)).toContain('Did you mean Europe/Vienna?');
    expect(presetOf(again, 'report.days')).toBe('1,2');
    const named = await person.press(again, 'Schedule', {
      'report.time': '08:15',
      'report.timeZone': 'Europe/Vienna',
    });
    expect(text(person.dialogIn(named, false))).toContain(
      'There is already a report called "Morning check".',
    );
  });

  it('offers what there is to choose from, once it is asked for', async () => {
    const dialog = await openSchedule();
    const deciding = person.dialogIn(await person.press(dialog, 'Change'), false);
    const asking = person.dialogIn(await person.press(deciding, 'Next', { 'report.which': 'tags' }), false);
    expect(text(asking)).toContain('Connections: Those with a tag');
    await person.press(asking, 'Schedule', {
      'report.name': 'Tagged',
      'report.tags': 'production',
      'report.cron': '0 9 1 * *',
    });

    const card = await person.card(/Report Tagged scheduled/);
    expect(text(card)).toContain('at 09:00, on day 1 of the month');
    expect(text(card)).toContain('About connections tagged production.');
  });
});

describe('a submission that Teams would not send', () => {
  it('does not lead a report into another conversation', async () => {
    const dialog = await openSchedule();
    const values = {
      'report.name': 'Elsewhere',
      'report.conversation': '19:board@thread.tacv2',
      'report.timeZone': 'UTC',
    };
    await person.press(dialog, 'Schedule', values);

    const card = await person.card(/Report Elsewhere scheduled/);
    expect(card.conversationId).toContain('19:images@thread.tacv2');
  });
});

describe('a report in Teams', () => {
  let root: TeamsPost;

  it('is a card with a table, and its thread', async () => {
    await person.type('report now Morning check');
    root = await person.card(/❌ Morning check/);

    expect(text(root)).toContain('prod-eu | AWS · eu-central-1 | ❌ missing (4 of 34)');
    expect(text(root)).toContain('asked by Kim Example');
    const thread = await person.thread(root, 1);
    const said = thread.map((post) => text(post));
    expect(said[0]).toContain('prod-eu lacks 4 of 34 requirements');
    expect(bot.tenant.problems).toEqual([]);
  });

  it('is snoozed and changed by dialogs of its buttons', async () => {
    const snooze = await person.openDialog(root, 'Snooze…');
    expect((await person.press(snooze, 'Snooze', { 'report.snooze': '7' })).body).toEqual({});
    expect(text(await person.card(/snoozed until/))).toContain('Report Morning check changed by Kim Example');

    const change = await person.openDialog(root, 'Change schedule…');
    expect(change.title).toBe('Change a schedule');
    expect(presetOf(change, 'report.name')).toBe('Morning check');
    await person.press(change, 'Change', { 'report.speak': 'on-change' });
    // Where it goes is not asked for here, and stays.
    const said = await until('the change', () =>
      bot.tenant.posts.find((post) => text(post).includes('It speaks only when something changed.')),
    );
    expect(said.conversationId).toContain(root.conversationId.split(';')[0]);
  });

  it('is made again in place', async () => {
    const posts = bot.tenant.posts.length;
    await person.click(root, 'Verify again');
    await until('the edit', () => root.updates > 0);
    await until('the thread', () => bot.tenant.posts.length >= posts + 1);
    expect(bot.tenant.posts.filter((post) => text(post).includes('❌ Morning check'))).toHaveLength(1);
  });
});

describe('a conversation that the bot was removed from', () => {
  it('is told to who makes a schedule for it', async () => {
    const dialog = await openSchedule();
    bot.tenant.trouble.push({ status: 403, code: 'BotNotInConversationRoster' });
    await person.press(dialog, 'Schedule', { 'report.name': 'Closed' });

    const card = await person.card(/so the answer comes here/);
    expect(text(card)).toContain('add this app to that team or chat');
  });
});
