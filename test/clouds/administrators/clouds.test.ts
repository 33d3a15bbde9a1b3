import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Remediation } from '../../../src/verification/verification.ts';
import { startSimulatedClouds } from '../../support/simulated-clouds.ts';
import { demoKeys } from '../aws/demo-accounts.ts';
import { createAdministrator } from './clouds.ts';

let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
let administrator: ReturnType<typeof createAdministrator>;
beforeAll(async () => {
  clouds = await startSimulatedClouds();
  administrator = createAdministrator(clouds);
});
afterAll(() => clouds.close());

const shell = (text: string): Remediation => ({ title: '', format: 'shell', text, fixes: [] });
const file = (text: string): Remediation => ({ title: 'Add it (fix.json)', format: 'json', text, fixes: [] });
const attach = (user: string) =>
  `aws iam put-user-policy --user-name ${user} --policy-name fix --policy-document file://fix.json`;
const policies = () => clouds.cloud.holder(demoKeys.partial.id).policies.length;

it('carries out what names one of its accounts, and puts it back', () => {
  const before = policies();
  const snippets = [file('{"Statement":[]}'), shell(attach('xoap-packer'))];

  expect(administrator.carryOut(snippets)).toEqual([attach('xoap-packer')]);
  expect(policies()).toBe(before + 1);

  administrator.reset();
  expect(policies()).toBe(before);
});

it('changes nothing where one of the commands fails', () => {
  const before = policies();
  const snippets = [file('{"Statement":[]}'), shell(`${attach('xoap-packer')}\naws iam delete-everything`)];

  expect(() => administrator.carryOut(snippets)).toThrow('Not known: aws iam delete-everything');
  expect(policies()).toBe(before);
});

it.each([
  [attach('somebody-elses-user'), 'none of their accounts has such a user or role'],
  ['rm -rf /', '"rm" is no tool that they know'],
  ['az role assignment create --scope /subscriptions/gone --role Reader', 'No subscription gone'],
])('refuses %s', (text, problem) => {
  expect(() => administrator.carryOut([file('{"Statement":[]}'), shell(text)])).toThrow(problem);
});
