import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoAccounts } from '../../simulations/aws/demo-accounts.ts';
import { encodeRefusal } from '../../simulations/aws/encoded-messages.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import type { SlackPost } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { everythingIn } from '../support/redis-content.ts';
import { addConnection, awsValues, idle, openForm, rootWith, threadOf } from '../support/scenario.ts';

// A log explained in Slack: from a message, typed, pasted and attached; then what a connection can do about it.

const packer = 'arn:aws:iam::123456789012:user/images/xoap-packer';
const accounts = demoAccounts();

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ accounts });
  await addConnection(bot, awsValues('partial', 'prod-eu'), { verdict: /prod-eu cannot build/, replies: 1 });
  await idle(bot);
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
});

/** What a build printed that AWS refused an action; `who` tells one from another. */
const refused = (action: string, { who = packer, more = '' } = {}) =>
  `==> amazon-ebs.x: Error creating AMI: UnauthorizedOperation: You are not authorized to perform this operation. User: ${who} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action.${more}`;

/** A message that somebody's tool wrote in the channel. */
async function written(text: string): Promise<SlackPost> {
  const posted = await bot.workspace.callAs('bot', 'chat.postMessage', {
    channel: bot.workspace.channelId,
    text: 'A build failed',
  });
  return { ts: String(posted.ts), text, blocks: [] };
}

/** Hands a message over, and returns the replies below it once there are so many. */
async function explained(
  text: string,
  replies: number,
  more: Record<string, unknown> = {},
): Promise<string[]> {
  const root = await written(text);
  await bot.person.handOver({ ts: root.ts, text, user: bot.person.userId, ...more });
  return (await threadOf(bot, root, replies)).map(readMessage);
}

/** The newest entry of the audit trail. */
async function entry(): Promise<string> {
  const key = `xoap:{slack:${bot.workspace.teamId}}:audit`;
  const [newest] = await bot.redis.prompt.xrevrange(key, '+', '-', 'COUNT', 1);
  return newest?.[1].join(' ') ?? '';
}

describe('a message that is handed over', () => {
  it('is explained in its thread, with the fix and a way to verify the connection that it is about', async () => {
    const [first, fix] = await explained(refused('ec2:CreateImage'), 3);
    expect(first?.split('\n')).toEqual([
      '❌ The build was refused ec2:CreateImage',
      'AWS 123456789012 · explained for *kim*',
      'AWS refused ec2:CreateImage.',
      `• Who: ${packer}`,
      '• Refused by: identity-based policy',
      '• Needed for Image management, Take the image: without it a build stops after provisioning, at the snapshot',
      expect.stringContaining('Error creating AMI: UnauthorizedOperation'),
      '[Verify prod-eu]',
    ]);
    expect(fix).toContain('--user-name xoap-packer');
    expect(await entry()).toContain(
      'action log.explain outcome done connection  schedule  detail aws permission ec2:CreateImage',
    );
  });

  it('offers to verify no connection of somebody else', async () => {
    const [first] = await explained(refused('ec2:CreateImage', { who: `${packer}2` }), 3);
    expect(first).not.toContain('[Verify');
  });

  it('of a thread is answered there, in whatever marks Slack puts into it', async () => {
    const root = await written('a build');
    const text = refused('ec2:CopyImage')
      .replace('==>', '==&gt;')
      .replace('resource: *', 'resource: <https://example.com|*>');
    await bot.person.handOver({ ts: '1.1', thread_ts: root.ts, text });
    const [first] = await threadOf(bot, root, 3);
    expect(readMessage(first as SlackPost)).toContain('The build was refused ec2:CopyImage');
  });

  it('of a tool is read in its attachments', async () => {
    const more = {
      bot_id: 'B1',
      attachments: [{ fields: [{ title: 'log', value: refused('ec2:StopInstances') }] }],
    };
    const [first] = await explained('The build failed', 3, more);
    expect(first).toContain('The build was refused ec2:StopInstances');
  });

  it('is answered to the person alone where the bot is not in the conversation', async () => {
    const { channel } = await bot.workspace.callAs('bot', 'conversations.open', { users: bot.person.userId });
    const conversation = (channel as { id: string }).id;
    const root = await written('x');
    bot.workspace.trouble.set('chat.postMessage', [{ error: 'not_in_channel' }]);
    await bot.person.handOver({ ts: root.ts, text: refused('ec2:DescribeRegions') });
    expect(readMessage(await bot.person.nextReply())).toContain('in your chat with this bot');
    const answer = await rootWith(bot, /refused ec2:DescribeRegions/, { conversation });
    expect((await threadOf(bot, answer, 2, { conversation })).map(readMessage)[0]).toContain('Fix');
    expect(await bot.workspace.thread(bot.workspace.channelId, root.ts)).toEqual([]);
  });

  it('says so where there is nothing to read, and where it does not decide', async () => {
    await bot.person.handOver({ ts: '1.2', text: '' });
    expect(readMessage(await bot.person.nextReply())).toContain('There is no text to read.');
    const [first] = await explained('it failed :(', 1);
    expect(first).toContain('❔ It cannot be told what ended this build');
  });
});

