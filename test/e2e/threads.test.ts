import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { demoKeys, documentedPolicy } from '../../simulations/aws/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import type { SlackPost } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, idle, rootNow, rootWith, threadOf } from '../support/scenario.ts';

// One place for one problem: what was said stays true, and a further verification goes on there.

let bot: TestBot;
let root: SlackPost;
beforeAll(async () => {
  bot = await startTestBot();
  ({ root } = await addConnection(bot, awsValues('partial'), { verdict: /prod-eu cannot/, replies: 4 }));
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});
beforeEach(async () => {
  bot.person.privately.splice(0);
  await idle(bot);
});

const lacking = (...without: string[]) => {
  bot.cloud.holder(demoKeys.partial.id).policies = [documentedPolicy({ without })];
};
const texts = async () => (await bot.workspace.thread(bot.workspace.channelId, root.ts)).map(readMessage);
/** What the thread says once the verification is over. */
async function toldNow(): Promise<string[]> {
  await idle(bot);
  return texts();
}
const roots = async () =>
  (await bot.workspace.roots(bot.workspace.channelId)).filter(({ text }) => text.includes('prod-eu'));

it('a further verification of an open problem goes on in its thread, and its asker is told where', async () => {
  await bot.person.type('connection verify prod-eu');
  const reply = await bot.person.nextReply();
  expect(readMessage(reply)).toMatch(
    /^Verifying prod-eu again\. The answer comes in its thread of .* UTC\.$/,
  );
  expect(JSON.stringify(reply.blocks)).toContain(
    `/archives/${bot.workspace.channelId}/p${root.ts.replace('.', '')}`,
  );

  await threadOf(bot, root, 5);
  expect((await texts())[4]).toMatch(/^Nothing changed since .*\n❌ Still missing: /);
  expect(await roots()).toHaveLength(1);
});

it('what is missing and its fix are told as they are now', async () => {
  lacking('ec2:CreateImage');
  await bot.person.click(root, 'verify-again');
  await rootNow(bot, root, /ec2:CreateImage is missing/);
  const [fix, missing, others] = await toldNow();
  expect(fix).toContain('Add this action to the policies of xoap-packer');
  expect(fix).not.toContain('ec2:RegisterImage');
  expect(missing).not.toContain('ec2:RegisterImage');
  expect(others).not.toContain('ec2:RegisterImage');
});

it('and that nothing is, once it is fixed', async () => {
  lacking();
  await bot.person.click(root, 'verify-again');
  await rootNow(bot, root, /^✅ prod-eu can build images/);
  const all = await toldNow();
  expect(all[0]).toMatch(/^✅ This fix is not needed any more, as of .* UTC\.$/);
  expect(all[1]).toMatch(/^✅ Nothing of this is missing any more, as of /);
  expect(all[2]).toMatch(/^✅ No other way to fix it is needed any more/);
  expect(all[3]).toContain('What was checked and how');
});

it('a loss afterwards has its fix below, and the old place says so', async () => {
  lacking('ec2:CopyImage');
  await bot.person.click(root, 'verify-again');
  await rootNow(bot, root, /prod-eu can no longer build images: ec2:CopyImage is missing · lost since/);
  const all = await toldNow();
  expect(all.findLast((text) => text.startsWith('Fix'))).toContain('ec2:CopyImage');
  expect(all[1]).toMatch(/^Missing \(1\)/);
  lacking();
  await idle(bot);
  await bot.person.click(root, 'verify-again');
  await rootNow(bot, root, /^✅ prod-eu can build images/);
});

it('a problem that is over is closed: a further verification begins anew', async () => {
  await bot.person.type('connection verify prod-eu');
  await until('a second root', async () => (await roots()).length === 2);
  await rootWith(bot, /^✅ prod-eu can build/);
  expect(bot.person.privately).toEqual([]);
});

it('what is removed loses its buttons everywhere', async () => {
  await bot.person.type('connection remove prod-eu');
  await bot.person.click(await bot.person.nextReply(), 'remove-connection');
  const gone = await until('the edits', async () => {
    const all = await roots();
    return all.every(({ text }) => text.includes('was removed')) && all;
  });
  expect(gone.map(readMessage)).toEqual(Array(2).fill('prod-eu was removed by kim.'));
  expect(await bot.redis.prompt.keys('*:threads:*')).toEqual([]);
});
