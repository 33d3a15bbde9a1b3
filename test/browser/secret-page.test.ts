import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { isWithoutBrowser, picture, startBrowser } from '../support/browser.ts';
import { issuer } from '../support/keyless.ts';
import { awsValues, idle, openForm, rootWith } from '../support/scenario.ts';
import { askForPage } from '../support/secret-page.ts';

// The page in a real browser: by hand, by keyboard, without scripts, dark, and narrow as on a phone.

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { 'aws.secretAccessKey': secret, ...open } = awsValues('partial', 'prod-eu');

describe.skipIf(isWithoutBrowser)('the page where a secret is entered', () => {
  let bot: TestBot;
  let browser: Browser;
  const faults: string[] = [];

  beforeAll(async () => {
    [bot, browser] = await Promise.all([
      startTestBot({ isPublic: true, environment: { XOAP_SECRET_INTAKE: 'link', XOAP_ISSUER_URL: issuer } }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await bot.close();
    expect(faults).toEqual([]);
  });

  /** A page of its own, which loads nothing but what the bot serves. */
  async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 900, height: 1_150 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => {
      // What a refused form is answered with is told there too.
      if (message.type() === 'error' && !/status of 4(04|22)/.test(message.text()))
        faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(bot.botUrl)) faults.push(`loaded ${request.url()}`);
    });
    return page;
  }

  async function links(name: string, provider = 'aws', values: Record<string, unknown> = { ...open, name }) {
    return askForPage(bot, await openForm(bot, `connection add ${provider}`), values);
  }

  async function openPage(page: Page, { link, code }: { link: string; code: string }): Promise<void> {
    await page.goto(link);
    await page.getByLabel('Code').fill(code);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Add a connection' }).waitFor();
  }

  /** Every fault that axe finds, each with where it is. */
  async function faultsOn(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
  }

  it('takes a secret, shows what was wrong beside its field, and then closes', async () => {
    const page = await newPage();
    const asked = await links('prod-eu');
    await page.goto(asked.link);
    expect(await faultsOn(page)).toEqual([]);
    await picture(page, 'secret-page-code');
    await openPage(page, asked);
    expect(await page.getByLabel('Access key id').inputValue()).toBe(open['aws.accessKeyId']);
    const field = page.getByLabel('Secret access key', { exact: true });
    expect(await field.getAttribute('type')).toBe('password');
    expect(await faultsOn(page)).toEqual([]);
    await picture(page, 'secret-page-light');

    await field.fill('cut-off');
    await page.getByRole('button', { name: 'Add and verify' }).click();
    await page.getByRole('alert').getByText('A secret access key has only letters').waitFor();
    expect(await page.evaluate('document.activeElement?.className')).toBe('summary');
    expect(await field.inputValue()).toBe('');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await faultsOn(page)).toEqual([]);

    await field.fill(secret);
    await page.getByRole('button', { name: 'Add and verify' }).click();
    await page.getByRole('heading', { name: 'Taken' }).waitFor();
    expect(await faultsOn(page)).toEqual([]);
    await rootWith(bot, /prod-eu cannot build images/);
    await page.goto(asked.link);
    await page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
    await idle(bot);
  });

  it('is dark for whoever has it dark, and has room on a phone', async () => {
    const dark = await newPage({ colorScheme: 'dark' });
    await openPage(dark, await links('dark'));
    expect(await faultsOn(dark)).toEqual([]);
    await picture(dark, 'secret-page-dark');

    const narrow = await newPage({ viewport: { width: 360, height: 900 } });
    await openPage(narrow, await links('narrow'));
    const width = await narrow.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(360);
    await picture(narrow, 'secret-page-narrow');
  });

  it('cleans what is pasted, and shows a secret only while that is wanted', async () => {
    const page = await newPage();
    await openPage(page, await links('pasted'));
    const field = page.getByLabel('Secret access key', { exact: true });
    await field.focus();
    await page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(`\u200B ${secret} \n`)});
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.activeElement.dispatchEvent(event);
    }`);
    expect(await field.inputValue()).toBe(secret);
    await page.getByRole('button', { name: 'Show Secret access key' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Show Secret access key' }).click();
    expect(await field.getAttribute('type')).toBe('password');
  });

  it('asks anew when it is signed in in another way, and keeps what was entered', async () => {
    const page = await newPage();
    await openPage(page, await links('another-way'));
    await page.getByLabel('Connection name').fill('changed-here');
    await page.getByLabel('How it signs in').selectOption('assume-role-cross-account');
    await page.getByLabel('Role ARN').waitFor();
    expect(await page.getByLabel('Connection name').inputValue()).toBe('changed-here');
    expect(await page.evaluate('document.activeElement?.id')).toBe('aws.authentication');
    await page.getByText('"sts:ExternalId": "xoap-').waitFor();
    expect(await faultsOn(page)).toEqual([]);
  });

  it('offers the ways without a secret first, and shows the trust to set up for them', async () => {
    const page = await newPage();
    await openPage(page, await links('no-secret'));
    const ways = page.getByLabel('How it signs in');
    expect(await ways.locator('option').first().textContent()).toBe('No secret: AWS trusts this bot');
    await ways.selectOption('web-identity');
    await page.getByLabel('Role ARN').fill('arn:aws:iam::123456789012:role/images');
    await page.getByRole('button', { name: 'Show it in what is to be set up' }).click();
    await page.getByText('arn:aws:iam::123456789012:oidc-provider/bot.example.com').first().waitFor();
    expect(await page.getByLabel('Secret access key').count()).toBe(0);
    expect(await faultsOn(page)).toEqual([]);
    await picture(page, 'secret-page-no-secret');
  });

  it('can be used by keyboard alone', async () => {
    const page = await newPage();
    const { link, code } = await links('by-keyboard');
    await page.goto(link);
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Add a connection' }).waitFor();
    const wanted = page.getByLabel('Secret access key', { exact: true });
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      if (await wanted.evaluate((input) => input.matches(':focus'))) break;
    }
    await page.keyboard.type(secret);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Taken' }).waitFor();
    await rootWith(bot, /by-keyboard cannot build images/);
    await idle(bot);
  });

  it('works without scripts', async () => {
    const page = await newPage({ javaScriptEnabled: false });
    await openPage(page, await links('without-scripts'));
    expect(await page.locator('.drop-words').count()).toBe(0);
    await page.getByLabel('How it signs in').selectOption('assume-role-cross-account');
    await page.getByRole('button', { name: 'Show what this needs' }).last().click();
    await page.getByLabel('Role ARN').waitFor();
    await page.getByLabel('How it signs in').selectOption('access-key');
    await page.getByRole('button', { name: 'Show what this needs' }).last().click();
    await page.getByLabel('Secret access key', { exact: true }).fill(secret);
    await page.getByRole('button', { name: 'Add and verify' }).last().click();
    await page.getByRole('heading', { name: 'Taken' }).waitFor();
    await rootWith(bot, /without-scripts cannot build images/);
    await idle(bot);
  });

  it('reads the key file of Google in the browser, and sends its text alone', async () => {
    const page = await newPage();
    await openPage(page, await links('google-file', 'google', { name: 'google-file' }));
    const sent: string[] = [];
    page.on('request', (request) => void sent.push(request.headers()['content-type'] ?? ''));
    const buffer = Buffer.from(keyFileOf('complete'));
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'key.json', mimeType: 'application/json', buffer });
    await page.getByText('key.json was read in this browser.').waitFor();
    expect(await faultsOn(page)).toEqual([]);
    await picture(page, 'secret-page-file');
    await page.getByRole('button', { name: 'Add and verify' }).click();
    await page.getByRole('heading', { name: 'Taken' }).waitFor();
    expect(sent.join(' ')).not.toContain('multipart');
    await rootWith(bot, /google-file can build images/);
    await idle(bot);
  });

  it('refuses a file that is too large to be one, without sending it', async () => {
    const page = await newPage();
    await openPage(page, await links('large-file', 'google', { name: 'large-file' }));
    const buffer = Buffer.alloc(70_000, 'x');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'large.json', mimeType: 'application/json', buffer });
    await page.getByText('large.json is larger than 64 KB').waitFor();
  });
});
