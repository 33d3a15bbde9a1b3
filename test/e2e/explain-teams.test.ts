import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoAccounts } from '../../simulations/aws/demo-accounts.ts';
import { encodeRefusal } from '../../simulations/aws/encoded-messages.ts';
import { actionsIn, readCard } from '../../simulations/teams/card-checker.ts';
import { channel, groupChat, personalChat } from '../../simulations/teams/person.ts';
import { type TeamsPost, tenantId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { awsValues } from '../support/scenario.ts';

// A log explained in Teams: from a message, typed and pasted; then what a connection can do about it.

const packer = 'arn:aws:iam::123456789012:user/images/xoap-packer';
const accounts = demoAccounts();

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ accounts });
  const { teamsPerson: person } = bot;
  const first = await person.openExtension(personalChat);
  const second = person.dialogIn(await person.press(first, 'Next', { type: 'cloud', provider: 'aws' }), true);
  await person.press(second, 'Add and verify', awsValues('partial', 'prod-eu'));
  await person.card(/What was checked and how/);
});
afterAll(async () => {
  await bot.close();
  expect(bot.tenant.problems).toEqual([]);
});

const refused = (action: string, more = '') =>
  `Error creating AMI: UnauthorizedOperation: You are not authorized to perform this operation. User: ${packer} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action.${more}`;

const html = (text: string) => ({
  body: { contentType: 'html', content: `<p>==&gt; x:&nbsp;${text}</p><p>done</p>` },
});

/** What the dialog says after a message was handed over. */
async function handedOver(payload: Record<string, unknown>, where = channel) {
  const { body } = await bot.teamsPerson.handOver({ id: '1700000000000', ...payload }, where);
  const { task } = body as {
    task: { type: string; value: string & { card: { content: Record<string, unknown> } } };
  };
  return task.type === 'message' ? task.value : readCard(task.value.card.content);
}

const repliesOf = (threadId: string, count: number) =>
  until(`${count} replies`, () => {
    const all = bot.tenant.posts.filter(({ conversationId }) =>
      conversationId.endsWith(`;messageid=${threadId}`),
    );
    return all.length >= count && all;
  });

describe('a message that is handed over in Teams', () => {
  it('is answered to the person alone where the bot is not in the conversation', async () => {
    const said = await handedOver(html(refused('ec2:CreateImage')), groupChat);
    expect(said).toContain('in your chat with this bot');
    const answer = await bot.teamsPerson.card(/refused ec2:CreateImage/);
    expect(answer.conversationId).toContain('a:direct');
    expect(readCard(answer.card)).toContain('Verify prod-eu');
    const known = `xoap:{teams:${tenantId}}:teams:conversations`;
    expect(await bot.redis.prompt.hkeys(known)).not.toContain(groupChat.id);
  });

  it('is answered in the dialog where the person cannot be written to either', async () => {
    bot.tenant.trouble.push({ status: 403, code: 'ForbiddenOperationException' });
    const said = await handedOver(html(refused('ec2:CopyImage')), groupChat);
    expect(said).toContain('The build was refused ec2:CopyImage');
    expect(said).toContain('--user-name xoap-packer');
    expect(said).not.toContain('[Verify');
  });

  it('is explained in its thread where the bot is there', async () => {
    await bot.teamsPerson.type('help', channel);
    const said = await handedOver({ id: '1700000000001', ...html(refused('ec2:StopInstances')) });
    expect(said).toBe('The answer is below the message.');
    const [root, fix] = await repliesOf('1700000000001', 3);
    expect(readCard((root as TeamsPost).card)).toContain('The build was refused ec2:StopInstances');
    expect(readCard((root as TeamsPost).card)).toContain('Kim Example');
    expect(readCard((fix as TeamsPost).card)).toContain('--user-name xoap-packer');
  });

  it('of a tool is read in its card, and a file is told to be out of reach', async () => {
    const content = {
      type: 'AdaptiveCard',
      body: [{ type: 'TextBlock', text: refused('ec2:DescribeTags') }],
    };
    const attachments = [
      { contentType: 'application/vnd.microsoft.card.adaptive', content: JSON.stringify(content) },
      { contentType: 'reference', name: 'build.log', contentUrl: 'https://example.com/build.log' },
    ];
    await handedOver({ id: '1700000000002', body: { contentType: 'html', content: '' }, attachments });
    const [root] = await repliesOf('1700000000002', 1);
    expect(readCard((root as TeamsPost).card)).toContain('refused ec2:DescribeTags');
    expect(readCard((root as TeamsPost).card)).toContain('Teams does not let a bot read build.log.');
  });

  it('opens no other form where its payload cannot be read', async () => {
    expect(await handedOver({ body: null, attachments: 'no' })).toContain('There is no text to read.');
  });

  it('says so where there is nothing to read', async () => {
    expect(await handedOver({ body: { contentType: 'html', content: '' } })).toContain(
      'There is no text to read.',
    );
  });
});

