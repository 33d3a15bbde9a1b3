import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialOf, demoScenarios } from '../../simulations/aws/demo-accounts.ts';
import { azureScenarios } from '../../simulations/azure/demo-accounts.ts';
import { googleScenarios } from '../../simulations/google/demo-accounts.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, formValues, openForm } from '../support/scenario.ts';

/** What a person reads in the root message and somewhere in its thread, for each simulated credential. */
const readings: Record<string, [root: RegExp, replies: number, thread: RegExp]> = {
  'the documented policy': [/can build images: 34 of 34 met/, 1, /34 requirements: 15 granted, 19 likely/],
  'the documented policy without four actions': [/4 permissions are missing/, 4, /--user-name xoap-packer/],
  'a role with a path, through IAM Identity Center': [
    /ec2:\w+ is missing/,
    3,
    /permission set behind AWSReservedSSO_ImageBuilder/,
  ],
  'denied by a service control policy': [
    /the service control policy forbids ec2:RunInstances/,
    3,
    /Forward this to the administrator of your AWS organisation/,
  ],
  'denied by a permissions boundary': [
    /the permissions boundary does not allow ec2:CopyImage and ec2:ModifyImageAttribute/,
    3,
    /What we ask for: widen the boundary by these actions/,
  ],
  'no default VPC': [
    /forbids ec2:RunInstances, and there is no default VPC/,
    4,
    /aws ec2 create-default-vpc --region eu-central-1/,
  ],
  'a region that is not enabled': [
    /could not be verified: the region eu-north-1 is not enabled/,
    1,
    /The key itself is good/,
  ],
  'a deleted key': [/cannot sign in: AWS does not know the access key id/, 1, /was deleted, is inactive/],
  'a wrong secret': [
    /cannot sign in: the secret access key does not belong/,
    1,
    /Enter the key and its secret again/,
  ],
};

/** The same for Azure; what has no reading is refused beside a field. */
const azureReadings: Record<string, [root: RegExp, replies: number, thread: RegExp]> = {
  Contributor: [/can build images: 47 of 47 met/, 1, /Azure|47 requirements: 47 granted/],
  Owner: [/can build images/, 1, /may also give roles away \(Owner\)/],
  'two roles whose notActions cancel each other': [/can build images/, 1, /47 requirements: 47 granted/],
  'a custom role with the same rights': [/can build images/, 1, /47 requirements: 47 granted/],
  'inherited through groups and management groups': [/can build images/, 1, /47 requirements: 47 granted/],
  Reader: [/role Contributor is missing \(it holds Reader\)/, 4, /It holds Reader on the subscription/],
  'a role on a resource group only': [
    /role Contributor is missing \(it holds a role on resource group images only\)/,
    5,
    /sees resource group images: its role was assigned on a resource group only/,
  ],
  'a grant under a condition': [
    /may be able to build images: 42 of 47 could not be told/,
    2,
    /Depends on a condition \(44\)/,
  ],
  'Owner under a condition for role assignments': [/can build images/, 1, /may also give roles away/],
  'a deny assignment': [
    /a deny assignment forbids 8 permissions/,
    3,
    /the deny assignment “Locked by blueprint baseline” forbids it/,
  ],
  'no role at all': [
    /Azure shows it no such subscription/,
    5,
    /Either the id is wrong, or the principal has no role/,
  ],
  'an expired secret': [/the client secret has expired/, 2, /az ad app credential reset/],
  'a wrong secret': [/does not accept the client secret/, 1, /Secret ID was pasted in place of the Value/],
  'a wrong tenant': [/does not know the tenant id/, 1, /Check the Tenant ID/],
  'a subscription of another tenant': [/belongs to another tenant/, 1, /Check Subscription ID and Tenant ID/],
  'a disabled subscription': [
    /the subscription is not enabled/,
    3,
    /It is disabled: Azure lets nobody create anything in it/,
  ],
  'a resource provider that is not registered': [
    /resource provider Microsoft\.KeyVault is not registered/,
    3,
    /az provider register --namespace Microsoft.KeyVault/,
  ],
};