describe('a paste that Slack made a file of', () => {
  const snippet = (text: string, more = {}) =>
    bot.workspace.upload('Untitled', text, { contentType: 'text/plain', ...more });

  it('is read, also when it is long', async () => {
    const noise = 'amazon-ebs.x: still running\n'.repeat(180_000);
    const [first] = await explained('', 3, { files: [snippet(`${noise}${refused('ec2:DetachVolume')}`)] });
    expect(first).toContain('The build was refused ec2:DetachVolume');
  });

  it('is out of reach without the scope for it, and what to do is said', async () => {
    bot.workspace.granted.push('commands', 'chat:write');
    const root = await written('x');
    await bot.person.handOver({ ts: root.ts, text: refused('ec2:DescribeTags') });
    await threadOf(bot, root, 3);
    await bot.person.handOver({ ts: '1.3', text: '', files: [snippet(refused('ec2:DeleteVolume'))] });
    expect(readMessage(await bot.person.nextReply())).toBe(
      'Slack keeps Untitled as a file, and this workspace does not let the bot read files (scope files:read). Paste the error and some lines around it into /xoap explain, or run xoap explain < build.log where the log is.',
    );
    bot.workspace.granted.push('files:read', 'files:write', 'users:read');
    await explained('it failed', 1);
  });

  it.each([
    ['a picture', { mimetype: 'image/png' }, 'Untitled is no text'],
    ['a large one', { size: 60_000_000 }, 'Untitled is larger than 50 MB'],
    [
      'one that is elsewhere',
      { url_private_download: 'https://example.com/log' },
      'not kept by Slack itself',
    ],
  ])('%s is not fetched', async (_what, more, words) => {
    await bot.person.handOver({ ts: '1.4', text: '', files: [snippet('x', more)] });
    expect(readMessage(await bot.person.nextReply())).toContain(words);
  });
});

describe('/xoap explain', () => {
  it('with a text answers at once, in the conversation', async () => {
    await bot.person.type(`explain ${refused('ec2:ModifySnapshotAttribute')}`);
    const root = await rootWith(bot, /refused ec2:ModifySnapshotAttribute/);
    expect((await threadOf(bot, root, 2)).map(readMessage)[0]).toContain('Fix');
  });

  it('asks for the text, and says beside it where there is none', async () => {
    const view = await openForm(bot, 'explain');
    expect(JSON.stringify(view.blocks)).toContain('"max_length":3000');
    const { body } = await bot.person.submit(view, {});
    expect(body).toMatchObject({
      errors: { 'explain.text': 'Paste what the build printed, or the last lines of it.' },
    });
    await bot.person.submit(view, { 'explain.text': refused('ec2:GetPasswordData') });
    await rootWith(bot, /refused ec2:GetPasswordData/);
  });

  it('takes a file in its place', async () => {
    const view = await openForm(bot, 'explain');
    const file = bot.workspace.upload('build.log', refused('ec2:CreateKeyPair'), {
      contentType: 'text/plain',
    });
    const { body } = await bot.person.submit(view, { 'explain.file': [file] });
    expect(body).toEqual({});
    await rootWith(bot, /refused ec2:CreateKeyPair/);
  });

  it('writes to the person where the file of a form could not be read', async () => {
    const { channel } = await bot.workspace.callAs('bot', 'conversations.open', { users: bot.person.userId });
    const view = await openForm(bot, 'explain');
    const file = bot.workspace.upload('big.log', 'x', { size: 60_000_000 });
    await bot.person.submit(view, { 'explain.file': [file] });
    await rootWith(bot, /big.log is larger than 50 MB/, { conversation: (channel as { id: string }).id });
  });
});

