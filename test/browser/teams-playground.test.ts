import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { startPlaygroundBot } from '../../simulations/teams/agents-playground.ts';
import { isWithoutBrowser, picture, startBrowser } from '../support/browser.ts';

// Microsoft's own Agents Playground in a real browser. It reads no manifest, checks no tokens and opens no dialogs from
// buttons in cards; all else is as in Teams.

async function openChannel(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 1_100 } });
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  await page.getByRole('treeitem', { name: /General/ }).click();
  await page.getByText('Start a new post').waitFor();
  await page.getByRole('button', { name: 'Hide log panel' }).click();
  return page;
}

describe.skipIf(isWithoutBrowser)('in Microsoft’s Agents Playground', () => {
  let started: Awaited<ReturnType<typeof startPlaygroundBot>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [started, browser] = await Promise.all([startPlaygroundBot(), startBrowser()]);
    page = await openChannel(browser, started.url);
  });
  afterAll(async () => {
    await browser.close();
    await started.close();
  });

  /** Posts a mention of the bot, with a command. */
  async function mention(command: string): Promise<void> {
    await page.locator('[data-lexical-editor=true]').first().click();
    await page.keyboard.type('@');
    await page.getByRole('menuitem', { name: 'Test Bot' }).click();
    await page.keyboard.type(command);
    await page.getByRole('button', { name: 'Post' }).click();
  }

  const verdict = (text: RegExp) => page.getByText(text);

  it('a connection is added through the dialog of the message extension', async () => {
    await page.getByRole('button', { name: 'Trigger Message Extension App' }).first().click();
    await page.getByText('Action Command').click();
    await page.getByText('Fetch the dialog dynamically from the app').click();
    await page.getByRole('button', { name: 'Create' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByPlaceholder('Choose a provider').click();
    await page.getByText('AWS', { exact: true }).last().click();
    await dialog.getByRole('button', { name: 'Next' }).click();

    // Nothing is sent as long as something needed is missing.
    await dialog.getByRole('button', { name: 'Add and verify' }).click();
    await dialog.getByText('Connection name: this is needed.').waitFor();

    await dialog.getByPlaceholder('prod-eu').fill('prod-eu');
    await dialog.getByPlaceholder('Type to search').click();
    await dialog.getByPlaceholder('Type to search').fill('frankfurt');
    await page.getByRole('option', { name: /^eu-central-1/ }).click();
    await dialog.getByPlaceholder('AKIA').fill('AKIA-cut-off');
    await dialog.locator('input[type=password]').first().fill(demoKeys.partial.secret);
    await dialog.getByRole('button', { name: 'Add and verify' }).click();
    await dialog.getByText('An access key id has 20 capital letters').waitFor();
    await dialog.getByPlaceholder('AKIA').fill(demoKeys.partial.id);
    await picture(page, 'teams-form');
    await dialog.getByRole('button', { name: 'Add and verify' }).click();

    await dialog.getByText('Verifying. The answer comes in this conversation.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
  });

  it('the card is updated to the verdict, with what is missing and the fix in its thread', async () => {
    await verdict(/cannot build images/).waitFor();

    await page.getByText('What was checked and how').waitFor();
    const text = (await page.locator('body').textContent())?.replaceAll('\u00A0', ' ');
    expect(text).toContain('❌ prod-eu cannot build images: 4 permissions are missing');
    expect(text).toContain('· Alex Wilber');
    expect(text).toContain('•  Create image ec2:CreateImage');
    expect(text).toContain('"ec2:DeregisterImage"');
    expect(text).toContain('aws iam put-user-policy');
    expect(text).not.toContain('Verifying prod-eu');
    await picture(page, 'teams-missing');
  });

  it('a click verifies again, and the same card turns ready', async () => {
    const { cloud } = started.clouds;
    cloud.holder(demoKeys.partial.id).policies = cloud.holder(demoKeys.complete.id).policies;

    await page.getByRole('button', { name: 'Verify again' }).click();

    await verdict(/can build images: 34 of 34 met/).waitFor();
    await page.getByText(/^✅ Fixed since/).waitFor();
    expect(await verdict(/prod-eu cannot build images/).count()).toBe(0);
    await picture(page, 'teams-ready');
  });

  it('a mention of the bot is answered, with a row for each connection', async () => {
    await mention(' connection list');

    await page.getByText('1 connection').waitFor();

    expect(await page.getByText(/AWS · eu-central-1/).count()).toBeGreaterThan(0);
    expect(started.bot.log()).not.toMatch(/"level":"error"/);
  });

  it('a failed build is explained where it is pasted', async () => {
    await mention(
      ' explain Error stopping instance: UnauthorizedOperation: User: arn:aws:iam::123456789012:user/images/xoap-packer is not authorized to perform: ec2:StopInstances on resource: * because no identity-based policy allows the ec2:StopInstances action',
    );

    await page.getByText('The build was refused').waitFor();
    await page.getByRole('button', { name: 'Verify prod-eu' }).waitFor();
    await page
      .getByText(/--user-name xoap-packer/)
      .first()
      .waitFor();
    await picture(page, 'teams-explain');
  });

  it('a report comes as a card with a table, and its thread', async () => {
    await mention(' report now');

    await page.getByText(/— the connection can build images/).waitFor();
    await page.getByRole('button', { name: 'Schedule this…' }).waitFor();
    await picture(page, 'teams-report');
  });
});
