import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialOf, demoScenarios } from '../clouds/aws/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection } from '../support/scenario.ts';
import { readMessage } from '../support/slack-person.ts';

/** What a person reads in the root message and somewhere in its thread, for each simulated credential. */
const readings: Record<string, [root: RegExp, replies: number, thread: RegExp]> = {
  'the documented policy': [
    /can build images — all 34 requirements met/,
    1,
    /34 requirements: 14 granted, 20 likely/,
  ],
  'the documented policy without four actions': [
    /4 of 34 requirements missing/,
    4,
    /--user-name xoap-packer/,
  ],
  'a role with a path, through IAM Identity Center': [
    /1 of 34 requirements missing/,
    3,
    /permission set behind AWSReservedSSO_ImageBuilder/,
  ],
  'denied by a service control policy': [
    /1 of 34 requirements missing/,
    3,
    /Your organisation’s administrator must change it/,
  ],
  'denied by a permissions boundary': [
    /2 of 34 requirements missing/,
    3,
    /Whoever set the boundary must widen it/,
  ],
  'no default VPC': [/2 of 34 requirements missing/, 3, /aws ec2 create-default-vpc --region eu-central-1/],
  'a region that is not enabled': [
    /could not be verified — The region eu-north-1 is not enabled/,
    1,
    /The key itself is good/,
  ],
  'a deleted key': [
    /could not be verified — AWS does not know the access key id/,
    1,
    /was deleted, is inactive/,
  ],
  'a wrong secret': [
    /could not be verified — The secret access key does not belong/,
    1,
    /Paste the secret again/,
  ],
};

describe('the thread on Slack', () => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(async () => {
    await bot.close();
    expect(bot.workspace.problems).toEqual([]);
    expect(bot.cloud.faults).toEqual([]);
  });

  it('has a reading for every scenario', () => {
    expect(Object.keys(readings)).toEqual(demoScenarios.map(({ name }) => name));
  });

  it.each(demoScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'for %s says why and what to do',
    async (name, scenario) => {
      const [root, replies, thread] = readings[name] ?? [/no reading/, 0, /no reading/];
      const credential = Object.entries(credentialOf(scenario)).map(([field, value]) => [
        `aws.${field}`,
        value,
      ]);
      const values = { name, ...Object.fromEntries(credential) };

      const answer = await addConnection(bot, values, { verdict: new RegExp(`^\\S+ ${name} .*`), replies });

      expect(readMessage(answer.root)).toMatch(root);
      expect(answer.thread.map(readMessage).join('\n')).toMatch(thread);
      expect(answer.thread).toHaveLength(replies);
    },
  );
});
