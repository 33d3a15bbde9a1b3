import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, rootWith } from '../support/scenario.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({
    environment: { XOAP_REPORT_SPREAD_SECONDS: '0', XOAP_REPORT_CONCURRENCY: '3' },
  });
  // Three of one account, four of another.
  for (const [key, names, region] of [
    ['complete', ['a1', 'a2', 'a3'], 'eu-central-1'],
    ['scp', ['b1', 'b2'], 'us-east-1'],
    ['novpc', ['c1', 'c2'], 'eu-central-1'],
  ] as const)
    for (const name of names)
      await addConnection(bot, awsValues(key, name, region), {
        verdict: new RegExp(`^. ${name} `),
        replies: 1,
      });
});
afterAll(() => bot.close());

it('a report verifies so many of a provider at once, two of an account, and all of them in the end', async () => {
  bot.cloud.delayMs = 100;
  const seen = { provider: 0, account: 0, accounts: new Set<string>() };
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const active = await bot.redis.prompt.llen('bull:xoap-report-checks-aws:active');
      seen.provider = Math.max(seen.provider, active);
      for (const key of await bot.redis.prompt.keys('xoap:slots:*')) {
        seen.accounts.add(key);
        seen.account = Math.max(seen.account, await bot.redis.prompt.zcard(key));
      }
    }
  })();
  await bot.person.type('report now');
  const root = await rootWith(bot, /^❌ Report/);
  isOver = true;
  await watching;

  expect(seen.provider).toBe(3);
  expect(seen.account).toBe(2);
  expect(seen.accounts.size).toBe(2);
  expect(root.text).toContain('of 7 connections');
});