describe('@xoap explain', () => {
  it('with a text of several lines answers at once', async () => {
    await bot.teamsPerson.type(
      `explain first line\n${refused('ec2:CreateKeyPair')}\nlast line`,
      personalChat,
    );
    const { card } = await bot.teamsPerson.card(/refused ec2:CreateKeyPair/);
    expect(readCard(card)).not.toContain('first line');
  });

  it('asks for the text in a dialog', async () => {
    const known = bot.tenant.posts.length;
    await bot.teamsPerson.type('explain', personalChat);
    const invitation = await until('an invitation', () => bot.tenant.posts[known]);
    const dialog = await bot.teamsPerson.openDialog(invitation, 'Explain a failed build');
    const empty = await bot.teamsPerson.press(dialog, 'Explain');
    const again = bot.teamsPerson.dialogIn(empty, false);
    expect(readCard(again.card)).toContain('Paste what the build printed');
    await bot.teamsPerson.press(again, 'Explain', { 'explain.text': refused('ec2:CreateTags') });
    await bot.teamsPerson.card(/refused ec2:CreateTags/);
  });
});

describe('what AWS encoded', () => {
  it('is decoded on a click, and takes the place of the guess', async () => {
    const [account] = accounts;
    const principal = account?.principals.find(({ name }) => name === 'xoap-packer');
    if (!account || !principal) throw new Error('No account');
    principal.policies.push({
      Statement: { Effect: 'Allow', Action: 'sts:DecodeAuthorizationMessage', Resource: '*' },
    });
    const message = encodeRefusal(
      { account, principal },
      { action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/build' },
      { decision: 'explicitDeny', missingContext: [] },
    );
    const log = `Error launching source instance: operation error EC2: RunInstances, api error UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: ${message}`;
    await handedOver({ id: '1700000000003', ...html(log) });
    const [root, offer] = await repliesOf('1700000000003', 2);
    expect(actionsIn((offer as TeamsPost).card).map(({ title }) => title)).toContain('Decode with prod-eu');

    await bot.teamsPerson.click(offer as TeamsPost, 'Decode with prod-eu');

    const read = (post: TeamsPost | undefined) => readCard(post?.card ?? {});
    await until('the reason', () => read(offer).startsWith('Decoded with prod-eu'));
    expect(read(root)).toContain('❌ The build was refused iam:PassRole');
    expect(read(root)).toContain('a statement of a policy (Guard) forbids it');
  });

  it('changes no other message of the bot, whatever a client sends', async () => {
    const verdict = await bot.teamsPerson.card(/prod-eu cannot build images/);
    const offer = bot.tenant.posts.find(({ card }) => readCard(card).startsWith('Decoded with')) as TeamsPost;
    const forged = JSON.stringify({ id: 'c-0', thread: '1', root: verdict.id, replies: [] });
    const data = { xoap: { action: 'decode-message', value: forged, texts: ['x'] } };
    const { body } = await bot.teamsPerson.invoke(
      'adaptiveCard/action',
      { action: { type: 'Action.Execute', verb: 'decode-message', data }, trigger: 'manual' },
      { replyToId: offer.id },
      personalChat,
    );
    expect(JSON.stringify(body)).toContain('There is no such connection here.');
    expect(readCard(verdict.card)).toContain('prod-eu cannot build images');
  });

  it('has no button where it is too long for one, and says so', async () => {
    const log = `UnauthorizedOperation: User: ${packer} is not authorized to perform: ec2:StopInstances on resource: * Encoded authorization failure message: ${'A'.repeat(9_000)}`;
    await handedOver({ id: '1700000000004', ...html(log) });
    const replies = await repliesOf('1700000000004', 3);
    const offer = replies.find(({ card }) => readCard(card).includes('encoded-message')) as TeamsPost;
    expect(readCard(offer.card)).toContain('too long for a button in Teams');
    expect(actionsIn(offer.card)).toEqual([]);
  });

  it('fits the dialog, also where it is long', async () => {
    bot.tenant.trouble.push({ status: 403, code: 'ForbiddenOperationException' });
    const log = `UnauthorizedOperation: User: ${packer} is not authorized to perform: ec2:CopyImage on resource: * Encoded authorization failure message: ${'A'.repeat(9_000)}`;
    const { body } = await bot.teamsPerson.handOver({ id: '1700000000005', ...html(log) }, groupChat);
    expect(JSON.stringify(body).length).toBeLessThan(26_000);
    expect(JSON.stringify(body)).toContain('more than a dialog holds');
  });
});
