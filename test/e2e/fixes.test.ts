import { afterAll, beforeAll, expect, it } from 'vitest';
import { snippetsIn } from '../../demo/playground/snippets.ts';
import { createAdministrator } from '../../simulations/administrators/clouds.ts';
import { azureCredential } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { verifyAgain } from '../../simulations/slack/verify-again.ts';
import { until } from '../../simulations/until.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, awsValues, formValues } from '../support/scenario.ts';

// What an administrator copies out of the thread in Slack, and pastes: chat must not have changed a sign of it.

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.close());

const credentialOf = {
  aws: () => awsValues('partial', 'fixed-aws'),
  azure: () => formValues('azure', azureCredential('reader')),
  google: () => formValues('google', { keyFile: keyFileOf('instances') }),
  vsphere: () => {
    const { port, fingerprint: certificateSha256 } = bot.vsphere;
    return formValues('vsphere', vsphereCredential('partial', port, { certificateSha256 }));
  },
};
it.each(['aws', 'azure', 'google', 'vsphere'] as const)(
  'the fix of %s, pasted from the thread, turns it green',
  async (provider) => {
    const name = `fixed-${provider}`;
    const { root } = await addConnection(
      bot,
      { ...credentialOf[provider](), name },
      { provider, verdict: new RegExp(`${name} cannot build images`), replies: 2 },
    );
    // What was checked comes last; while a thread is being written, its verification is under way.
    const thread = await until('the whole thread', async () => {
      const replies = await bot.workspace.thread(bot.workspace.channelId, root.ts);
      return replies.some(({ text }) => text.startsWith('What was checked')) && replies;
    });
    createAdministrator(bot.clouds).carryOut(snippetsIn(thread), JSON.stringify(root.blocks));

    const { workspace, person } = bot;
    const green = await verifyAgain(person, root, async () => {
      const roots = await workspace.roots(workspace.channelId);
      return roots.find(({ text }) => text.includes(`${name} can build images`));
    });
    expect(green.ts).toBe(root.ts);
    expect(green.text).toContain('fixed since');
    expect(bot.workspace.problems).toEqual([]);
  },
);
