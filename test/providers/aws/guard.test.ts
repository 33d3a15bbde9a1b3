import { DescribeSubnetsCommand, EC2, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsCloud, startAwsCloud } from '../../../simulations/aws/cloud.ts';
import { demoAccounts, demoKeys } from '../../../simulations/aws/demo-accounts.ts';
import { amazonImage } from '../../../simulations/aws/ec2.ts';
import { guard } from '../../../src/providers/aws/guard.ts';
import { createMadeUpIds } from '../../../src/providers/aws/made-up-ids.ts';

describe('the guard around every AWS client', () => {
  let cloud: AwsCloud;
  let ec2: EC2;
  let iam: IAMClient;
  const ids = createMadeUpIds();
  let sent = 0;
  const lent = { imageId: amazonImage, subnetId: 'subnet-0defa0000000000000' };
  const launch = { ImageId: lent.imageId, SubnetId: lent.subnetId, MinCount: 1, MaxCount: 1 };
  ids.lend(lent.imageId, lent.subnetId);

  beforeAll(async () => {
    cloud = await startAwsCloud(demoAccounts());
    const { id, secret } = demoKeys.complete;
    const settings = {
      region: 'eu-central-1',
      endpoint: cloud.url,
      maxAttempts: 1,
      credentials: { accessKeyId: id, secretAccessKey: secret },
    };
    ec2 = new EC2(settings);
    iam = new IAMClient(settings);
    for (const client of [ec2, iam]) {
      guard(client, ids, () => {
        sent += 1;
      });
    }
  });
  afterAll(() => cloud.close());

  it.each([
    [
      'a mutating call without DryRun',
      () => ec2.terminateInstances({ InstanceIds: [ids.make('i')] }),
      'is no dry run',
    ],
    ['a dry run switched off', () => ec2.createKeyPair({ KeyName: 'x', DryRun: false }), 'is no dry run'],
    [
      'a dry run of a real resource',
      () => ec2.stopInstances({ DryRun: true, InstanceIds: ['i-0123456789abcdef0'] }),
      'names i-0123456789abcdef0',
    ],
    [
      'a real id deep inside',
      () =>
        ec2.registerImage({
          DryRun: true,
          Name: 'x',
          BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-0123456789abcdef0' } }],
        }),
      'names snap-',
    ],
    ['a launch that is no dry run', () => ec2.runInstances({ ...launch, DryRun: false }), 'is no dry run'],
    [
      'a launch of another image',
      () => ec2.runInstances({ ...launch, DryRun: true, ImageId: 'ami-0123456789abcdef0' }),
      'names ami-0123456789abcdef0',
    ],
    [
      'a dry run of another call with what was lent to the launch',
      () => ec2.deregisterImage({ DryRun: true, ImageId: lent.imageId }),
      `names ami-0a0a`,
    ],
    [
      'a read nobody listed',
      () => ec2.send(new GetConsoleOutputCommand({ InstanceId: ids.make('i') })),
      'is no dry run',
    ],
    [
      'a change in IAM',
      () => iam.send(new PutUserPolicyCommand({ UserName: 'x', PolicyName: 'x', PolicyDocument: '{}' })),
      'is no dry run',
    ],
  ])('refuses %s before anything is sent', async (_what, call, fault) => {
    const before = cloud.calls.length;

    await expect(call()).rejects.toThrow(fault);

    expect(cloud.calls).toHaveLength(before);
    expect(cloud.faults).toEqual([]);
  });

  it('lets listed reads and dry runs of made-up resources pass, and counts them', async () => {
    sent = 0;

    await ec2.send(new DescribeSubnetsCommand({}));
    await expect(ec2.deleteVolume({ DryRun: true, VolumeId: ids.make('vol') })).rejects.toThrow(
      'does not exist',
    );

    await expect(ec2.runInstances({ ...launch, DryRun: true })).rejects.toThrow('would have succeeded');
    expect(sent).toBe(3);
  });
});
