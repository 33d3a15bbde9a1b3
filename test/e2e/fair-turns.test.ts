import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSlackPerson, type SlackPerson } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { awsValues, openForm, rootWith } from '../support/scenario.ts';

const most = 14;
let bot: TestBot;
let lee: SlackPerson;
beforeAll(async () => {
  bot = await startTestBot({
    environment: { XOAP_WORKER_CONCURRENCY: '4', XOAP_MAX_WAITING_PER_PERSON: String(most) },
  });
  lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
});
afterAll(async () => {
  bot.cloud.delayMs = 0;
  await lee.close();
  await bot.close();
});

const stored = async () =>
  (await bot.redis.prompt.hkeys(`xoap:{slack:${bot.workspace.teamId}}:names`)).sort();

it('somebody else’s verification begins at once while one person’s wait, and one who asks for more is told when to try again', async () => {
  bot.cloud.delayMs = 800;
  // Some of them end while the others are asked for: as many more are taken until so many wait.
  const names: string[] = [];
  let refusal = '';
  while (!refusal && names.length < 4 * most) {
    const name = `kim-${String(names.length).padStart(2, '0')}`;
    refusal = (await bot.person.submit(await openForm(bot), awsValues('complete', name))).text;
    if (!refusal) names.push(name);
  }

  expect(refusal).toContain(
    `${most} verifications of yours are waiting, and no more may. Try again in a minute. Nothing was stored.`,
  );
  expect(names.length).toBeGreaterThanOrEqual(most);
  await until('what was taken back', async () => (await stored()).length === names.length);

  const draws = lee.draws();
  await lee.type('connection add aws');
  const from = Date.now();
  await lee.submit(await lee.viewAfter(draws + 1), awsValues('complete', 'lee-alone'));
  await rootWith(bot, /lee-alone/);
  const waited = Date.now() - from;
  const begun = (await bot.workspace.roots(bot.workspace.channelId)).filter(({ text }) =>
    /kim-\d+/.test(text),
  );

  expect(waited).toBeLessThan(2_000);
  // Most of the first person's had not even begun.
  expect(begun.length).toBeLessThan(names.length);

  bot.cloud.delayMs = 0;
  for (const name of [...names, 'lee-alone'])
    await rootWith(bot, new RegExp(`${name} can build`), { timeoutMs: 60_000 });
  expect(await stored()).toEqual([...names, 'lee-alone'].sort());
});
