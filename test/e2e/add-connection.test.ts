import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys, demoLacks, documentedPolicy } from '../../simulations/aws/demo-accounts.ts';
import { viewProblems } from '../../simulations/slack/block-kit-checker.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { verifyAgain } from '../../simulations/slack/verify-again.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, openForm, rootWith, threadOf, verified } from '../support/scenario.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(bot.cloud.faults).toEqual([]);
});

const inputIds = (blocks: readonly Record<string, unknown>[]) =>
  blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
const errorsOf = (body: Record<string, unknown>) => body.errors as Record<string, string>;

describe('the form', () => {
  it('asks for type and provider first, then redraws itself with the provider’s fields', async () => {
    const first = await openForm(bot, 'connection add');
    expect(inputIds(first.blocks)).toEqual(['type', 'provider']);
    await expect(
      `${JSON.stringify({ ...first, private_metadata: '', id: '', hash: '' }, null, 2)}\n`,
    ).toMatchFileSnapshot('./views/first-step.json');

    const second = await bot.person.choose(first, 'provider', 'aws');

    expect(inputIds(second.blocks)).toEqual([
      'type',
      'provider',
      'name',
      'description',
      'tags',
      'aws.region',
      'aws.authentication',
      'aws.accessKeyId',
      'aws.secretAccessKey',
      'aws.sessionToken',
      'aws.profiles',
      'aws.profileOptions',
    ]);
    const update = bot.workspace.calls.findLast(({ method }) => method === 'views.update');
    expect(update?.body.hash).toBe(first.hash);
    await expect(
      `${JSON.stringify({ ...second, private_metadata: '', id: '', hash: '' }, null, 2)}\n`,
    ).toMatchFileSnapshot('./views/aws-step.json');
  });

  it('leads to the second step by its button too, and says when no provider was chosen', async () => {
    const first = await openForm(bot, 'connection add');

    expect(errorsOf((await bot.person.submit(first, {})).body)).toEqual({ provider: 'Choose a provider.' });
    const { body } = await bot.person.submit(first, { provider: 'aws' });

    expect(body.response_action).toBe('update');
    expect(viewProblems(body.view as Record<string, unknown>)).toEqual([]);
    expect(inputIds((body.view as typeof first).blocks)).toContain('aws.accessKeyId');
  });

  it('offers the providers of the chosen type', async () => {
    const first = await openForm(bot, 'connection add');
    const view = await bot.person.choose(first, 'type', 'on-premises');
    const provider = view.blocks.find(({ block_id }) => block_id === 'provider');
    const { options = [] } = (provider?.element ?? {}) as { options?: { value: string }[] };

    expect(options.map(({ value }) => value)).toEqual(['vsphere']);
  });

  it('opens at the second step when the provider is given', async () => {
    expect(inputIds((await openForm(bot)).blocks)).toContain('aws.secretAccessKey');
  });

  it('asks for a role and an External ID once they are needed, and shows the trust policy to paste', async () => {
    const view = await openForm(bot);
    const typed = { name: 'cross', 'aws.secretAccessKey': 'planted-while-typing' };

    const cross = await bot.person.choose(view, 'aws.authentication', 'assume-role-cross-account', typed);

    expect(inputIds(cross.blocks)).toEqual(expect.arrayContaining(['aws.roleArn', 'aws.externalId']));
    const field = cross.blocks.find(({ block_id }) => block_id === 'aws.externalId');
    const element = (field?.element ?? {}) as { initial_value?: string };
    const externalId = element.initial_value ?? '';
    expect(externalId).toMatch(/^xoap-[0-9a-f-]{36}$/);
    expect(JSON.stringify(cross.blocks)).toContain(`\\"sts:ExternalId\\": \\"${externalId}\\"`);
    expect(JSON.stringify(cross.blocks)).not.toContain('planted');

    const back = await bot.person.choose(cross, 'aws.authentication', 'access-key', typed);
    expect(inputIds(back.blocks)).not.toContain('aws.roleArn');
  });

  it('offers every region, and says where the secret goes', async () => {
    const text = JSON.stringify((await openForm(bot)).blocks);

    expect(text).toContain('eu-central-1 · Europe (Frankfurt)');
    expect(text).toContain('Slack shows it while you type');
    expect(text).toContain('sealed with this bot’s own key');
    expect(text).toContain('https://xoap.io/docs/prerequisites');
  });

  it('puts each mistake beside its field, all at once', async () => {
    const view = await openForm(bot);
    const values = { name: ' ', 'aws.accessKeyId': 'AKIASHORT', 'aws.secretAccessKey': 'plantedCutOff' };

    const { body } = await bot.person.submit(view, values);

    expect(body.response_action).toBe('errors');
    expect(Object.keys(errorsOf(body)).sort()).toEqual([
      'aws.accessKeyId',
      'aws.region',
      'aws.secretAccessKey',
      'name',
    ]);
    expect(errorsOf(body)['aws.secretAccessKey']).toContain('was cut off');
    expect(JSON.stringify(body)).not.toContain('planted');
  });
});

