import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReportQueue } from '../../jobs/reports/report-queue.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { eventCallback, signedHeaders } from '../../simulations/slack/requests.ts';
import { signingSecret } from '../../simulations/slack/seed.ts';
import { until } from '../../simulations/until.ts';
import { everythingIn } from '../support/redis-content.ts';
import { addConnection, awsValues, openForm, rootWith } from '../support/scenario.ts';
import { type BotOfSeveral, install, inWorkspace, startBotOfSeveral } from '../support/several.ts';
import { silent } from '../support/silent.ts';

let bot: BotOfSeveral;
let reports: Awaited<ReturnType<typeof createReportQueue>>;
beforeAll(async () => {
  bot = await startBotOfSeveral();
  reports = await createReportQueue(bot.redis.patient, silent);
});
afterAll(async () => {
  await reports.close();
  await bot.close();
});

type Name = 'first' | 'second' | 'grid';
type Place = Awaited<ReturnType<typeof inWorkspace>>;

const of = ({ workspaceId }: Place, what: string) => `xoap:{${workspaceId}}:${what}`;
const dayMs = 24 * 3_600_000;

/** Installs the app anew, with a connection and a schedule in the workspace. */
async function inUse(name: Name, teamId?: string): Promise<Place> {
  await install(bot, name);
  const place = await inWorkspace(bot, name, teamId);
  await addConnection(place, awsValues('partial', 'mine'), { verdict: /mine cannot/, replies: 4 });
  await place.person.submit(await openForm(place, 'report schedule'), { 'report.name': 'Weekly' });
  await rootWith(place, 'Report Weekly scheduled');
  return place;
}

async function paused(place: Place): Promise<string[]> {
  const all = Object.values(await bot.redis.prompt.hgetall(of(place, 'schedules')));
  return all.map((text) => JSON.parse(text).paused ?? 'active');
}

const actionsOf = async (place: Place) => {
  const entries = await bot.redis.prompt.xrange(of(place, 'audit'), '-', '+');
  return entries.map(([, fields]) => fields[fields.indexOf('action') + 1]);
};
const endsIn = async (place: Place) =>
  (await actionsOf(place)).filter((action) => action === 'workspace.end').length;

/** Waits for the whole end: the mark comes first, and what is told of it last. */
const ended = (place: Place) =>
  until('the end', async () => {
    const isMarked = (await bot.redis.prompt.exists(of(place, 'workspace-ended'))) === 1;
    return isMarked && (await endsIn(place)) > 0;
  });
const onTheClock = async () => (await reports.onTheClock()).size;
const kept = (place: Place) => bot.redis.prompt.hlen(of(place, 'credentials'));

/** Deletes what is due, if the end were so many days ago. */
async function sweepAfter(place: Place, days: number): Promise<void> {
  const mark = JSON.parse((await bot.redis.prompt.get(of(place, 'workspace-ended'))) ?? '{}');
  const endedAt = new Date(Date.now() - days * dayMs).toISOString();
  await bot.redis.prompt.set(of(place, 'workspace-ended'), JSON.stringify({ ...mark, endedAt }));
  await reports.sweep();
  await until('the sweep', async () => {
    const keys = await bot.redis.prompt.keys('bull:xoap-reports:*');
    const states = await Promise.all(keys.map((key) => bot.redis.prompt.type(key)));
    const lists = keys.filter((key, index) => states[index] === 'list' && /:(wait|active)$/.test(key));
    return lists.length === 0;
  });
}

beforeEach(async () => {
  await bot.redis.prompt.flushdb();
});

