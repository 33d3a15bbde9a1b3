import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azureCredential, createForRbacOutput } from '../../simulations/azure/demo-accounts.ts';
import { roleId } from '../../simulations/azure/directory.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, formValues, openForm, rootWith, threadOf } from '../support/scenario.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.azure.faults).toEqual([]);
});

const inputs = (blocks: readonly Record<string, unknown>[]) => blocks.filter(({ type }) => type === 'input');

describe('the form', () => {
  it('asks in the words of the documentation, with the day on which a documented secret expires', async () => {
    const { blocks } = await openForm(bot, 'connection add azure');

    expect(inputs(blocks).map(({ label }) => (label as { text: string }).text)).toEqual([
      'Type',
      'Provider',
      'Connection name',
      'Description',
      'Tags',
      'How to enter it',
      'Subscription ID',
      'Tenant ID',
      'Client ID',
      'Client Secret',
      'The secret expires on',
      'Cloud',
      'What it is for',
      'Profile options',
    ]);
    const day = inputs(blocks).find(({ block_id }) => block_id === 'azure.secretExpiresOn');
    // Nobody knows the day but whoever made the secret.
    expect(day?.element).toMatchObject({ type: 'datepicker' });
    expect(day?.element).not.toHaveProperty('initial_date');
    expect(JSON.stringify(blocks)).toContain('https://xoap.io/docs/prerequisites');
  });

  it('calls no field optional that is needed', async () => {
    const { blocks } = await openForm(bot, 'connection add azure');

    const optional = inputs(blocks).filter((block) => block.optional);
    expect(optional.map(({ block_id }) => block_id)).toEqual([
      'description',
      'tags',
      'azure.secretExpiresOn',
      'azure.cloud',
      'azure.profileOptions',
    ]);
  });

  it('takes what the command printed in one field, and never shows it again when it is redrawn', async () => {
    const { subscriptionId } = azureCredential('contributor');
    const output = createForRbacOutput('contributor');
    const view = await openForm(bot, 'connection add azure');
    const typed = { name: 'pasted', 'azure.subscriptionId': subscriptionId };
    const asked = await bot.person.choose(view, 'azure.entry', 'output', typed);
    expect(inputs(asked.blocks).map(({ block_id }) => block_id)).not.toContain('azure.tenantId');
    const pasted = { ...typed, 'azure.entry': 'output', 'azure.output': output };

    const cut = await bot.person.submit(asked, { ...pasted, 'azure.output': output.slice(0, 60) });
    expect(cut.body.errors).toEqual({ 'azure.output': expect.stringContaining('it goes from { to }') });
    const redrawn = await bot.person.choose(asked, 'provider', 'azure', pasted);
    await bot.person.submit(redrawn, pasted);

    await rootWith(bot, /pasted can build images/);
    expect(JSON.stringify(redrawn.blocks)).not.toContain('fake~');
    expect(JSON.stringify(bot.workspace.calls)).not.toContain(azureCredential('contributor').clientSecret);
  });

  it('says what is missing beside each field that was left empty', async () => {
    const view = await openForm(bot, 'connection add azure');

    const { body } = await bot.person.submit(view, { name: 'empty' });

    expect(Object.keys(body.errors as object)).toEqual([
      'azure.subscriptionId',
      'azure.tenantId',
      'azure.clientId',
      'azure.clientSecret',
    ]);
  });
});

describe('a right that takes its time to show', () => {
  async function delayedJobs() {
    const queue = new Queue('xoap-verifications', { connection: bot.redis.patient });
    // Homes are drawn anew in the same queue, a moment later.
    const jobs = (await queue.getDelayed()).filter(({ name }) => name !== 'draw-homes');
    await queue.close();
    return jobs;
  }

  it('is verified again in five minutes, once, however often that is asked for', async () => {
    const { root } = await addConnection(
      bot,
      { name: 'later', ...formValues('azure', azureCredential('reader')) },
      { provider: 'azure', verdict: /later cannot build images/, replies: 4 },
    );
    expect(readMessage(root)).toContain(
      '[Verify again] [Verify again in 5 minutes] [Accept…] [Show all checks]',
    );

    const asked = Date.now();
    await bot.person.click(root, 'verify-later');
    const first = (await bot.person.nextReply()).text;
    await bot.person.click(root, 'verify-later');
    const second = (await bot.person.nextReply()).text;

    expect(first).toMatch(/^later will be verified again at \d\d:\d\d UTC\.$/);
    expect(second).toBe(`${first.slice(0, -1)}, as was asked before; the answer comes where that was.`);
    await bot.person.click(root, 'verify-later');
    await bot.person.click(await bot.person.nextReply(), 'cancel-later');
    expect((await bot.person.nextReply()).text).toBe('later will not be verified again by itself.');
    expect(await delayedJobs()).toEqual([]);
    const id = JSON.stringify(root).match(/c-[0-9a-f]{30}/)?.[0];
    await bot.person.click(root, 'cancel-later', id);
    expect((await bot.person.nextReply()).text).toBe('Nothing is planned for later any more.');
    await bot.person.click(root, 'verify-later');
    expect((await bot.person.nextReply()).text).toBe(first);

    const [job, ...more] = await delayedJobs();
    expect(more).toEqual([]);
    expect((job?.timestamp ?? 0) + (job?.delay ?? 0) - asked).toBeGreaterThanOrEqual(5 * 60_000);
    expect(JSON.stringify(job?.data)).not.toContain('fake~');

    const subscription = bot.azure.directory.subscriptions.find(
      ({ id }) => id === azureCredential('reader').subscriptionId,
    );
    subscription?.assignments.push({
      scope: `/subscriptions/${subscription.id}`,
      roleId: roleId('Contributor'),
      principalId: subscription.assignments[0]?.principalId ?? '',
    });
    await job?.promote();
    const green = await rootWith(bot, /later can build images: 47 of 47 met \(.*\) · fixed since/);

    expect(green.ts).toBe(root.ts);
    expect(readMessage(green)).not.toContain('5 minutes');
    await threadOf(bot, green, 5);
  });

  it('does not keep anybody from verifying at once, and is of no use to a connection that is gone', async () => {
    const { root } = await addConnection(
      bot,
      { name: 'gone', ...formValues('azure', azureCredential('nothing')) },
      { provider: 'azure', verdict: /gone cannot build images/, replies: 5 },
    );
    await bot.person.click(root, 'verify-later');
    await bot.person.nextReply();
    await bot.person.click(root, 'verify-again');
    await threadOf(bot, root, 6);

    await bot.person.type('connection remove gone');
    await bot.person.click(await bot.person.nextReply(), 'remove-connection');
    await bot.person.nextReply();
    const [job] = await delayedJobs();
    await job?.promote();

    const removed = await until('the end of it', async () =>
      (await bot.workspace.roots(bot.workspace.channelId)).find(
        ({ ts, text }) => ts === root.ts && /was removed/.test(text),
      ),
    );
    expect(removed.text).toContain('removed');
  });

  it('offers nothing of the kind for a provider whose rights show at once', async () => {
    const { root } = await addConnection(
      bot,
      {
        name: 'aws-now',
        'aws.region': 'eu-central-1',
        'aws.accessKeyId': 'AKIAFAKEDELETED00000',
        'aws.secretAccessKey': 'x'.repeat(40),
      },
      { verdict: /aws-now cannot sign in/, replies: 1 },
    );

    expect(readMessage(root)).not.toContain('minutes');
  });
});
