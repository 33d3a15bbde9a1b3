import { createVerificationQueue } from '../../jobs/verifications/verification-queue.ts';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import type { View } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import type { TestBot } from '../support/bot.ts';
import { addConnection, awsValues, idle, openForm, rootWith } from '../support/scenario.ts';
import { silent } from '../support/silent.ts';
import { readContent, type StoredKey } from '../support/stored-content.ts';
import { type createWorkers, end } from '../support/worker-process.ts';

/** What a version of the bot has stored and queued, and whose ids stand in it. */
export type LeftBehind = {
  readonly version: string;
  readonly encryptionKeys: string;
  readonly ids: { readonly kim: string; readonly channelId: string };
  /** The day on which the accepted finding ends. */
  readonly acceptedUntil: string;
  readonly content: readonly StoredKey[];
};

/** Connections that somebody has verified already, and that load is about. */
export const loaded = Array.from({ length: 4 }, (_none, index) => `loaded-${index}`);
export const connections = ['ready-eu', 'missing-eu', 'replaced-eu', 'waiting-eu', ...loaded];

type Input = {
  block_id?: string;
  element?: { option_groups?: { options: { value: string }[] }[]; options?: { value: string }[] };
};
const firstChoice = (view: View, field: string) => {
  const { element } = (view.blocks as Input[]).find(({ block_id }) => block_id === field) ?? {};
  return [...(element?.options ?? []), ...(element?.option_groups ?? []).flatMap(({ options }) => options)][0]
    ?.value;
};
/** A day that is far from over. */
export const farDay = () => new Date(Date.now() + 300 * 24 * 3_600_000).toISOString().slice(0, 10);

/**
 * Uses a bot until some of everything is stored, ends its worker, and asks for more: a verification by command, one of a new
 * connection, one of a new credential, one that is planned, and a report. All of it waits.
 */
export async function leaveBehind(
  bot: TestBot,
  workers: ReturnType<typeof createWorkers>,
): Promise<Omit<LeftBehind, 'version'>> {
  const acceptedUntil = farDay();
  const worker = await workers.start();
  await addConnection(bot, awsValues('complete', 'ready-eu'), { verdict: /ready-eu can/, replies: 1 });
  const { root } = await addConnection(bot, awsValues('partial', 'missing-eu'), {
    verdict: /missing-eu cannot/,
    replies: 4,
  });
  await addConnection(bot, awsValues('partial', 'replaced-eu'), {
    verdict: /replaced-eu cannot/,
    replies: 4,
  });
  for (const name of loaded)
    await addConnection(bot, awsValues('complete', name), { verdict: new RegExp(`${name} can`), replies: 1 });

  const draws = bot.person.draws();
  await bot.person.click(root, 'accept-findings');
  const view = await bot.person.viewAfter(draws + 1);
  await bot.person.submit(view, {
    'accept.findings': [firstChoice(view, 'accept.findings')],
    'accept.reason': 'Images are made by "another" account 🚀',
    'accept.until': acceptedUntil,
  });
  await bot.person.type('report now');
  await rootWith(bot, /Report/);
  await idle(bot);
  await end(worker, 'SIGTERM');

  const workspaceId = `slack:${bot.workspace.teamId}`;
  await bot.person.type('connection verify ready-eu');
  await bot.person.submit(await openForm(bot), awsValues('complete', 'waiting-eu'));
  const { id, secret } = demoKeys.complete;
  await bot.person.submit(await openForm(bot, 'connection rotate replaced-eu'), {
    'aws.accessKeyId': id,
    'aws.secretAccessKey': secret,
  });
  await bot.person.type('report now');
  const queue = await createVerificationQueue(bot.redis.prompt, silent, { person: 100, workspace: 100 });
  const all = await bot.redis.prompt.hgetall(`xoap:{${workspaceId}}:names`);
  const ask = { workspaceId, askedBy: bot.person.userId, conversationId: bot.workspace.channelId };
  await queue.requestLater({ ...ask, connectionId: all['missing-eu'] ?? '', trigger: 'again' }, 1_000);
  await queue.close();
  await until('all that waits', async () => (await bot.redis.prompt.hlen('xoap:{turns}:runs')) === 3);
  return {
    encryptionKeys: bot.settings.XOAP_ENCRYPTION_KEYS ?? '',
    ids: { kim: bot.person.userId, channelId: bot.workspace.channelId },
    acceptedUntil,
    content: await readContent(bot.redis.prompt),
  };
}
