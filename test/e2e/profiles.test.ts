import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { awsValues, formValues, idle, openForm, rootWith, threadOf } from '../support/scenario.ts';

// A connection that is for more than image builds, as people see it.

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});

const both = ['image-management', 'run-scripts'];
function vcenterValues(name: string) {
  const { port, fingerprint: certificateSha256 } = bot.vsphere;
  return { name, ...formValues('vsphere', vsphereCredential('full', port, { certificateSha256 })) };
}
const replyTo = async (command: string) => {
  await bot.person.type(command);
  return readMessage(await bot.person.nextReply());
};

describe('a connection for two things', () => {
  it('is asked for in the form, and judged for each', async () => {
    const view = await openForm(bot, 'connection add vsphere');
    await bot.person.submit(view, { ...vcenterValues('both'), 'vsphere.profiles': both });

    const root = await rootWith(
      bot,
      /both cannot run scripts on machines: 3 privileges are missing.*; it can build images/,
    );
    const replies = await threadOf(bot, root, 4);
    const text = replies.map((reply) => readMessage(reply)).join('\n');
    expect(text).toContain('For Run scripts on machines');
    expect(text).not.toContain('For Image management');
    expect(text).toMatch(/govc role\.create xoap-connection-\w+ .*VirtualMachine\.GuestOperations\.Execute/);
    expect(text).toMatch(/Documentation: XOAP documentation.*\n.*Documentation: vSphere Security/);
  });

  it('says what it can do and what it may be able to do', async () => {
    const view = await openForm(bot, 'connection add aws');
    await bot.person.submit(view, { ...awsValues('complete', 'unsure'), 'aws.profiles': both });

    const root = await rootWith(bot, /unsure/);
    await threadOf(bot, root, 2);
    const told = await rootWith(
      bot,
      /❔ unsure can build images, and may be able to run scripts on machines: \d of \d+ could not be told, none is known to be missing/,
    );
    expect(readMessage(told)).not.toContain('cannot');
  });

  it('must be for something', async () => {
    const view = await openForm(bot, 'connection add aws');
    const { body } = await bot.person.submit(view, {
      ...awsValues('complete', 'nothing'),
      'aws.profiles': [],
    });
    expect(body.errors).toEqual({ 'aws.profiles': 'Choose what the connection is for.' });
  });

  it('tells what it is for, and each check by that', async () => {
    expect(await replyTo('connection show both')).toContain('For: Image management, Run scripts on machines');
    const root = await rootWith(bot, /both cannot run scripts/);
    await bot.person.click(root, 'show-all-checks');
    const text = readMessage(await bot.person.nextReply());
    expect(text).toContain('Run scripts on machines: Run the script');
    expect(text).toContain('Image management: Create the build machine');
  });

  it('is changed with the form to edit it', async () => {
    const view = await openForm(bot, 'connection edit both');
    await bot.person.submit(view, { 'vsphere.profiles': ['image-management'] });
    await rootWith(bot, /both can build images: 47 of 47 met/);
    await idle(bot);
    const again = await openForm(bot, 'connection edit both');
    await bot.person.submit(again, { 'vsphere.profiles': both });
    await rootWith(bot, /both cannot run scripts on machines/);
    await idle(bot);
  });
});

describe('the overview', () => {
  it('is narrowed to one thing, by a button or a command', async () => {
    await idle(bot);
    const whole = await replyTo('home');
    expect(whole).toContain('2 connections — ❌ 1 lacking something');
    expect(whole).toContain('[Run scripts on machines]');

    const narrowed = await replyTo('home run-scripts');
    expect(narrowed).toContain(
      '2 connections for Run scripts on machines — ❌ 1 cannot run scripts on machines',
    );
    const building = await replyTo('home --profile image-management');
    expect(building).toContain('2 connections for Image management — ✅ 2 ready');
    // The same of the Home, where each button has an id of its own.
    const home = await bot.person.openHome();
    await bot.person.clickInHome(home, 'home-page', '0 run-scripts');
    await until('the narrowed Home', () =>
      bot.workspace.calls.findLast(
        ({ method, body, answer }) =>
          method === 'views.publish' && answer?.ok && JSON.stringify(body).includes('for Run scripts'),
      ),
    );
    expect(await replyTo('home publish-images')).toContain('No connection here is for publish-images.');
  });
});

describe('a report about one thing', () => {
  it('tells of that alone', async () => {
    const view = await openForm(bot, 'report schedule');
    await bot.person.submit(view, { 'report.name': 'Scripts', 'report.purpose': 'run-scripts' });
    const scheduled = await rootWith(bot, 'Report Scripts scheduled');
    expect(readMessage(scheduled)).toContain('About all connections, for run-scripts alone.');

    expect(await replyTo('report now Scripts')).toContain('Verifying the connections of Scripts');
    const report = await rootWith(bot, /Scripts — 1 of 2 connections cannot run scripts on machines/);
    const text = readMessage(report);
    expect(text).toContain('❌ missing (3 of 5)');
    await idle(bot);
  });
});

describe('the list of what is needed', () => {
  it('is of a profile where one is named', async () => {
    const text = await replyTo('permissions aws --profile run-scripts');
    expect(text).toContain('What script runs need in AWS: 6 requirements');
    expect(text).toContain('is an example');
    expect(text).toContain('ssm:SendCommand');
    expect(text).toContain('[Image management]');
  });

  it('says which profiles there are', async () => {
    expect(await replyTo('permissions aws --profile patching')).toContain(
      'AWS has no profile "patching". It has: image-management, run-scripts, publish-images.',
    );
  });
});

it('the schema of profiles is served for those who write one', async () => {
  const answer = await fetch(`${bot.botUrl}/schemas/profile.schema.json`);
  expect(answer.headers.get('content-type')).toContain('application/schema+json');
  expect(await answer.json()).toMatchObject({ properties: { requirements: { type: 'array' } } });
});
