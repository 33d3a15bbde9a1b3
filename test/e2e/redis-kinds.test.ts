import { describe, expect, it } from 'vitest';
import { startAwsCloud } from '../../simulations/aws/cloud.ts';
import { demoAccounts } from '../../simulations/aws/demo-accounts.ts';
import { startBotProcess } from '../../simulations/bot-process.ts';
import { createSlackPerson, readMessage } from '../../simulations/slack/person.ts';
import { botToken, signingSecret } from '../../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import { killInSync, startRedisCluster, startRedisSentinels } from '../support/redis-servers.ts';
import { awsValues } from '../support/scenario.ts';

/** The bot with its worker in a process, over this Redis, and a person in a local Slack. */
async function startOver(url: string) {
  const [workspace, cloud] = await Promise.all([startSlackWorkspace(), startAwsCloud(demoAccounts())]);
  const bot = await startBotProcess({
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    AWS_ENDPOINT_URL: cloud.url,
    REDIS_URL: url,
    XOAP_REPORT_SPREAD_SECONDS: '0',
  });
  const person = await createSlackPerson(workspace, bot.url);
  const roots = async () => (await workspace.roots(workspace.channelId)).map(({ text }) => text);
  return {
    bot,
    workspace,
    person,
    roots,
    /** Whether it was taken; while Redis is away it is refused with a word about that. */
    async add(name: string): Promise<boolean> {
      const draws = person.draws();
      if ((await person.type('connection add aws')).body.text) return false;
      const view = await person.viewAfter(draws + 1);
      return (await person.submit(view, awsValues('complete', name))).text === '';
    },
    answered: (name: string) =>
      until(
        `the answer about ${name}`,
        async () => (await roots()).some((text) => text.includes(`${name} can build`)),
        60_000,
      ),
    async close() {
      await person.close();
      await bot.close();
      await Promise.all([workspace.close(), cloud.close()]);
    },
  };
}

type Over = Awaited<ReturnType<typeof startOver>>;

/** Adds connections until a number of them was taken, through whatever happens meanwhile. */
async function addThrough(over: Over, count: number, before: string): Promise<string[]> {
  const taken: string[] = [];
  for (let index = 0; taken.length < count; index += 1) {
    const name = `${before}-${index}`;
    if (await over.add(name)) taken.push(name);
  }
  return taken;
}

/** What the bot does with everything that it keeps: connections, lists, reports over several queues, schedules. */
async function tryAll(over: Over): Promise<void> {
  expect(await over.add('first')).toBe(true);
  await over.answered('first');
  await over.person.type('connection list');
  expect(readMessage(await over.person.nextReply())).toContain('first');
  await over.person.type('report now');
  expect(readMessage(await over.person.nextReply())).toContain('Verifying all connections');
  await until('the report', async () =>
    (await over.roots()).some((text) => text.includes('the connection can build images')),
  );
  await over.person.type('status');
  expect(readMessage(await over.person.nextReply())).toContain('The bot is working');
}

describe('a cluster of three masters with replicas', () => {
  it('carries everything, and loses nothing that was accepted when a master dies', async () => {
    const cluster = await startRedisCluster();
    const over = await startOver(cluster.url);
    try {
      await tryAll(over);
      const adding = addThrough(over, 8, 'through');
      await until('some of them', async () =>
        (await over.roots()).some((text) => text.includes('through-2')),
      );
      const [[master], [replica]] = [cluster.masters, cluster.replicas];
      if (!master || !replica) throw new Error('The cluster has no master with a replica');
      await killInSync(master, replica);
      const taken = await adding;

      for (const name of taken) await over.answered(name);
    } finally {
      await over.close();
      await cluster.close();
    }
  });
});

describe('a node of a cluster that is named as a server of its own', () => {
  it('is refused at the start with what to write instead', async () => {
    const cluster = await startRedisCluster();
    const url = `redis://127.0.0.1:${cluster.masters[0]?.port}`;

    await expect(startOver(url)).rejects.toThrow(
      'This Redis is a node of a cluster\nName it as one: redis+cluster://HOST:PORT,HOST:PORT.',
    );
    await cluster.close();
  });
});

describe('a master that sentinels watch', () => {
  it('is followed to its replica, and nothing that was accepted is lost', async () => {
    const redis = await startRedisSentinels();
    const over = await startOver(redis.url);
    try {
      await tryAll(over);
      const adding = addThrough(over, 8, 'through');
      await until('some of them', async () =>
        (await over.roots()).some((text) => text.includes('through-2')),
      );
      await killInSync(redis.master, redis.replica);
      const taken = await adding;

      for (const name of taken) await over.answered(name);
    } finally {
      await over.close();
      await redis.close();
    }
  });
});
