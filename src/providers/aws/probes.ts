import { randomUUID } from 'node:crypto';
import type { EC2, ResourceType, TagSpecification } from '@aws-sdk/client-ec2';
import kindsFile from '../../catalog/aws-ec2-kinds.json' with { type: 'json' };
import type { MadeUpIds, Prefix } from './made-up-ids.ts';

/** What a dry run is asked with. */
export type ProbeOptions = {
  /** An availability zone of the region. */
  readonly zone: string;
  /** The kinds of resources that it tags while it makes them. */
  readonly tags?: readonly ResourceType[];
  /** The kinds of resources that are tagged afterwards, for CreateTags itself. */
  readonly tagged?: readonly Taggable[];
  /** What the launch names that exists. */
  readonly launch?: Launch | undefined;
};

/** An AMI of Amazon's and a default subnet; a launch that is only asked about starts nothing. */
export type Launch = { readonly imageId: string; readonly subnetId: string };

export type ProbeContext = ProbeOptions & {
  readonly ids: MadeUpIds;
  readonly region: string;
  readonly call: { readonly abortSignal: AbortSignal };
};

export type Probe = (ec2: EC2, context: ProbeContext) => Promise<unknown>;

const DryRun = true;
/** As Packer names what it makes, which policies pin: anything else they would refuse. */
const name = () => `packer_${randomUUID()}`;

/** The prefixes of the ids of what can be tagged afterwards. */
const prefixes: Readonly<Record<Taggable, string>> = kindsFile.idPrefixes;
export type Taggable = keyof typeof kindsFile.idPrefixes;

export const isTaggable = (kind: string): kind is Taggable => Object.hasOwn(prefixes, kind);

export const taggable = Object.keys(prefixes);

function tagging({ tags = [] }: ProbeContext): { TagSpecifications?: TagSpecification[] } {
  if (tags.length === 0) return {};
  const Tags = [{ Key: 'Name', Value: name() }];
  return { TagSpecifications: tags.map((ResourceType) => ({ ResourceType, Tags })) };
}

/**
 * The dry runs of actions that take more than one made-up id, or none although they should. Parameters are the fewest that
 * EC2 evaluates; every resource is made up, so an answer of "not found" means that authorisation was passed.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
 */
