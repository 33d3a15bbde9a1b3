import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { homeOpened } from '../../simulations/slack/requests.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, idle } from '../support/scenario.ts';

// What somebody sees who opens the bot by itself in Slack.

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.close());

/** Opens the Home once nothing draws it by itself any more. */
async function open() {
  await idle(bot);
  return bot.person.openHome();
}
const read = async () => readMessage({ text: '', blocks: [...(await open()).blocks] });
const dm = async () =>
  String(
    (
      (await bot.workspace.callAs('bot', 'conversations.open', { users: bot.person.userId })).channel as {
        id: string;
      }
    ).id,
  );

describe('the Home', () => {
  it('says how to begin where there is nothing yet', async () => {
    const text = await read();

    expect(text).toContain('There are no connections yet.');
    expect(text).toContain('No report is scheduled yet.');
    expect(text).toContain('[Add a connection]');
    expect(text.match(/Add a connection/g)).toHaveLength(1);
  });

  it('shows connections as they are when it is opened', async () => {
    await addConnection(
      bot,
      { ...awsValues('complete'), name: 'a "name" 🚀 שלום' },
      { verdict: /can build images/, replies: 1 },
    );

    const text = await read();
    expect(text).toContain('1 connection');
    expect(text).toContain('a "name" 🚀 שלום');
    expect(text).toContain('✅ ready');
    expect(text).not.toContain('There are no connections yet.');
  });

  it('opens forms, whose answers come as direct messages', async () => {
    const home = await open();
    const draws = bot.person.draws();
    await bot.person.clickInHome(home, 'open-form', 'connection add aws');
    const view = await bot.person.viewAfter(draws + 1);
    await bot.person.submit(view, awsValues('partial', 'from-home'));

    const conversation = await dm();
    const root = await until('the verdict', async () =>
      (await bot.workspace.roots(conversation)).find(({ text }) => text.includes('from-home cannot build')),
    );
    expect(readMessage(root)).toContain('[Verify again]');
  });

  it('opens a form with no other call before it, since a trigger lasts three seconds', async () => {
    const home = await open();
    const before = bot.workspace.calls.length;
    const draws = bot.person.draws();
    await bot.person.clickInHome(home, 'open-form', 'connection add aws');
    await bot.person.viewAfter(draws + 1);

    // What the worker still says of an earlier connection is not of this.
    const asked = bot.workspace.calls.slice(before).filter(({ method }) => !method.startsWith('chat.'));
    expect(asked.map(({ method }) => method)).toEqual(['views.open']);
  });

  it('answers other clicks as a direct message', async () => {
    const home = await open();
    await bot.person.clickInHome(home, 'list-more', JSON.stringify({ match: '', offset: 0 }));

    const conversation = await dm();
    await until('the list', async () =>
      (await bot.workspace.roots(conversation)).some((post) => readMessage(post).includes('2 connections')),
    );
  });

  it('is within what Slack takes with a workspace full of connections and long names', async () => {
    for (let index = 0; index < 25; index += 1) {
      const draws = bot.person.draws();
      await bot.person.type('connection add aws');
      const view = await bot.person.viewAfter(draws + 1);
      const name = `${'long name '.repeat(7)}${index}`;
      expect((await bot.person.submit(view, awsValues('complete', name))).text).toBe('');
    }

    expect(await read()).toContain('27 connections, 1 to 20');
    expect(bot.workspace.problems).toEqual([]);
  });

  it('shows problems first, and pages in place', async () => {
    const first = await open();
    const text = readMessage({ text: '', blocks: [...first.blocks] });
    expect(text).toMatch(/^27 connections, 1 to 20 — ❌ 1 lacking something · .*✅ \d+ ready\nfrom-home — /);

    const conversation = await dm();
    const messages = (await bot.workspace.roots(conversation)).length;
    await bot.person.clickInHome(first, 'home-page', '20');
    const second = await until('the second page', () => {
      const shown = bot.person.home();
      return JSON.stringify(shown.blocks).includes('21 to 27') && shown;
    });
    expect(JSON.stringify(second.blocks)).toContain('"Back"');
    expect(JSON.stringify(second.blocks)).not.toContain('"Next"');
    expect(await bot.workspace.roots(conversation)).toHaveLength(messages);
  });

  it('has a menu per row: what opens a form opens it, the rest is answered', async () => {
    const home = await open();
    const draws = bot.person.draws();
    await bot.person.chooseInMenu(home, 0, 'Edit…');
    expect((await bot.person.viewAfter(draws + 1)).title.text).toBe('Edit the connection');
    await bot.person.chooseInMenu(home, 0, 'Replace credential…');
    expect((await bot.person.viewAfter(draws + 2)).title.text).toBe('Replace the credential');

    const conversation = await dm();
    const said = async (words: RegExp) =>
      until(`${words}`, async () =>
        (await bot.workspace.roots(conversation)).find((post) => words.test(readMessage(post))),
      );
    await bot.person.chooseInMenu(home, 0, 'Show');
    await said(/^from-home, AWS · .*\n• Latest: ❌ missing \(4\)/);
    await bot.person.chooseInMenu(home, 0, 'Remove…');
    await said(/^Remove from-home\?/);

    await bot.person.type('connection list from');
    await bot.person.chooseInMenu(await bot.person.nextReply(), 0, 'Show');
    expect(readMessage(await bot.person.nextReply())).toMatch(/^from-home, AWS · /);
  });

  it('is drawn anew when a verification ends, for whoever looked at it lately', async () => {
    await open();
    const { policies } = bot.cloud.holder(demoKeys.partial.id);
    bot.cloud.holder(demoKeys.partial.id).policies = bot.cloud.holder(demoKeys.complete.id).policies;
    await bot.person.type('connection verify from-home');
    await until('the new Home', () => !JSON.stringify(bot.person.home().blocks).includes('cannot build'));
    bot.cloud.holder(demoKeys.partial.id).policies = policies;
  });

  it('stays as it was when Slack takes no new one', async () => {
    bot.workspace.trouble.set('views.publish', [{ error: 'internal_error' }]);
    const { teamId } = bot.workspace;
    const { userId } = bot.person;
    const sender = { teamId, userId, userName: 'kim', appId: 'A0XOAP', botUserId: 'U0XOAP' };
    const body = homeOpened(sender, await dm());

    expect((await bot.person.send(body)).status).toBe(200);
    await until('the log', () => bot.logs.some((line) => line.includes('a Home could not be drawn')));
    expect(await read()).toContain('27 connections');
  });
});
