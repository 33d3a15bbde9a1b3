import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixAws } from '../../../simulations/administrators/aws.ts';
import type { Account } from '../../../simulations/aws/account.ts';
import { type AwsCloud, startAwsCloud } from '../../../simulations/aws/cloud.ts';
import { demoAccounts, demoKeys, simulatorPolicy } from '../../../simulations/aws/demo-accounts.ts';
import { createAws } from '../../../src/providers/aws/provider.ts';
import { documentedProfile } from '../../../src/providers/profiles.ts';
import { expectFixed } from '../../support/fixes.ts';

const aws = createAws();

describe('AWS: the policy and its command', () => {
  let cloud: AwsCloud;
  let account: Account;
  beforeAll(async () => {
    const accounts = demoAccounts();
    cloud = await startAwsCloud(accounts);
    process.env.AWS_ENDPOINT_URL = cloud.url;
    account = accounts[0] as Account;
  });
  afterAll(() => cloud.close());

  const { requirements, options } = documentedProfile(aws);
  const all = requirements.map(({ id }) => id).filter((id) => !id.startsWith('prerequisite:'));
  // Of what only the simulator tells, an omission reads as a grant on single roles: it is never told as missing.
  const actions = all.filter((id) => !id.startsWith('iam:'));
  const { id, secret } = demoKeys.complete;
  const values = { region: 'eu-central-1', accessKeyId: id, secretAccessKey: secret };
  const profileOptions = options.map((option) => option.id).filter((option) => option !== 'own-vpc');

  it.each(actions)('%s', async (action) => {
    const builder = account.principals.find(({ name }) => name === 'xoap-builder');
    if (!builder) throw new Error('No builder');
    const others = all.filter((each) => each !== action);
    builder.policies = [{ Statement: { Effect: 'Allow', Action: others, Resource: '*' } }, simulatorPolicy];
    const entry = requirements.find((each) => each.id === action);
    const isOfOwnVpc = entry?.when?.includes('own-vpc') ?? false;
    const what = { provider: aws, values, profileOptions: isOfOwnVpc ? ['own-vpc'] : profileOptions };

    await expectFixed(what, { lacking: action, fix: ({ remediation }) => fixAws(account, remediation) });
  });

  it('prerequisite:default-vpc, of which the subnets were deleted', async () => {
    account.defaultVpcs['eu-central-1'] = 'no-subnets';
    await expectFixed(
      { provider: aws, values, profileOptions: [] },
      { lacking: 'prerequisite:default-vpc', fix: ({ remediation }) => fixAws(account, remediation) },
    );
  });

  it('ec2:CreateImage, of which the boundary must be widened too', async () => {
    const builder = account.principals.find(({ name }) => name === 'xoap-builder');
    if (!builder) throw new Error('No builder');
    const others = all.filter((each) => each !== 'ec2:CreateImage');
    builder.policies = [{ Statement: { Effect: 'Allow', Action: others, Resource: '*' } }, simulatorPolicy];
    builder.boundary = { Statement: { Effect: 'Allow', NotAction: 'ec2:CreateImage' } };
    await expectFixed(
      { provider: aws, values, profileOptions: [] },
      {
        lacking: 'ec2:CreateImage',
        fix({ remediation }) {
          fixAws(account, remediation);
          expect(remediation.find(({ forwardTo }) => forwardTo)?.text).toContain('permissions boundary');
          delete builder.boundary;
        },
      },
    );
  });

  it('prerequisite:default-vpc', async () => {
    delete account.defaultVpcs['eu-central-1'];
    await expectFixed(
      { provider: aws, values, profileOptions: [] },
      { lacking: 'prerequisite:default-vpc', fix: ({ remediation }) => fixAws(account, remediation) },
    );
  });
});