export const byHand: Readonly<Record<string, Probe>> = {
  'ec2:AttachVolume': (ec2, { ids, call }) =>
    ec2.attachVolume(
      { DryRun, Device: '/dev/sdf', InstanceId: ids.make('i'), VolumeId: ids.make('vol') },
      call,
    ),
  // Without a group id EC2 reports success whatever the permissions are, so the id must never be left out.
  'ec2:AuthorizeSecurityGroupIngress': (ec2, { ids, call }) =>
    ec2.authorizeSecurityGroupIngress(
      {
        DryRun,
        GroupId: ids.make('sg'),
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, IpRanges: [{ CidrIp: '192.0.2.1/32' }] },
        ],
      },
      call,
    ),
  'ec2:CopyImage': (ec2, { ids, region, call }) =>
    ec2.copyImage({ DryRun, Name: name(), SourceImageId: ids.make('ami'), SourceRegion: region }, call),
  'ec2:CreateFleet': (ec2, { ids, call }) =>
    ec2.createFleet(
      {
        DryRun,
        Type: 'instant',
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateId: ids.make('lt'), Version: '$Latest' } },
        ],
        TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      },
      call,
    ),
  'ec2:CreateImage': (ec2, context) =>
    ec2.createImage(
      { DryRun, InstanceId: context.ids.make('i'), Name: name(), ...tagging(context) },
      context.call,
    ),
  'ec2:CreateKeyPair': (ec2, context) =>
    ec2.createKeyPair({ DryRun, KeyName: name(), ...tagging(context) }, context.call),
  'ec2:CreateLaunchTemplate': (ec2, { call }) =>
    ec2.createLaunchTemplate(
      {
        DryRun,
        LaunchTemplateName: name(),
        LaunchTemplateData: { InstanceType: 't3.micro' },
      },
      call,
    ),
  // No VPC on purpose: this is also how EC2 says that the region has no default VPC.
  'ec2:CreateSecurityGroup': (ec2, context) =>
    ec2.createSecurityGroup(
      { DryRun, GroupName: name(), Description: 'Permission check', ...tagging(context) },
      context.call,
    ),
  'ec2:CreateSnapshot': (ec2, context) =>
    ec2.createSnapshot({ DryRun, VolumeId: context.ids.make('vol'), ...tagging(context) }, context.call),
  'ec2:CreateTags': (ec2, { ids, tagged = [], call }) =>
    ec2.createTags(
      {
        DryRun,
        Resources: tagged.map((kind) => ids.make(prefixes[kind] as Prefix)),
        Tags: [{ Key: 'Name', Value: name() }],
      },
      call,
    ),
  // Encrypted, because organisations deny volumes that are not, which would read as a missing permission.
  'ec2:CreateVolume': (ec2, context) =>
    ec2.createVolume(
      { DryRun, AvailabilityZone: context.zone, Size: 1, Encrypted: true, ...tagging(context) },
      context.call,
    ),
  'ec2:DeleteKeyPair': (ec2, { call }) => ec2.deleteKeyPair({ DryRun, KeyName: name() }, call),
  'ec2:DeleteLaunchTemplate': (ec2, { ids, call }) =>
    ec2.deleteLaunchTemplate({ DryRun, LaunchTemplateId: ids.make('lt') }, call),
  'ec2:DeleteSecurityGroup': (ec2, { ids, call }) =>
    ec2.deleteSecurityGroup({ DryRun, GroupId: ids.make('sg') }, call),
  'ec2:DescribeImageAttribute': (ec2, { ids, call }) =>
    ec2.describeImageAttribute({ DryRun, Attribute: 'description', ImageId: ids.make('ami') }, call),
  'ec2:ModifyImageAttribute': (ec2, { ids, call }) =>
    ec2.modifyImageAttribute(
      { DryRun, ImageId: ids.make('ami'), Description: { Value: 'Permission check' } },
      call,
    ),
  'ec2:ModifyInstanceAttribute': (ec2, { ids, call }) =>
    ec2.modifyInstanceAttribute(
      { DryRun, InstanceId: ids.make('i'), DisableApiTermination: { Value: false } },
      call,
    ),
  'ec2:ModifySnapshotAttribute': (ec2, { ids, call }) =>
    ec2.modifySnapshotAttribute(
      {
        DryRun,
        SnapshotId: ids.make('snap'),
        Attribute: 'createVolumePermission',
        OperationType: 'remove',
        UserIds: ['111122223333'],
      },
      call,
    ),
  'ec2:RegisterImage': (ec2, { ids, call }) =>
    ec2.registerImage(
      {
        DryRun,
        Name: name(),
        Architecture: 'x86_64',
        VirtualizationType: 'hvm',
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: ids.make('snap') } }],
      },
      call,
    ),
  // As a build does: with a key, tags and a disk. IMDSv2 and encryption are asked for because organisations deny
  // launches without them, which would read as a missing permission.
  'ec2:RunInstances': (ec2, context) =>
    ec2.runInstances(
      {
        DryRun,
        ImageId: context.launch?.imageId ?? context.ids.make('ami'),
        SubnetId: context.launch?.subnetId ?? context.ids.make('subnet'),
        InstanceType: 't3.micro',
        KeyName: name(),
        MinCount: 1,
        MaxCount: 1,
        MetadataOptions: { HttpTokens: 'required' },
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 30, DeleteOnTermination: true, Encrypted: true } },
        ],
        ...tagging(context),
      },
      context.call,
    ),
};

/**
 * The same action inside a VPC that does not exist: asked only where the region has no default VPC, because there
 * the first answer speaks of the VPC and not of the permission.
 */
export const createSecurityGroupInVpc: Probe = (ec2, context) =>
  ec2.createSecurityGroup(
    {
      DryRun,
      GroupName: name(),
      Description: 'Permission check',
      VpcId: context.ids.make('vpc'),
      ...tagging(context),
    },
    context.call,
  );
