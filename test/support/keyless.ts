import { expect } from 'vitest';
import type { Account, Principal } from '../../simulations/aws/account.ts';
import { demoAccounts } from '../../simulations/aws/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import type { TestBot } from './bot.ts';
import { idle, rootWith, threadOf } from './scenario.ts';

/** The address that a bot under test signs tokens as. */
export const issuer = 'https://bot.example.com';
export const roleArn = 'arn:aws:iam::123456789012:role/xoap-images';

/** The accounts of AWS, and the role in one of them that builds images and may come to trust the bot. */
export function accountsWithRole() {
  const accounts = demoAccounts();
  const [account] = accounts as [Account];
  const role = account.principals.find(({ name }) => name === 'xoap-images') as Principal;
  return { accounts, account, role };
}

/** Expects a connection to have been refused with these words, and no offer to replace what it does not have. */
export async function expectRefused(bot: TestBot, name: string, said: RegExp): Promise<void> {
  const root = await rootWith(bot, new RegExp(`${name} cannot sign in`));
  await idle(bot);
  const thread = (await threadOf(bot, root, 1)).map(readMessage).join('\n');
  expect(`${readMessage(root)}\n${thread}`).toMatch(said);
  expect(readMessage(root)).not.toContain('Replace credential');
}