describe('a connection that lacks something', () => {
  it('is answered in a thread, verified again, and turns green after the fix', async () => {
    const { answer, root, thread } = await addConnection(bot, awsValues('partial', 'prod-eu'), {
      verdict: /prod-eu cannot build images/,
      replies: 4,
    });

    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(readMessage(root)).toContain('4 permissions are missing');
    expect(readMessage(root)).toContain('user xoap-packer · checked ');
    expect(readMessage(root)).toContain(`· <@${bot.person.userId}>`);
    const [fix, missing, otherWays, checked] = thread.map(readMessage);
    expect([...(missing ?? '').matchAll(/ec2:\w+/g)].map(([id]) => id).sort()).toEqual([...demoLacks].sort());
    expect(fix).toContain('aws iam put-user-policy \\\n  --user-name xoap-packer');
    expect(otherWays).toContain('resource "aws_iam_policy"');
    expect(checked).toMatch(
      /40 calls, nothing was created, \d+\.\d s; made as arn:aws:iam::123456789012:user\/images\/xoap-packer/,
    );

    bot.cloud.holder(demoKeys.partial.id).policies = [documentedPolicy({ without: ['ec2:CreateImage'] })];
    await bot.person.click(root, 'verify-again');
    const better = await rootWith(bot, /prod-eu cannot build images: ec2:\w+ is missing/);
    const [change] = (await threadOf(bot, better, 5)).slice(4).map(readMessage);

    expect(better.ts).toBe(root.ts);
    expect(change).toMatch(
      /Fixed since \d\d:\d\d UTC: ec2:DeleteSnapshot, ec2:DeregisterImage, ec2:RegisterImage/,
    );
    expect(change).toContain('Still missing: ec2:CreateImage');

    bot.cloud.holder(demoKeys.partial.id).policies = [documentedPolicy()];
    await verified(bot);
    await bot.person.click(root, 'verify-again');
    const green = await rootWith(bot, /prod-eu can build images: 34 of 34 met \(.*\) · fixed since/);
    expect(await threadOf(bot, green, 6)).toHaveLength(6);
  });

  it('refuses the same name again, in any spelling', async () => {
    const { body } = await bot.person.submit(await openForm(bot), awsValues('partial', 'PROD-EU'));

    expect(errorsOf(body).name).toContain('There is already a connection called "PROD-EU"');
  });

  it('shows all checks to the one who asks', async () => {
    const root = await rootWith(bot, /prod-eu can build images/);
    await bot.person.click(root, 'show-all-checks');

    const text = readMessage(await bot.person.nextReply());

    for (const action of demoLacks) expect(text).toContain(action);
    expect(text.match(/•/g)).toHaveLength(43);
  });
});

it('a failure that stays the same is not told again at length', async () => {
  const { root } = await addConnection(bot, awsValues('deleted', 'gone'), {
    verdict: /gone cannot sign in/,
    replies: 1,
  });
  const thread = await verifyAgain(bot.person, root, async () => {
    const replies = await bot.workspace.thread(bot.workspace.channelId, root.ts);
    return replies.length > 1 && replies;
  });

  expect(thread.map(({ text }) => text)).toEqual([
    'AWS does not know the access key id.',
    expect.stringMatching(/^Nothing changed since/),
  ]);
});

describe('where the answer goes', () => {
  it('answers in the direct conversation where the command was typed', async () => {
    const { channel } = await bot.workspace.call('conversations.open', { users: bot.person.userId });
    const direct = (channel as { id: string }).id;
    await bot.person.submit(
      await openForm(bot, 'connection add aws', direct),
      awsValues('complete', 'direct'),
    );

    const root = await rootWith(bot, /direct can build images/, { conversation: direct });
    expect(await threadOf(bot, root, 1, { conversation: direct })).toHaveLength(1);
  });

  it('tells how to invite the bot where it may not write, and answers directly', async () => {
    bot.workspace.trouble.set('chat.postMessage', [{ error: 'not_in_channel' }]);
    const view = await openForm(bot);
    const before = bot.workspace.calls.length;
    await bot.person.submit(view, awsValues('complete', 'outside'));

    const posted = async () => {
      const calls = bot.workspace.calls.slice(before).filter(({ method }) => method === 'chat.postMessage');
      return calls.length >= 4 && calls;
    };
    const [refused, hint, root] = await until('the direct answer', posted);

    expect(refused?.body.channel).toBe(bot.workspace.channelId);
    expect(JSON.stringify(hint?.body.blocks)).toContain('/invite');
    expect(hint?.body.channel).not.toBe(bot.workspace.channelId);
    expect(root?.body.channel).toBe(hint?.body.channel);
  });
});

it('keeps names with markup, emoji and right-to-left text as they are', async () => {
  const name = '*x* <!here> "ייצור" 🚀';
  const { root } = await addConnection(bot, awsValues('complete', name), {
    verdict: /ייצור.*can build images/,
    replies: 1,
  });

  expect(readMessage(root)).toContain(`\u2068${name}\u2069`);
  await bot.person.type(`connection verify "${name}"`);
  await rootWith(bot, root.text);
});