describe('what AWS encoded', () => {
  const [account] = accounts;
  const user = (name: string) => {
    const found = account?.principals.find((each) => each.name === name);
    if (!account || !found) throw new Error(`No ${name}`);
    return found;
  };
  const encoded = (owner = account) => {
    if (!owner) throw new Error('No account');
    const asked = { action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/build' };
    const decision = { decision: 'implicitDeny', missingContext: [] } as const;
    return encodeRefusal({ account: owner, principal: user('xoap-packer') }, asked, decision);
  };
  const unnamed = (message: string) =>
    `Error launching source instance: operation error EC2: RunInstances, api error UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: ${message}`;

  /** Hands a log over and returns its root with the message that offers to decode. */
  async function offered(message: string): Promise<{ root: SlackPost; offer: SlackPost }> {
    const root = await written('x');
    await bot.person.handOver({ ts: root.ts, text: unnamed(message) });
    const thread = await until('the offer', async () => {
      const all = await bot.workspace.thread(bot.workspace.channelId, root.ts);
      return all.some((each) => readMessage(each).includes('[Decode with')) && all;
    });
    return { root, offer: thread.at(-1) as SlackPost };
  }

  it('is not decoded by a credential that may not, and the reason is said', async () => {
    const { offer } = await offered(encoded());
    await bot.person.click(offer, 'decode-message');
    expect(readMessage(await bot.person.nextReply())).toContain('sts:DecodeAuthorizationMessage is missing');
  });

  it('is decoded on a click, and takes the place of the guess', async () => {
    user('xoap-packer').policies.push({
      Statement: { Effect: 'Allow', Action: 'sts:DecodeAuthorizationMessage', Resource: '*' },
    });
    const { root, offer } = await offered(encoded());
    const [guess] = await threadOf(bot, root, 1);
    expect(readMessage(guess as SlackPost)).toContain(
      '❔ The build was refused one of ec2:RunInstances, ec2:CreateTags',
    );
    await bot.person.click(offer, 'decode-message');
    const thread = await until('the reason', async () => {
      const all = await bot.workspace.thread(bot.workspace.channelId, root.ts);
      return all.some((each) => readMessage(each).startsWith('Decoded with prod-eu for')) && all;
    });
    expect(readMessage(await bot.person.nextReply())).toContain('Decoded.');
    const [first = '', ...others] = thread.map(readMessage);
    expect(first).toContain('❌ The build was refused iam:PassRole');
    expect(first).toContain(`Who: ${packer}`);
    expect(first).toContain('no statement of a policy allows it');
    expect(first).toContain('[Verify prod-eu]');
    expect(others.join('\n')).toContain('arn:aws:iam::123456789012:role/build');
    expect(await entry()).toMatch(/action log.decode outcome done connection c-/);
  });

  it('of another account is not decoded, and the reason is said', async () => {
    const { offer } = await offered(encoded(accounts[1]));
    await bot.person.click(offer, 'decode-message');
    expect(readMessage(await bot.person.nextReply())).toContain('It is of another account, or not whole.');
  });

  it('is decoded also where it is as long as AWS makes them', async () => {
    const long = `${'A'.repeat(9_000)}`;
    const { offer } = await offered(long);
    expect(readMessage(offer)).toContain('in pieces');
    await bot.person.click(offer, 'decode-message');
    expect(readMessage(await bot.person.nextReply())).toContain('AWS cannot decode this message');
    const asked = bot.cloud.calls.filter(({ action }) => action === 'DecodeAuthorizationMessage');
    expect(asked.length).toBeGreaterThan(0);
  });
});

describe('nothing of a text', () => {
  it('is in Redis, in the log or in the audit trail, and no secret of it is said', async () => {
    const secret = 'wJalrFAKEFAKEFAKEK7MDENGbPxRfiCYPLANTED';
    const words = 'a-word-that-stands-in-no-catalogue';
    const text = `AWS_SECRET_ACCESS_KEY=${secret}\n${words}\n${refused('planted:NoSuchAction')}`;
    const [first = ''] = await explained(text, 1);
    await bot.person.type(`explain ${text}`);
    await rootWith(bot, /planted:NoSuchAction/);
    const view = await openForm(bot, 'explain');
    const before = bot.workspace.calls.length;
    await bot.person.submit(view, { 'explain.text': text });
    await until('the answer', () =>
      bot.workspace.calls
        .slice(before)
        .some(({ method, body }) => method === 'chat.postMessage' && String(body.text).includes('planted')),
    );
    await idle(bot);

    expect(first).toContain('looks like a secret');
    expect(JSON.stringify(bot.workspace.calls)).not.toContain(secret);
    const kept = `${await everythingIn(bot.redis.prompt)}\n${bot.logs.join('\n')}`;
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain(words);
    expect(kept).not.toContain('NoSuchAction');
    expect(await entry()).toContain('detail aws permission');
  });
});