describe('an app that is removed from a workspace', () => {
  it.each([
    [['uninstalled', 'revoked']],
    [['revoked', 'uninstalled']],
    [['revoked']],
    [['uninstalled', 'uninstalled']],
  ] as const)(
    'ends it, told by %j: schedules and tokens at once, credentials after thirty days',
    async (order) => {
      const place = await inUse('first');
      await until('the clock', async () => (await onTheClock()) === 1);

      await bot.slack.uninstall('first', bot.botUrl, order);
      await ended(place);

      await until('its schedules', async () => (await paused(place)).join() === 'workspace-ended');
      await until('the clock', async () => (await onTheClock()) === 0);
      expect(await bot.redis.prompt.exists(of(place, 'installation'))).toBe(0);
      await until('the audit', async () => (await endsIn(place)) === 1);
      await sweepAfter(place, 29);
      expect(await kept(place)).toBe(1);
      await sweepAfter(place, 31);
      await until('the deletion', async () => (await actionsOf(place)).includes('workspace.erase'));
      expect(await bot.redis.prompt.keys(`xoap:{${place.workspaceId}}:*`)).toEqual([of(place, 'audit')]);
      expect(await endsIn(place)).toBe(1);
      await place.person.close();
    },
  );

  it('finds all of it when it is installed again in time, with its schedules paused', async () => {
    const place = await inUse('second');
    const removedAt = new Date();
    await bot.slack.uninstall('second', bot.botUrl, ['uninstalled']);
    await ended(place);

    await install(bot, 'second');

    await place.person.type('connection list');
    expect(readMessage(await place.person.nextReply())).toContain('mine');
    await place.person.type('report list');
    expect(readMessage(await place.person.nextReply())).toContain('paused: the app was removed meanwhile');
    await sweepAfter({ ...place, workspaceId: 'slack:T0NONE' }, 31);
    expect(await kept(place)).toBe(1);
    // An event of before that comes late says nothing of the new installation.
    const late = { type: 'tokens_revoked', tokens: { bot: ['U0XOAP'] } };
    await bot.slack.tell(bot.botUrl, 'second', late, new Date(removedAt.getTime() - 1_000));
    expect(await bot.redis.prompt.exists(of(place, 'workspace-ended'))).toBe(0);
    expect(await actionsOf(place)).toContain('workspace.revive');
    await place.person.close();
  });

  it('is not removed by the revoked token of a person', async () => {
    const place = await inUse('second');
    await bot.slack.tell(bot.botUrl, 'second', {
      type: 'tokens_revoked',
      tokens: { oauth: ['U1'], bot: [] },
    });
    await place.person.type('connection list');
    expect(readMessage(await place.person.nextReply())).toContain('mine');
    expect(await bot.redis.prompt.exists(of(place, 'workspace-ended'))).toBe(0);
    await place.person.close();
  });

  it('is noticed by a call where no event came, and what waits is dropped', async () => {
    const place = await inUse('first');
    await bot.slack.uninstall('first', bot.botUrl, []);

    await place.person.type('connection verify mine');
    await ended(place);

    await until('its schedules', async () => (await paused(place)).join() === 'workspace-ended');
    await until('the word about it', () =>
      bot.logs.some((line) => line.includes('was dropped: its workspace')),
    );
    await until('its turn', async () => (await bot.redis.prompt.hlen('xoap:{turns}:connections')) === 0);
    expect(JSON.parse((await bot.redis.prompt.get(of(place, 'workspace-ended'))) ?? '')).toMatchObject({
      reason: 'refused',
    });
    await place.person.close();
  });

  it('is not taken for removed after one odd answer', async () => {
    const place = await inUse('second');
    const before = place.workspace.calls.filter(({ method }) => method === 'chat.postMessage').length;
    place.workspace.trouble.set('chat.postMessage', [{ error: 'account_inactive' }]);

    await place.person.type('connection verify mine');

    await until('the odd answer', () => place.workspace.trouble.get('chat.postMessage')?.length === 0);
    const posts = () =>
      place.workspace.calls.filter(({ method }) => method === 'chat.postMessage').slice(before);
    await until('the message after it', () => posts().some(({ answer }) => answer?.ok));
    expect(await bot.redis.prompt.exists(of(place, 'workspace-ended'))).toBe(0);
    await place.person.close();
  });
});

describe('an organisation', () => {
  const revoked = (...team_ids: string[]) => ({ type: 'team_access_revoked', team_ids });
  const granted = (...team_ids: string[]) => ({ type: 'team_access_granted', team_ids });

  it('ends with its last workspace, and goes on once one has the app again', async () => {
    const place = await inUse('grid');
    bot.slack.teams.delete('T0GRIDB');
    await bot.slack.tell(bot.botUrl, 'grid', revoked('T0GRIDB'));
    expect(await bot.redis.prompt.exists(of(place, 'workspace-ended'))).toBe(0);

    bot.slack.teams.clear();
    await bot.slack.tell(bot.botUrl, 'grid', revoked('T0GRIDA'));
    await ended(place);
    await until('its schedules', async () => (await paused(place)).join() === 'workspace-ended');
    expect(await bot.redis.prompt.exists(of(place, 'installation'))).toBe(1);

    bot.slack.teams.add('T0GRIDA').add('T0GRIDB');
    await bot.slack.tell(bot.botUrl, 'grid', granted('T0GRIDA'));
    await until(
      'its return',
      async () => (await bot.redis.prompt.exists(of(place, 'workspace-ended'))) === 0,
    );
    await place.person.type('connection list');
    expect(readMessage(await place.person.nextReply())).toContain('mine');
    await place.person.close();
  });

  it('goes on when one of its workspaces removes an installation of its own', async () => {
    const place = await inUse('grid');
    const sender = { userId: '', userName: '', appId: 'A0XOAP', botUserId: 'U0XOAP', teamId: 'T0GRIDA' };
    const event = JSON.parse(eventCallback(sender, { user: undefined, type: 'app_uninstalled' }));
    const body = JSON.stringify({ ...event, enterprise_id: 'E0GRID' });
    const headers = signedHeaders(body, { secret: signingSecret });
    await fetch(`${bot.botUrl}/slack/events`, { method: 'POST', headers, body });
    expect(await bot.redis.prompt.exists(of(place, 'workspace-ended'))).toBe(0);
    expect(await bot.redis.prompt.exists(of(place, 'installation'))).toBe(1);
    await place.person.close();
  });

  it('that removes the app ends as a workspace does', async () => {
    const place = await inUse('grid');
    await bot.slack.uninstall('grid', bot.botUrl, ['revoked', 'uninstalled']);
    await ended(place);
    expect(await bot.redis.prompt.exists(of(place, 'installation'))).toBe(0);
    // Neither of its workspaces has anything of its own.
    expect(await everythingIn(bot.redis.prompt)).not.toContain('T0GRIDA}:workspace-ended');
    await place.person.close();
  });
});
