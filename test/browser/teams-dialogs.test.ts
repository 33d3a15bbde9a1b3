import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { groupChat, personalChat, type TeamsAnswer } from '../../simulations/teams/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { isWithoutBrowser, startBrowser } from '../support/browser.ts';

// The playground opens no dialogs from buttons in cards, so these are drawn by Microsoft's own library for cards, filled
// in by hand in a real browser, and sent as Teams sends them.

const library = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.js');

describe.skipIf(isWithoutBrowser)('the dialogs of buttons, drawn by the adaptivecards library', () => {
  let bot: TestBot;
  let browser: Browser;
  let page: Page;
  const submitted: Record<string, unknown>[] = [];

  beforeAll(async () => {
    [bot, browser] = await Promise.all([startTestBot(), startBrowser()]);
    page = await browser.newPage({ viewport: { width: 640, height: 1_300 } });
    page.setDefaultTimeout(60_000);
    await page.setContent('<main style="font-family: sans-serif; padding: 16px"></main>');
    await page.addScriptTag({ path: library });
    await page.exposeFunction('submitted', (data: Record<string, unknown>) => void submitted.push(data));
  });
  afterAll(async () => {
    await browser.close();
    await bot.close();
  });

  const field = (label: string) => page.getByLabel(new RegExp(`^${label}`));

  /** Draws a card in place of the one that was there. */
  async function draw(card: unknown): Promise<void> {
    await page.locator('main').evaluate((place, payload) => {
      const { AdaptiveCards, submitted: send } = globalThis as unknown as {
        AdaptiveCards: typeof import('adaptivecards');
        submitted: (data: unknown) => void;
      };
      const drawn = new AdaptiveCards.AdaptiveCard();
      drawn.onExecuteAction = (action) => send((action as import('adaptivecards').SubmitAction).data);
      drawn.parse(payload);
      place.replaceChildren(drawn.render() ?? '');
    }, card);
  }

  /** Presses a button, and sends what the card then hands over. */
  async function press(title: string): Promise<TeamsAnswer> {
    const known = submitted.length;
    await page.getByRole('button', { name: title, exact: true }).click();
    const data = await until('the submission', () => submitted[known]);
    return bot.teamsPerson.invoke('task/submit', { data }, {}, personalChat);
  }
  const follow = async (answer: TeamsAnswer) => draw(bot.teamsPerson.dialogIn(answer, false).card);

  it('ask for type and provider, and show the only provider of a type at once', async () => {
    await bot.teamsPerson.type('connection add', personalChat);
    const invitation = await bot.teamsPerson.card(/This opens a form/);
    const { card } = await bot.teamsPerson.openDialog(invitation, 'Add a connection');
    await draw(card);

    await field('Type').selectOption('on-premises');
    await follow(await press('Next'));

    await field('Host of the vCenter').waitFor();
    expect(await field('Password').getAttribute('type')).toBe('password');
  });

  it('lead back to what was decided', async () => {
    await follow(await press('Change'));
    await field('Type').selectOption('cloud');
    await follow(await press('Next'));
    await field('Provider').selectOption('aws');
    await follow(await press('Next'));
    await follow(await press('Change'));

    await field('How it signs in').selectOption('assume-role-cross-account');
    await follow(await press('Next'));

    await field('Role ARN').waitFor();
    const trust = await page.locator('main').textContent();
    expect(trust?.replaceAll('\u00A0', ' ')).toContain('"sts:ExternalId": "xoap-');
    await follow(await press('Change'));
    await field('How it signs in').selectOption('access-key');
    await follow(await press('Next'));
  });

  it('check what they can before anything is sent', async () => {
    const known = submitted.length;

    await page.getByRole('button', { name: 'Add and verify' }).click();

    await page.getByText('Connection name: this is needed.').waitFor();
    await page.getByText('A secret access key has 40 characters. Copy it again as a whole.').waitFor();
    expect(submitted).toHaveLength(known);
  });

  it('come back with a sentence under the field, and with everything but the secret', async () => {
    await field('Connection name').fill('x'.repeat(80));
    await field('Tags').fill('über, "quoted", 🏗');
    const region = await page.locator('option[value^="eu-central-1"]').first().getAttribute('value');
    await page.getByPlaceholder('Type to search').fill(region ?? '');
    await field('Access key id').fill(demoKeys.partial.id);
    await field('Secret access key').fill(demoKeys.partial.secret);
    await field('Session token').fill('too short');

    await follow(await press('Add and verify'));

    await page.getByText(/This is no session token/).waitFor();
    expect(await field('Tags').inputValue()).toBe('über, "quoted", 🏗');
    expect(await field('Access key id').inputValue()).toBe(demoKeys.partial.id);
    expect(await field('Secret access key').inputValue()).toBe('');
  });

  it('close when all is well, and the answer comes to the chat', async () => {
    await field('Connection name').fill('from-a-dialog');
    await field('Secret access key').fill(demoKeys.partial.secret);
    await field('Session token').fill('');

    const answer = await press('Add and verify');

    expect(answer).toMatchObject({ status: 200, body: {} });
    const root = await bot.teamsPerson.card(/from-a-dialog cannot build images/);
    expect(root.conversationId).toBe(personalChat.id);
    expect(readCard(root.card)).toContain('· Kim Example');
    expect(bot.tenant.problems).toEqual([]);
  });

  const refused = (action: string) =>
    `first\nUser: arn:aws:iam::123456789012:user/images/xoap-packer is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;

  it('take a log, and keep it where something is wrong', async () => {
    await bot.teamsPerson.type('explain', personalChat);
    const invitation = await until('the invitation', () =>
      bot.tenant.posts.find(({ card }) => JSON.stringify(card).includes('Explain a failed build')),
    );
    await draw((await bot.teamsPerson.openDialog(invitation, 'Explain a failed build')).card);
    await follow(await press('Explain'));
    await page.getByText('Paste what the build printed, or the last lines of it.').waitFor();
    await field('What the build printed').fill(refused('ec2:StopInstances'));

    expect((await press('Explain')).body).toEqual({});

    const root = await bot.teamsPerson.card(/refused ec2:StopInstances/);
    expect(readCard(root.card)).toContain('Verify from-a-dialog');
  });

  it('show the answer to a message that was handed over where nobody can be written to', async () => {
    bot.tenant.trouble.push({ status: 403, code: 'ForbiddenOperationException', at: '/v3/conversations' });
    const body = { contentType: 'text', content: refused('ec2:CopyImage') };
    const { card } = bot.teamsPerson.dialogIn(
      await bot.teamsPerson.handOver({ id: '1700000000000', body }, groupChat),
      true,
    );
    await draw(card);
    await page.getByText(/The build was refused/).waitFor();
    expect(await page.locator('main').textContent()).toContain('--user-name xoap-packer');
    expect(await page.getByRole('button').count()).toBe(0);
  });
});
