import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAdministrator } from '../../simulations/administrators/clouds.ts';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import type { Remediation } from '../../src/verification/verification.ts';

let clouds: Awaited<ReturnType<typeof startSimulatedClouds>>;
let administrator: ReturnType<typeof createAdministrator>;
beforeAll(async () => {
  clouds = await startSimulatedClouds();
  administrator = createAdministrator(clouds);
});
afterAll(() => clouds.close());

const shell = (text: string): Remediation => ({ title: '', format: 'shell', text, fixes: [] });
const attach = (user: string) =>
  `aws iam put-user-policy --user-name ${user} --policy-name fix --policy-document '{\n  "Statement": []\n}'`;
const about = 'AWS 123456789012 · eu-central-1';
const policies = () => clouds.cloud.holder(demoKeys.partial.id).policies.length;

it('carries out what names one of its accounts, and puts it back', () => {
  const before = policies();
  const snippets = [shell(attach('xoap-packer'))];

  expect(administrator.carryOut(snippets, about)).toEqual({
    commands: [attach('xoap-packer')],
    printed: [],
  });
  expect(policies()).toBe(before + 1);

  administrator.reset();
  expect(policies()).toBe(before);
});

it('changes nothing where one of the commands fails', () => {
  const before = policies();
  const snippets = [shell(`${attach('xoap-packer')}\naws iam delete-everything`)];

  expect(() => administrator.carryOut(snippets, about)).toThrow('Not known: aws iam delete-everything');
  expect(policies()).toBe(before);
});

it('lets a role trust one connection, beside those before, and never everybody', () => {
  const host = 'bot.example.com';
  const policy = (conditions: Record<string, string>) => ({
    title: '',
    format: 'json' as const,
    text: JSON.stringify({
      Statement: [
        {
          Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${host}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: conditions },
        },
      ],
    }),
    fixes: [],
  });
  const create = shell(
    `aws iam create-open-id-connect-provider --url https://${host} --client-id-list sts.amazonaws.com`,
  );
  const trusts = () =>
    clouds.cloud.accounts[0]?.principals.find(({ name }) => name === 'xoap-images')?.webTrust;
  const audience = { [`${host}:aud`]: 'sts.amazonaws.com' };

  for (const subject of ['xoap:slack:T1:c-1', 'xoap:slack:T1:c-2'])
    administrator.carryOut([create, policy({ ...audience, [`${host}:sub`]: subject })], about);
  expect(trusts()).toMatchObject([{ subject: 'xoap:slack:T1:c-1' }, { subject: 'xoap:slack:T1:c-2' }]);
  expect(() => administrator.carryOut([create, policy(audience)], about)).toThrow('A trust in everybody');
  administrator.reset();
  expect(trusts()).toBeUndefined();
});

it('makes a default VPC in the account that the thread is about', () => {
  const command = 'aws ec2 create-default-vpc --region eu-west-1';

  administrator.carryOut([shell(command)], 'AWS 210987654321 · eu-west-1');

  expect(clouds.cloud.accounts.map(({ defaultVpcs }) => defaultVpcs['eu-west-1'])).toEqual([
    undefined,
    'complete',
  ]);
  administrator.reset();
});

it.each([
  [
    'an account of somebody else',
    attach('xoap-packer'),
    'AWS 999999999999',
    'an account that is none of theirs',
  ],
  ['a user that is not there', attach('nobody'), about, 'No user nobody'],
  ['what is no tool', 'rm -rf /', about, '"rm" is no tool that they know'],
  [
    "somebody's own vCenter",
    'govc permissions.set -principal=x -role=r /DC1',
    'vSphere vcenter.example.com · DC1',
    'an account that is none of theirs',
  ],
])('refuses %s', (_name, text, named, problem) => {
  expect(() => administrator.carryOut([shell(text)], named)).toThrow(problem);
});
