import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFormTokens } from '../../src/access/form-token.ts';
import { isWithoutBrowser, startBrowser } from '../support/browser.ts';
import { type BotOfSeveral, startBotOfSeveral } from '../support/several.ts';

describe.skipIf(isWithoutBrowser)('the installation in Slack, in a browser', () => {
  let bot: BotOfSeveral;
  let browser: Browser;
  let context: BrowserContext;
  const complaints: string[] = [];
  beforeAll(async () => {
    [bot, browser] = await Promise.all([startBotOfSeveral(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await bot.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    complaints.length = 0;
  });
  afterEach(() => context.close());

  /** Goes from the bot's page to Slack's. */
  async function begin() {
    const page = await context.newPage();
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${bot.botUrl}/slack/install`);
    await page.getByRole('link', { name: 'Add to Slack' }).click();
    await page.getByRole('heading', { name: 'XOAP asks to be installed' }).waitFor();
    return page;
  }

  it.each([
    ['Allow in First', 'XOAP is installed in First'],
    ['Allow in Organisation', 'XOAP is installed in Organisation'],
    ['Cancel', 'The installation was cancelled'],
  ])('ends with "%s"', async (button, heading) => {
    const page = await begin();
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('heading', { name: heading }).waitFor();

    expect(new URL(page.url()).origin).toBe(bot.botUrl);
    // The icon that a browser asks for by itself is not there.
    expect(complaints.filter((line) => !line.includes('404'))).toEqual([]);
  });

  it('works once: the page at its end, opened again, installs nothing', async () => {
    const page = await begin();
    await page.getByRole('button', { name: 'Allow in Second' }).click();
    await page.getByRole('heading', { name: 'XOAP is installed in Second' }).waitFor();
    const calls = bot.slack.oauthCalls.length;

    await page.reload();

    await page.getByRole('heading', { name: 'This page cannot go on' }).waitFor();
    expect(bot.slack.oauthCalls.length).toBe(calls);
  });

  it('goes on in no other browser than the one that began it', async () => {
    const page = await begin();
    const asked = new URL(page.url());
    const other = await browser.newContext();
    const elsewhere = await other.newPage();
    await elsewhere.goto(asked.href);

    await elsewhere.getByRole('button', { name: 'Allow in First' }).click();

    await elsewhere.getByRole('heading', { name: 'This page cannot go on' }).waitFor();
    await other.close();
    await page.getByRole('button', { name: 'Allow in First' }).click();
    await page.getByRole('heading', { name: 'XOAP is installed in First' }).waitFor();
  });

  it('is over after ten minutes', async () => {
    const keys = [Buffer.from(bot.settings.XOAP_ENCRYPTION_KEYS, 'base64')];
    const made = { at: Date.now() - 601_000, nonce: '00000000-0000-4000-8000-000000000001' };
    const state = createFormTokens(keys).sign(made, { workspaceId: 'slack', userId: 'install' });
    await context.addCookies([{ name: 'xoap-slack-install', value: state, url: bot.botUrl }]);
    const calls = bot.slack.oauthCalls.length;
    const page = await context.newPage();

    await page.goto(`${bot.botUrl}/slack/oauth_redirect?code=any&state=${state}`);

    await page.getByRole('heading', { name: 'This page cannot go on' }).waitFor();
    await page.getByRole('link', { name: 'Begin again' }).click();
    await page.getByRole('heading', { name: 'Install XOAP in Slack' }).waitFor();
    expect(bot.slack.oauthCalls.length).toBe(calls);
  });
});
