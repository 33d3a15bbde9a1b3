import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import type { SlackPost } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import type { TestBot } from './bot.ts';

/** What a person fills in for an AWS connection. */
export function awsValues(key: keyof typeof demoKeys = 'partial', name = 'prod-eu', region = 'eu-central-1') {
  const { id, secret } = demoKeys[key];
  return { name, 'aws.region': region, 'aws.accessKeyId': id, 'aws.secretAccessKey': secret };
}

/** A credential's fields, as they are named in the form. */
export function formValues(provider: string, credential: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(credential).map(([field, value]) => [`${provider}.${field}`, value]),
  );
}

/** Milliseconds for another worker to take a job up: a lock ends 10 s after a death, and is looked for every 10 s. */
export const takenOver = { timeoutMs: 40_000 };

/** Opens the form with a command and returns it as Slack shows it. */
export async function openForm({ person }: TestBot, text = 'connection add aws', conversation?: string) {
  const draws = person.draws();
  const answer = await person.type(text, conversation);
  if (answer.status !== 200) throw new Error(`The command got ${answer.status}`);
  return person.viewAfter(draws + 1);
}

/** The channel unless said otherwise, and for how long to look. */
type Where = { readonly conversation?: string; readonly timeoutMs?: number };

/** The root message with this text, once it is there. */
export function rootWith(
  { workspace }: TestBot,
  text: string | RegExp,
  { conversation = workspace.channelId, timeoutMs }: Where = {},
): Promise<SlackPost> {
  const matches = (post: SlackPost) =>
    typeof text === 'string' ? post.text.includes(text) : text.test(post.text);
  const look = async () => (await workspace.roots(conversation)).find(matches);
  return until(`a root message with ${text}`, look, timeoutMs);
}

/** The replies under a root message, once there are so many. */
export function threadOf(
  { workspace }: TestBot,
  root: SlackPost,
  length: number,
  { conversation = workspace.channelId, timeoutMs }: Where = {},
) {
  const look = async () => {
    const replies = await workspace.thread(conversation, root.ts);
    return replies.length >= length && replies;
  };
  return until(`${length} replies`, look, timeoutMs);
}

/** Adds a connection and waits for its verdict and thread. */
export async function addConnection(
  bot: TestBot,
  values: Record<string, unknown>,
  { verdict, replies, provider = 'aws' }: { verdict: RegExp; replies: number; provider?: string },
) {
  const view = await openForm(bot, `connection add ${provider}`);
  const answer = await bot.person.submit(view, values);
  const root = await rootWith(bot, verdict);
  const thread = await threadOf(bot, root, replies);
  await verified(bot);
  return { answer, root, thread };
}

/** What waits or runs: verifications by their connections, and Homes that are drawn after one. */
async function running({ redis }: TestBot) {
  const [verifications, others] = await Promise.all([
    redis.prompt.hlen('xoap:{turns}:connections'),
    redis.prompt.keys('bull:xoap-verifications:de:*'),
  ]);
  return { verifications, others: others.length };
}

/** Waits until no verification is under way, so that what is asked for next begins at once. */
export function verified(bot: TestBot) {
  return until('the end of all verifications', async () => (await running(bot)).verifications === 0);
}

/** Waits until nothing is under way: no verification, and no Home that is drawn after one. */
export function idle(bot: TestBot) {
  return until('the end of all verifications', async () => {
    const { verifications, others } = await running(bot);
    return verifications + others === 0;
  });
}

/** A root message once it reads so; it is edited in place. */
export function rootNow({ workspace }: TestBot, root: SlackPost, text: RegExp): Promise<SlackPost> {
  return until(`the root message with ${text}`, async () => {
    const posts = await workspace.roots(workspace.channelId);
    return posts.find((post) => post.ts === root.ts && text.test(readMessage(post)));
  });
}
