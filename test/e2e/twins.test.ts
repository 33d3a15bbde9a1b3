import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { twinJobName } from '../../jobs/verifications/verification-job.ts';
import { openVerificationQueue } from '../../jobs/verifications/verification-queue.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { tellOfPosts } from '../../simulations/slack/posted-events.ts';
import { metadataPosted, signedHeaders } from '../../simulations/slack/requests.ts';
import { signingSecret } from '../../simulations/slack/seed.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { awsValues, openForm, rootNow, rootWith, threadOf, verified } from '../support/scenario.ts';
import { silent } from '../support/silent.ts';

// Slack and Teams take a message and lose the answer: nobody can tell whether it is there, so it is posted again.

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterEach(() => {
  bot.workspace.granted.splice(0);
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.tenant.problems).toEqual([]);
});
afterAll(() => bot.close());

const pointer = /This message was sent twice\. Read the other one instead\./;
const rootsOf = async (name: string) =>
  (await bot.workspace.roots(bot.workspace.channelId)).filter(({ text }) => text.includes(name));

/** Adds a connection whose first message is taken while its answer is lost. */
async function addLosing(name: string): Promise<void> {
  const view = await openForm(bot);
  bot.workspace.trouble.set('chat.postMessage', ['loses']);
  await bot.person.submit(view, awsValues('complete', name));
}

const postsOf = (name: string) =>
  bot.workspace.calls.filter(
    ({ method, body }) => method === 'chat.postMessage' && String(body.text).includes(name),
  );

/** Sends the event about a call that posted, as Slack would. */
async function tellOf({ body, answer }: TestBot['workspace']['calls'][number], appId = 'A0XOAP') {
  const { channel, ts } = answer as { channel: string; ts: string };
  const sender = { teamId: bot.workspace.teamId, userId: '', userName: '', appId, botUserId: 'U0XOAP' };
  const event = metadataPosted(sender, { channel, ts, metadata: body.metadata });
  const sent = appId === 'A0XOAP' ? event : event.replace(`"api_app_id":"${appId}"`, '"api_app_id":"A0XOAP"');
  const headers = signedHeaders(sent, { secret: signingSecret });
  return fetch(`${bot.botUrl}/slack/events`, { method: 'POST', headers, body: sent });
}

describe('a root message whose answer Slack lost', () => {
  it('stands twice where Slack tells nothing; a click on the one that stands still lets it point to the answer', async () => {
    await addLosing('lost-root');
    const real = await rootWith(bot, /lost-root can build images/);
    await threadOf(bot, real, 1);
    await verified(bot);
    const twin = await rootWith(bot, /Verifying lost-root/);
    expect(readMessage(twin)).toMatch(/Verifying lost-root .*\n\[Check progress\]/);

    await bot.person.click(twin, 'check-progress');
    await rootNow(bot, twin, pointer);
    expect(readMessage(await bot.person.nextReply())).toMatch(pointer);
    expect((await rootsOf('lost-root')).map(({ ts }) => ts)).toEqual([real.ts]);
    const shown = (await bot.workspace.roots(bot.workspace.channelId)).find(({ ts }) => ts === twin.ts);
    expect(JSON.stringify(shown?.blocks)).toContain(
      `archives/${bot.workspace.channelId}/p${real.ts.replace('.', '')}`,
    );
  });

  it('is mended once Slack can be reached again, where Slack told of it and was away then', async () => {
    await addLosing('twice-root');
    const real = await rootWith(bot, /twice-root can build images/);
    await verified(bot);
    const twin = await rootWith(bot, /Verifying twice-root/);
    const [lost] = postsOf('twice-root');
    bot.workspace.isAway = true;
    expect((await tellOf(lost as TestBot['workspace']['calls'][number])).status).toBe(200);
    const queue = openVerificationQueue(bot.redis.prompt, silent);
    await until('a try', async () => (await queue.getDelayed()).some(({ name }) => name === twinJobName));
    await queue.close();
    bot.workspace.isAway = false;

    await rootNow(bot, twin, pointer);
    expect((await rootsOf('twice-root')).map(({ ts }) => ts)).toEqual([real.ts]);
  });

  it('is found by what Slack tells of it where that is granted, and stands once', async () => {
    bot.workspace.granted.push('chat:write', 'metadata.message:read');
    const telling = tellOfPosts(bot.workspace, bot.botUrl);
    await addLosing('heard-root');
    await rootWith(bot, /heard-root can build images/);
    await verified(bot);
    await until('all events', () => telling.waiting() === 0);
    telling.close();

    expect(await rootsOf('heard-root')).toHaveLength(1);
    const pages = postsOf('heard-root').map(({ body }) => body.metadata);
    for (const metadata of pages)
      expect(metadata).toEqual({
        event_type: 'xoap_message',
        event_payload: {
          run: expect.any(String),
          page: expect.stringMatching(/^(root|thread-\d+)$/),
          attempt: 1,
        },
      });
    expect(JSON.stringify(pages)).not.toContain('heard-root');
  });

  it('points to its answer as soon as Slack tells of it, however late that is; what other apps post is nothing to us', async () => {
    await addLosing('late-root');
    const real = await rootWith(bot, /late-root can build images/);
    await verified(bot);
    const twin = await rootWith(bot, /Verifying late-root/);
    const [first, second] = postsOf('late-root');
    if (!first || !second) throw new Error('Not posted twice');
    expect(
      [first, second].map(({ body }) => (body.metadata as { event_payload: object }).event_payload),
    ).toEqual([
      expect.objectContaining({ page: 'root', attempt: 1 }),
      expect.objectContaining({ page: 'root', attempt: 2 }),
    ]);

    expect((await tellOf(first, 'A0OTHER')).status).toBe(200);
    expect((await tellOf(second)).status).toBe(200);
    expect(await rootsOf('late-root')).toHaveLength(2);
    expect((await tellOf(first)).status).toBe(200);
    await rootNow(bot, twin, pointer);
    expect((await rootsOf('late-root')).map(({ ts }) => ts)).toEqual([real.ts]);
  });
});

it('a click on the message that counts does what it is for', async () => {
  const view = await openForm(bot);
  bot.cloud.delayMs = 300;
  await bot.person.submit(view, awsValues('complete', 'asked-about'));
  const running = await rootWith(bot, /Verifying asked-about/);
  await bot.person.click(running, 'check-progress');
  expect(readMessage(await bot.person.nextReply())).toBe(
    'asked-about is being verified. The message changes as it goes on.',
  );
  bot.cloud.delayMs = 0;
  await rootWith(bot, /asked-about can build images/);
  await verified(bot);
  await bot.person.click(running, 'check-progress');
  expect(readMessage(await bot.person.nextReply())).toBe(
    'asked-about is not being verified any more. Its latest answer is here.',
  );
});

describe('a card whose answer Teams lost', () => {
  it('stands twice, and points to the other one once it is clicked', async () => {
    const person = bot.teamsPerson;
    const first = await person.openExtension();
    const next = await person.press(first, 'Next', { type: 'cloud', provider: 'aws' });
    bot.tenant.trouble.push('loses');
    await person.press(person.dialogIn(next, true), 'Add and verify', awsValues('complete', 'lost-card'));
    const real = await person.card(/lost-card can build images/);
    await verified(bot);
    const twin = await person.card(/Verifying lost-card/);

    const { body } = await person.click(twin, 'Check progress');
    expect(JSON.stringify(body)).toMatch(pointer);
    await person.card(pointer);
    const standing = bot.tenant.posts.filter(({ card }) => readCard(card).includes('lost-card'));
    expect(standing.map(({ id }) => id)).toEqual([real.id]);
  });
});