/** The same for Google Cloud. */
const googleReadings: Record<string, [root: RegExp, replies: number, thread: RegExp]> = {
  'both required roles': [/can build images: 38 of 38 met/, 1, /38 granted/],
  'a custom role with exactly the pinned set': [/can build images/, 1, /37 granted, 1 likely/],
  'one role missing': [
    /role compute\.instanceAdmin\.v1 is missing/,
    5,
    /--role=roles\/compute\.instanceAdmin\.v1/,
  ],
  'actAs on the account only': [/can build images/, 1, /38 granted/],
  Owner: [/can build images/, 1, /is Owner of the project/],
  'Shared VPC missing on the host project': [
    /2 of 34 could not be told/,
    3,
    /enter the subnetwork with the connection/,
  ],
  'Shared VPC complete': [/can build images/, 1, /34 granted/],
  'IAP wanted and missing': [
    /role iap\.tunnelResourceAccessor is missing/,
    4,
    /--role=roles\/iap\.tunnelResourceAccessor/,
  ],
  'an API that is disabled': [
    /API compute\.googleapis\.com is not enabled/,
    3,
    /gcloud services enable compute\.googleapis\.com/,
  ],
  'a deny policy': [
    /compute\.instances\.create is refused although the role is bound/,
    3,
    /the deny policy “No new instances”/,
  ],
  'a binding under a condition': [/35 of 38 could not be told/, 3, /Depends on a condition/],
  'a deleted key': [/does not know this key/, 1, /Make a new key/],
  'a disabled service account': [/the service account is disabled/, 1, /Enable it/],
  'a service account that is gone': [/does not exist any more/, 1, /undelete/],
  'a wrong project': [/shows no project no-such-project/, 1, /neither the name nor the number/],
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
      const values = { name, ...formValues('aws', credentialOf(scenario)) };

      const answer = await addConnection(bot, values, { verdict: new RegExp(`^\\S+ ${name} .*`), replies });

      expect(readMessage(answer.root)).toMatch(root);
      expect(answer.thread.map(readMessage).join('\n')).toMatch(thread);
      expect(answer.thread).toHaveLength(replies);
    },
  );

  it('has a reading for every scenario of Azure that passes the form', () => {
    const names = azureScenarios.map(({ name }) => name).filter((name) => name !== 'the Secret ID pasted');
    expect(Object.keys(azureReadings)).toEqual(names);
  });

  it('says beside the field that a Secret ID was pasted', async () => {
    const scenario = azureScenarios.find(({ name }) => name === 'the Secret ID pasted');
    const view = await openForm(bot, 'connection add azure');
    const values = { name: 'secret-id', ...formValues('azure', scenario?.credential ?? {}) };

    const { body } = await bot.person.submit(view, values);

    expect(Object.keys(body.errors as object)).toEqual(['azure.clientSecret']);
    expect(JSON.stringify(body.errors)).toContain('This is a Secret ID');
  });

  it.each(
    azureScenarios
      .filter(({ name }) => azureReadings[name])
      .map((scenario) => [scenario.name, scenario] as const),
  )('for Azure and %s says why and what to do', async (name, { credential }) => {
    const [root, replies, thread] = azureReadings[name] ?? [/no reading/, 0, /no reading/];
    const values = { name: `az ${name}`, ...formValues('azure', credential) };

    const answer = await addConnection(bot, values, {
      provider: 'azure',
      verdict: new RegExp(`^\\S+ az ${name} .*: `),
      replies,
    });

    expect(readMessage(answer.root)).toMatch(root);
    expect(answer.thread.map(readMessage).join('\n')).toMatch(thread);
    expect(answer.thread).toHaveLength(replies);
  });

  it('has a reading for every scenario of Google Cloud', () => {
    expect(Object.keys(googleReadings)).toEqual(googleScenarios.map(({ name }) => name));
  });

  it.each(googleScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'for Google Cloud and %s says why and what to do',
    async (name, { input, profileOptions = [] }) => {
      const [root, replies, thread] = googleReadings[name] ?? [/no reading/, 0, /no reading/];
      const values = {
        name: `g ${name}`,
        ...formValues('google', input),
        'google.profileOptions': profileOptions,
      };

      const answer = await addConnection(bot, values, {
        provider: 'google',
        verdict: new RegExp(`^\\S+ g ${name} .*: `),
        replies,
      });

      expect(readMessage(answer.root)).toMatch(root);
      expect(answer.thread.map(readMessage).join('\n')).toMatch(thread);
      expect(answer.thread).toHaveLength(replies);
    },
  );
});
