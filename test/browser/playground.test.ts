import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPage } from '../../demo/page.ts';
import { type Stage, setStage } from '../../demo/stage.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { isWithoutBrowser, picture, startBrowser } from '../support/browser.ts';

// The playground as somebody uses it who has neither a Slack workspace nor a cloud account. The bot is a process of its
// own, and everything it says and hears goes over HTTP.

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

const providers = [
  { label: 'AWS', name: 'aws-partial', missing: 'ec2:RegisterImage', command: 'aws iam put-user-policy' },
  {
    label: 'Azure',
    name: 'azure-partial',
    missing: 'Microsoft.Network/virtualNetworks/write',
    command: 'az role assignment create',
  },
  {
    label: 'Google Cloud',
    name: 'google-partial',
    missing: 'compute.instances.create',
    command: 'gcloud projects add-iam-policy-binding',
  },
  {
    label: 'vSphere',
    name: 'vsphere-partial',
    missing: 'VirtualMachine.Config.CPUCount',
    command: 'govc permissions.set',
  },
];

describe.skipIf(isWithoutBrowser)('in the playground', () => {
  let stage: Stage;
  let site: Awaited<ReturnType<typeof openPage>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [stage, browser] = await Promise.all([setStage(), startBrowser()]);
    site = await openPage(stage);
    page = await visit();
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await stage.close();
  });

  // What was said stays on the server; what is open in the page does not.
  beforeEach(() => page.reload().then(() => undefined));

  /** Opens the page as somebody; whatever it reports as an error fails the test that looks at `faults`. */
  const faults: string[] = [];
  async function visit(as = 'kim'): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1_360, height: 900 } });
    opened.setDefaultTimeout(60_000);
    opened.on('pageerror', ({ message }) => faults.push(message));
    opened.on('console', (message) => {
      // A refusal is an answer too, which the page tells in a sentence.
      if (message.type() === 'error' && !message.text().includes('status of 400'))
        faults.push(message.text());
    });
    await opened.goto(`${site.url}/?as=${as}`);
    await opened.getByRole('heading', { name: 'Demo accounts' }).waitFor();
    return opened;
  }

  const dialog = () => page.getByRole('dialog');
  const thread = () => page.getByRole('complementary', { name: 'Thread' });
  const composer = (on = page) => on.getByRole('combobox', { name: /^Message to/ });
  const post = (text: string | RegExp, on = page) =>
    on
      .getByRole('log', { name: /^Messages in/ })
      .getByRole('article')
      .filter({ hasText: text });

  async function openThread(text: string | RegExp, on = page): Promise<void> {
    await post(text, on)
      .getByRole('button', { name: /repl(y|ies)$/ })
      .click();
  }

  /** Chooses a demo account; returns the field with the connection's name, once the form is filled in. */
  async function choose(label: string, title: string) {
    await page
      .getByRole('complementary', { name: 'Demo accounts' })
      .getByRole('region', { name: label })
      .getByRole('button', { name: new RegExp(`^${title}`) })
      .click();
    const name = dialog().getByLabel('Connection name');
    await expect.poll(() => name.inputValue().catch(() => '')).not.toBe('');
    return name;
  }

  /** Presses *Verify again* until the verdict says so: a click in the moment before a job ends is told that it is under way. */
  async function verifyAgain(name: string): Promise<void> {
    const green = post(`${name} can build images`);
    const underWay = post(`${name} is being verified right now`);
    for (;;) {
      const told = await underWay.count();
      await post(`${name} cannot`).getByRole('button', { name: 'Verify again', exact: true }).click();
      await expect.poll(async () => (await green.count()) > 0 || (await underWay.count()) > told).toBe(true);
      if ((await green.count()) > 0) return;
    }
  }

  async function say(text: string, on = page): Promise<void> {
    await composer(on).fill(text);
    await composer(on).press('Enter');
  }

  /** Faults that axe calls serious or critical, each with where it is. */
  async function seriousFaults(on: Page): Promise<string[]> {
    await on.evaluate(axe);
    const { violations } = await on.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
  }

  /** Holds what is shown to what everybody can read, in light and in dark, and keeps both pictures. */
  async function look(name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // Blocks are drawn anew by the library, a moment after the page's own colours.
      await expect.poll(() => page.locator(`[data-theme]:not([data-theme=${colorScheme}])`).count()).toBe(0);
      expect(await seriousFaults(page), colorScheme).toEqual([]);
      await picture(page, `playground-${name}-${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }

  describe.each(providers)('$label', ({ label, name, missing, command }) => {
    it('a demo account fills the form in, and the answer comes in the channel', async () => {
      const field = await choose(label, 'Partly missing');
      expect(await field.inputValue()).toBe(name);
      if (label === 'AWS') await look('form');
      await dialog().getByRole('button', { name: 'Add and verify' }).click();

      await post(`${name} cannot build images`).waitFor();
      expect(await dialog().count()).toBe(0);
    });

    it('its thread names what is missing; Fix it carries the fix out, and Verify again turns it green', async () => {
      await openThread(name);
      await thread().getByText('What was checked and how').waitFor();
      expect(await thread().textContent()).toContain(missing);

      await thread().getByRole('button', { name: 'Fix it' }).click();
      await thread().getByText('Carried out:').waitFor();
      expect(await thread().getByRole('status').textContent()).toContain(command);
      if (label === 'AWS') await look('thread');

      await verifyAgain(name);
      await thread()
        .getByText(/Fixed since/)
        .waitFor();
      expect(await thread().getByRole('button', { name: 'Fix it' }).count()).toBe(0);
    });
  });

  /** Adds a connection with a demo account, and waits for the verdict that its title promises. */
  async function addWith(label: string, title: string): Promise<void> {
    const verdicts = {
      Complete: 'can build images',
      Denied: 'cannot build images',
      'The worker': 'can build images',
    };
    const verdict = Object.entries(verdicts).find(([start]) => title.startsWith(start))?.[1];
    const name = await (await choose(label, title)).inputValue();
    await dialog().getByRole('button', { name: 'Add and verify' }).click();
    await post(`${name} ${verdict ?? 'cannot sign in'}`).waitFor();
  }

  it.each([
    ['AWS', 'Complete'],
    ['Azure', 'Denied from above'],
    ['Google Cloud', 'Deleted'],
    ['vSphere', 'Denied from above'],
  ])('the verdict is right for the account of %s that is titled %s', addWith);

  it('a key file is uploaded by hand, and anything else in its place is refused beside the field', async () => {
    await page
      .getByRole('region', { name: 'Google Cloud' })
      .getByRole('button', { name: /^Your own/ })
      .click();
    await dialog().getByLabel('Connection name').fill('uploaded');
    const field = dialog().getByLabel(/^Service account key file \(JSON\) \(/);
    const upload = async (name: string, text: string) => {
      await field.setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
      await dialog().getByText(`Uploaded: ${name}`).waitFor();
    };
    await upload('web page.json', '<!DOCTYPE html>');
    await dialog().getByRole('button', { name: 'Add and verify' }).click();
    await dialog().getByRole('alert').waitFor();

    await upload('schlüssel (1).json', keyFileOf('complete'));
    await dialog().getByRole('button', { name: 'Add and verify' }).click();
    await post('uploaded can build images').waitFor();
    await say('/xoap connection remove uploaded');
    await post('Remove uploaded').getByRole('button', { name: 'Remove' }).click();
    await post('Removed uploaded with its credential').waitFor();
  });

  it('what no snippet can fix is said, and nothing is changed', async () => {
    await openThread('azure-denied');
    await thread().getByText('What was checked and how').waitFor();
    expect(await thread().getByText('Not yours to fix').count()).toBe(1);
    expect(await thread().getByRole('button', { name: 'Fix it' }).count()).toBe(0);
  });

  it('a form says beside its fields what is wrong, and keeps what was filled in when it is drawn anew', async () => {
    await say('/xoap connection add');
    await dialog().getByLabel('Provider').selectOption('Azure');
    await dialog().getByLabel('Connection name').fill('kept "name" 🚀 שלום');
    await dialog().getByLabel('Provider').selectOption('AWS');
    await dialog().getByLabel('Access key ID').fill('AKIA-cut-off');
    expect(await dialog().getByLabel('Connection name').inputValue()).toBe('kept "name" 🚀 שלום');

    await dialog().getByRole('button', { name: 'Add and verify' }).click();
    await dialog().getByText('Please complete this required field.').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await dialog().getByLabel('Region', { exact: true }).selectOption('eu-central-1');
    await dialog().getByLabel('Secret access key').fill('x'.repeat(40));
    await dialog().getByRole('button', { name: 'Add and verify' }).click();
    await dialog().getByText('An access key id has 20 characters; this one has 12.').waitFor();
    expect(await dialog().getByLabel('Access key ID').getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await dialog().count()).toBe(0);
  });

  it('what was typed over a demo account stays, however the form is drawn anew', async () => {
    const name = await choose('AWS', 'Complete');
    await name.fill('my own name');
    await dialog()
      .getByLabel(/^How it signs in/)
      .selectOption('Access key that assumes a role');
    await dialog().getByLabel('Role ARN').waitFor();
    await dialog().getByLabel('Provider').selectOption('Azure');
    await dialog().getByLabel('Subscription ID').waitFor();
    await dialog().getByLabel('Provider').selectOption('AWS');
    await dialog().getByLabel('Access key id').waitFor();

    expect(await name.inputValue()).toBe('my own name');
  });

  it('commands complete themselves, with the keyboard alone', async () => {
    await composer().fill('/xoap report n');
    await page.getByRole('option', { name: /report now/ }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await composer().press('Tab');
    expect(await composer().inputValue()).toBe('/xoap report now ');
    await composer().fill('/xoap h');
    await composer().press('ArrowDown');
    await composer().press('Enter');
    await expect.poll(() => composer().inputValue()).toBe('/xoap help');
    await composer().press('Enter');

    await post('What this bot understands').getByText('Only visible to you').waitFor();
  });

  const refusal = (action: string) =>
    `==> amazon-ebs.web: Error stopping instance: api error UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/xoap-builder is not authorized to perform: ${action} on resource: arn:aws:ec2:eu-central-1:123456789012:instance/* because no identity-based policy allows the ${action} action`;

  it('a failed build is explained below the message that tells of it', async () => {
    await say(refusal('ec2:StopInstances'));
    await post('ec2:StopInstances').hover();
    await post('ec2:StopInstances').getByRole('button', { name: 'Explain this failure' }).click();
    await openThread('ec2:StopInstances');
    await thread().getByText('The build was refused').waitFor();
    await thread().getByText('Other ways').waitFor();
    const text = await thread().textContent();
    expect(text).toContain('Refused by: identity-based policy');
    expect(text).toContain('Needed for Image management');
    await look('explain');

    await thread().getByRole('button', { name: 'Verify aws-complete' }).click();
    await post('aws-complete can build images').first().waitFor();
  });

  it('a log is pasted into a form, or attached to it', async () => {
    await say('/xoap explain');
    await dialog().getByRole('button', { name: 'Explain' }).click();
    await dialog().getByText('Paste what the build printed, or the last lines of it.').waitFor();
    await dialog()
      .getByLabel('What the build printed')
      .fill(`first\n${refusal('ec2:CreateTags')}`);
    expect(await seriousFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Explain' }).click();
    await post('The build was refused ec2:CreateTags').waitFor();

    await say('/xoap explain');
    const buffer = Buffer.from(`first\n${refusal('ec2:DeleteVolume')}`);
    await dialog()
      .getByLabel('Or the log as a file')
      .setInputFiles({ name: 'build.log', mimeType: 'text/plain', buffer });
    await dialog().getByText('Uploaded: build.log').waitFor();
    await dialog().getByRole('button', { name: 'Explain' }).click();
    await post('The build was refused ec2:DeleteVolume').waitFor();
  });

  it('a report is scheduled, and comes with its table and its thread', async () => {
    await say('/xoap report schedule');
    await dialog().getByLabel('Name').fill('Morning check');
    await dialog().getByRole('checkbox', { name: 'Saturday' }).check();
    // The label of several boxes belongs to none of them.
    await dialog().getByText('Days (optional)').click();
    expect(await dialog().getByRole('checkbox', { name: 'Monday' }).isChecked()).toBe(true);
    await dialog()
      .getByLabel(/^Time \(/)
      .fill('07:30');
    expect(await seriousFaults(page)).toEqual([]);
    await dialog().getByLabel('Channel').selectOption('#reports');
    await dialog().getByRole('checkbox', { name: 'lee' }).check();
    await dialog().getByRole('button', { name: 'Schedule' }).click();

    await page.getByRole('button', { name: '#reports' }).click();
    await post('Morning check').first().waitFor();
    await post('Morning check').first().getByRole('button', { name: 'Report now' }).click();
    await post(/\d of 8 connections cannot build images/).waitFor();
    await post(/\d of 8/)
      .getByRole('table', { name: /Connections/ })
      .waitFor();
    await openThread(/\d of 8/);
    await thread().getByText('What AWS connections meet').first().waitFor();
    await look('report');
  });

  it.each([1_360, 700])('nothing scrolls sideways at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    // Counted in the page, which this file has no types of.
    const wide = () =>
      page.evaluate(`[document.documentElement, ...document.querySelectorAll('.posts, .pane, .said, [role=dialog]')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
        .map(({ tagName, className, scrollWidth, clientWidth }) =>
          [tagName, className, scrollWidth, clientWidth].join(' '))`);
    expect(await wide()).toEqual([]);
    await page.getByRole('button', { name: '#images' }).click();
    await openThread('azure-partial');
    await thread().getByText('What was checked and how').waitFor();
    expect(await wide()).toEqual([]);
    await say('/xoap connection add vsphere');
    await dialog().waitFor();
    expect(await wide()).toEqual([]);
    await dialog()
      .getByRole('button', { name: 'Close' })
      .or(dialog().getByRole('button', { name: 'Cancel' }))
      .first()
      .click();
    await page.setViewportSize({ width: 1_360, height: 900 });
  });

  it('the Home shows connections and schedules, and opens forms', async () => {
    await page.getByRole('button', { name: 'xoap, Home' }).click();
    await page.getByText('8 connections').waitFor();
    await page.getByText('1 scheduled report').waitFor();
    await look('home');
    await page.getByRole('button', { name: 'Add a connection' }).click();
    await dialog().getByLabel('Provider').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  it('what a connection is for is chosen in its form, and told of in a report about that', async () => {
    await page.getByRole('button', { name: '#images' }).click();
    await say('/xoap connection edit azure-partial');
    await dialog().getByText('What it is for').waitFor();
    await dialog().getByText('What it is for').scrollIntoViewIfNeeded();
    await look('purpose');
    await dialog()
      .getByRole('checkbox', { name: /^Publish images/ })
      .check();
    await dialog().getByRole('button', { name: 'Save and verify' }).click();
    await post('azure-partial can build images and publish images').first().waitFor();

    await say('/xoap report schedule');
    await dialog().getByLabel('Name').fill('Publishing');
    await dialog().getByLabel('What for').selectOption('Publish images');
    await dialog().getByLabel('Channel').selectOption('#reports');
    await dialog().getByRole('button', { name: 'Schedule' }).click();
    await page.getByRole('button', { name: '#reports' }).click();
    await post('Publishing').first().getByRole('button', { name: 'Report now' }).click();
    await post('Publishing — the connection can publish images').waitFor();
    await look('report-purpose');
  });

  it('a secret can be entered on a page of the bot, which the form leads to', async () => {
    await say('/xoap connection add vsphere');
    await dialog()
      .getByLabel('Where the secret is entered')
      .selectOption({ label: 'On a web page of this bot: chat never sees it' });
    await expect.poll(() => dialog().getByLabel('Password').count()).toBe(0);
    await dialog().getByLabel('Connection name').fill('by-page');
    await dialog().getByLabel('Host of the vCenter').fill('vcenter.example.com');
    await dialog().getByLabel('User').fill('builder@vsphere.local');
    await dialog().getByRole('button', { name: 'Get the link' }).click();
    await dialog().getByText('The code comes as a direct message').waitFor();
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      dialog().getByRole('link', { name: 'Enter the secret on this page' }).click(),
    ]);
    await opened.getByRole('heading', { name: 'Enter the code' }).waitFor();
    await opened.close();
  });

  it('roles are shown and given, and an admin reads who did what', async () => {
    await say('/xoap access');
    await post('Who may do what').last().getByRole('button', { name: 'Give or take a role…' }).waitFor();
    await look('access');
    await post('Who may do what').last().getByRole('button', { name: 'Give or take a role…' }).click();
    await dialog().getByLabel('Role').waitFor();
    await look('role');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await say('/xoap audit');
    await post('Who did what').last().waitFor();
    await look('audit');
  });

  it('somebody else may not remove what kim added, and nobody else reads what the bot told them alone', async () => {
    const lee = await visit('lee');
    await say('/xoap connection remove aws-partial', lee);
    await post(
      'Only who added aws-partial, or whoever was given the role operator or admin, may remove it.',
      lee,
    ).waitFor();
    expect(await post('What this bot understands', lee).count()).toBe(0);

    await lee.getByRole('radio', { name: /kim/ }).check();
    await say('/xoap connection remove aws-partial', lee);
    await post('Remove aws-partial', lee).getByRole('button', { name: 'Remove' }).click();
    await post('Removed aws-partial with its credential', lee).waitFor();
    expect(await post('Only who added', lee).count()).toBe(0);
    await lee.close();
  });

  it('a role that comes before that of a group is put right by its fix', async () => {
    await openThread('vsphere-denied');
    await thread().getByRole('button', { name: 'Fix it' }).click();
    await thread().getByText('Carried out:').waitFor();

    await verifyAgain('vsphere-denied');
  });

  it('a block that nobody draws is shown as it was sent', async () => {
    await page.getByRole('button', { name: '#images' }).click();
    const blocks = [{ type: 'hologram', title: 'from the future' }];
    const { channelId: channel } = stage.workspace;
    await stage.workspace.callAs('bot', 'chat.postMessage', { channel, text: 'A hologram', blocks });
    await say('hello');

    await post('A block of type hologram, as the bot sent it').getByText('"from the future"').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it.each([
    ['AWS', 'Denied from above'],
    ['AWS', 'Deleted'],
    ['Azure', 'Complete'],
    ['Azure', 'Expired'],
    ['Google Cloud', 'Complete'],
    ['Google Cloud', 'Denied from above'],
    ['vSphere', 'Complete'],
    ['vSphere', 'Expired'],
  ])('the verdict is right for the account of %s that is titled %s', addWith);

  it('the password of a vCenter that a worker holds is not asked for', async () => {
    await addWith('vSphere', 'The worker holds it');
  });

  it.each([
    ['AWS', 'aws', 'aws iam create-open-id-connect-provider'],
    ['Azure', 'azure', 'az ad app federated-credential create'],
    ['Google Cloud', 'google', 'gcloud iam workload-identity-pools create'],
  ])('%s comes to trust the bot, and no secret is entered', async (label, provider, command) => {
    const name = await choose(label, 'No secret');
    expect(await name.inputValue()).toBe(`${provider}-keyless`);
    expect(
      await dialog()
        .getByLabel(/secret|key file|Access key id/i)
        .count(),
    ).toBe(0);
    await dialog().getByRole('button', { name: 'Add and verify' }).click();
    await post(`${provider}-keyless cannot sign in`).waitFor();

    await openThread(`${provider}-keyless`);
    await thread().getByRole('button', { name: 'Fix it' }).click();
    await thread().getByText('Carried out:').waitFor();
    expect(await thread().getByRole('region', { name: 'Commands' }).textContent()).toContain(command);
    await verifyAgain(`${provider}-keyless`);
    await thread().getByRole('button', { name: 'Close the thread' }).click();
  });

  it('what the commands of a fix print is there to be entered', async () => {
    await openThread('azure-expired');
    await thread().getByRole('button', { name: 'Make a new secret' }).click();
    const printed = await thread().getByRole('region', { name: 'Output' }).textContent();
    const { appId, password } = JSON.parse(printed ?? '') as Record<string, string>;
    expect(appId).toBe(azureCredential('expired').clientId);

    await thread().getByRole('button', { name: 'Close the thread' }).click();
    const name = await choose('Azure', 'Expired');
    await name.fill('azure-renewed');
    await dialog().getByLabel('Client Secret').fill(String(password));
    await dialog().getByRole('button', { name: 'Add and verify' }).click();
    await post('azure-renewed can build images').waitFor();
  });

  it('nothing failed on the way: no error in the page, the log, or what Slack and the clouds were sent', () => {
    expect(faults).toEqual([]);
    expect(stage.bot.log()).not.toMatch(/"level":"error"/);
    expect(stage.workspace.problems).toEqual([]);
    expect(stage.clouds.cloud.faults).toEqual([]);
  });
});
