import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { channel, groupChat, personalChat, type TeamsPerson } from '../../simulations/teams/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { awsValues } from '../support/scenario.ts';

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let bot: TestBot;
let person: TeamsPerson;

beforeAll(async () => {
  redis = await startRedisChild();
  bot = await startTestBot({ redisUrl: redis.url });
  person = bot.teamsPerson;
});
afterEach(async () => {
  bot.cloud.delayMs = 0;
  // Trouble is for whatever is sent next, so nothing of a test may come after it.
  await until('the last cards', () => cardsWith('What was checked and how').length >= added);
});
afterAll(async () => {
  await bot.close();
  await redis.close();
});

let added = 0;
async function add(name: string, where = groupChat, key: Parameters<typeof awsValues>[0] = 'complete') {
  added += 1;
  const first = await person.openExtension(where);
  const answer = await person.press(first, 'Next', { type: 'cloud', provider: 'aws' });
  return person.press(person.dialogIn(answer, true), 'Add and verify', awsValues(key, name));
}

const cardsWith = (text: string) => bot.tenant.posts.filter(({ card }) => readCard(card).includes(text));

describe('an answer', () => {
  it.each([412, 429, 502, 504])('comes once, though Teams first says %i', async (status) => {
    bot.tenant.trouble.push({ status, ...(status === 429 && { retryAfter: 1 }) });

    await add(`after-${status}`);

    await person.card(new RegExp(`after-${status} can build images`));
    expect(cardsWith(`after-${status} can build`)).toHaveLength(1);
  });

  it('waits as long as Teams asks before it is sent again', async () => {
    bot.tenant.trouble.push({ status: 429, retryAfter: 2 });
    const known = bot.tenant.calls.length;

    await add('patient');

    await person.card(/patient can build images/);
    const [refused, next] = bot.tenant.calls.slice(known);
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1_900);
  });

  it('is posted anew when the card to update is gone', async () => {
    bot.cloud.delayMs = 300;
    await add('vanishing', channel, 'partial');
    const running = await person.card(/Verifying vanishing/);

    bot.tenant.posts.splice(bot.tenant.posts.indexOf(running), 1);

    const root = await person.card(/vanishing cannot build images/);
    expect(root.id).not.toBe(running.id);
    await person.thread(root, 4);
    expect(cardsWith('vanishing cannot build')).toHaveLength(1);
  });

  it.each(['MessageWritesBlocked', 'BotNotInConversationRoster'])(
    'goes to the person alone, and says why, where the bot may not write: %s',
    async (code) => {
      bot.tenant.trouble.push({ status: 403, code });

      await add(`blocked-${code.toLowerCase()}`, channel);

      const root = await person.card(new RegExp(`blocked-${code.toLowerCase()} can build`));
      expect(root.conversationId).toBe(`a:direct-29:${person.userId}`);
      const [notice] = cardsWith('I may not write in that conversation');
      expect(notice?.conversationId).toBe(root.conversationId);
    },
  );

  it('goes to the person alone from a command box without a conversation', async () => {
    const notices = cardsWith('I may not write in that conversation').length;
    const { body } = await person.invoke(
      'composeExtension/fetchTask',
      { commandContext: 'commandBox' },
      {},
      { ...personalChat, id: '' },
    );
    const first = person.dialogIn({ status: 200, body, ms: 0 }, true);
    const second = person.dialogIn(
      await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }),
      true,
    );

    await person.press(second, 'Add and verify', awsValues('complete', 'boxed'));

    added += 1;
    const root = await person.card(/boxed can build images/);
    expect(root.conversationId).toBe(`a:direct-29:${person.userId}`);
    expect(cardsWith('I may not write in that conversation')).toHaveLength(notices);
  });

  it('follows as cards where there are no threads', async () => {
    await add('flat', groupChat, 'partial');

    const root = await person.card(/flat cannot build images/);
    const after = await until('the cards', () => {
      const { posts } = bot.tenant;
      const next = posts
        .slice(posts.indexOf(root) + 1)
        .filter(({ conversationId }) => conversationId === groupChat.id);
      return next.some(({ card }) => readCard(card).includes('What was checked and how')) && next;
    });
    expect(readCard(after[1]?.card ?? {})).toContain('Missing (4)');
  });

  it('of many at once to one conversation keeps the pace of Teams', async () => {
    const known = bot.tenant.calls.length;

    await Promise.all([1, 2, 3].map((number) => add(`pace-${number}`, channel, 'partial')));
    for (const number of [1, 2, 3]) {
      const root = await person.card(new RegExp(`pace-${number} cannot build`));
      await person.thread(root, 4);
    }

    const times = bot.tenant.calls
      .slice(known)
      .filter(({ path }) => path.includes(channel.id))
      .map(({ at }) => at);
    expect(times.length).toBeGreaterThanOrEqual(18);
    // The moments that were taken, since what is on the way may be held up by a busy machine; none left before its own.
    const lists = await Promise.all(
      (await bot.redis.prompt.keys('xoap:teams:pace:*')).map((key) => bot.redis.prompt.lrange(key, 0, -1)),
    );
    const [longest = []] = lists.sort((one, other) => other.length - one.length);
    const moments = longest.slice(-times.length).map(Number);
    for (const [index, moment] of moments.entries()) {
      if (index >= 7) expect(moment - (moments[index - 7] ?? 0)).toBeGreaterThanOrEqual(1_000);
      expect(times[index]).toBeGreaterThanOrEqual(moment);
    }
  });
});

describe('an answer to a command', () => {
  it.each([502, 429])('comes though Teams first says %i', async (status) => {
    const known = cardsWith('What this bot understands').length;
    bot.tenant.trouble.push({ status, ...(status === 429 && { retryAfter: 1 }) });

    expect((await person.type('help', personalChat)).status).toBe(200);

    await until('the answer', () => cardsWith('What this bot understands').length === known + 1);
  });
});

describe('while Redis is away', () => {
  it('people are told so within three seconds, whatever they did', async () => {
    await add('known', personalChat);
    const root = await person.card(/known can build images/);
    const first = await person.openExtension(personalChat);
    const second = person.dialogIn(
      await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }),
      true,
    );
    redis.pause();

    const answers = await Promise.all([
      person.type('connection list', personalChat),
      person.click(root, 'Verify again'),
      person.invoke('composeExtension/fetchTask', { commandId: 'connection-add' }, {}, personalChat),
      person.press(second, 'Add and verify', awsValues('complete', 'never-stored')),
    ]);
    redis.resume();

    for (const { status, ms } of answers) {
      expect(status).toBe(200);
      expect(ms).toBeLessThan(3_000);
    }
    await person.card(/The bot cannot reach its database right now/);
    const [, clicked, opened, pressed] = answers.map(({ body }) => JSON.stringify(body));
    expect(clicked).toContain('cannot reach its database');
    expect(opened).toContain('cannot reach its database');
    expect(pressed).toContain('cannot reach its database');
  });

  it('nothing half-written stays', async () => {
    const none = 'No connection has a name that contains "never-stored"';
    await until('the taking back', async () => {
      const known = bot.tenant.posts.length;
      await person.type('connection list never-stored', personalChat);
      await until('an answer', () => bot.tenant.posts.length > known);
      return cardsWith(none).length > 0;
    });
  });
});
