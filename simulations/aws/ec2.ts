import { type Account, callerArn, type Principal } from './account.ts';
import { encodeRefusal } from './encoded-messages.ts';
import { type Decision, evaluate } from './policy.ts';
import { ec2Error, type Reply } from './xml.ts';

export type Call = {
  readonly account: Account;
  readonly principal: Principal;
  readonly region: string;
  readonly parameters: URLSearchParams;
};

/**
 * For each action that names a resource: the type that authorisation is asked for and what EC2 says when the
 * resource does not exist. That authorisation comes before existence is recorded for GetPasswordData and reported
 * for DescribeInstanceAttribute; for the others it is taken to be the same, which AWS documents nowhere.
 */
const resources: Readonly<Record<string, readonly [type: string, notFound: string | undefined]>> = {
  AttachVolume: ['volume', 'InvalidVolume.NotFound'],
  AuthorizeSecurityGroupIngress: ['security-group', 'InvalidGroup.NotFound'],
  CopyImage: ['image', 'InvalidAMIID.NotFound'],
  CreateFleet: ['launch-template', 'InvalidLaunchTemplateId.NotFound'],
  CreateImage: ['instance', 'InvalidInstanceID.NotFound'],
  CreateKeyPair: ['key-pair', undefined],
  CreateLaunchTemplate: ['launch-template', undefined],
  CreateSecurityGroup: ['security-group', undefined],
  CreateSnapshot: ['volume', 'InvalidVolume.NotFound'],
  CreateTags: ['image', 'InvalidAMIID.NotFound'],
  CreateVolume: ['volume', undefined],
  DeleteKeyPair: ['key-pair', undefined],
  DeleteLaunchTemplate: ['launch-template', 'InvalidLaunchTemplateId.NotFound'],
  DeleteSecurityGroup: ['security-group', 'InvalidGroup.NotFound'],
  DeleteSnapshot: ['snapshot', 'InvalidSnapshot.NotFound'],
  DeleteVolume: ['volume', 'InvalidVolume.NotFound'],
  DeregisterImage: ['image', 'InvalidAMIID.NotFound'],
  DescribeImageAttribute: ['image', 'InvalidAMIID.NotFound'],
  DetachVolume: ['volume', 'InvalidVolume.NotFound'],
  EnableFastLaunch: ['image', 'InvalidAMIID.NotFound'],
  GetPasswordData: ['instance', 'InvalidInstanceID.NotFound'],
  ModifyImageAttribute: ['image', 'InvalidAMIID.NotFound'],
  ModifyInstanceAttribute: ['instance', 'InvalidInstanceID.NotFound'],
  ModifySnapshotAttribute: ['snapshot', 'InvalidSnapshot.NotFound'],
  RegisterImage: ['image', 'InvalidSnapshot.NotFound'],
  RunInstances: ['instance', undefined],
  StopInstances: ['instance', 'InvalidInstanceID.NotFound'],
  TerminateInstances: ['instance', 'InvalidInstanceID.NotFound'],
};

/** Kinds by the beginning of the ids of what can be tagged afterwards. */
const kindsById: Readonly<Record<string, string>> = {
  ami: 'image',
  eni: 'network-interface',
  i: 'instance',
  snap: 'snapshot',
  vol: 'volume',
};

/** The image of Amazon's that every region of this cloud has. */
export const amazonImage = 'ami-0a0a0a0a0a0a0a0a0';

const layerTexts = {
  identity: ['an identity-based policy', 'no identity-based policy'],
  boundary: ['a permissions boundary', 'no permissions boundary'],
  scps: ['a service control policy', 'no service control policy'],
  session: ['a session policy', 'no session policy'],
  endpoint: ['a VPC endpoint policy', 'no VPC endpoint policy'],
} as const;

/**
 * The text of a refusal as EC2 words it: with the ARN of the policy behind an explicit denial, where it is one of the
 * account or its organisation, and after it the blob that only administrators can decode.
 */
function refusal(call: Call, asked: Asked, decision: Decision): Reply {
  const { action, resource } = asked;
  const [denying, allowing] = layerTexts[decision.layer ?? 'identity'];
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const policy = decision.policy ? `: ${decision.policy}` : '';
  const why =
    decision.decision === 'explicitDeny'
      ? `with an explicit deny in ${denying}${policy}`
      : `because ${allowing} allows the ${action} action`;
  const user = callerArn(call.account, call.principal);
  const text = `You are not authorized to perform this operation. User: ${user} is not authorized to perform: ${action}${on} ${why}.`;
  return ec2Error(
    403,
    'UnauthorizedOperation',
    `${text} Encoded authorization failure message: ${encodeRefusal(call, asked, decision)}`,
  );
}

/** One thing that a call is authorised for. */
type Asked = {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
};

function numbered(parameters: URLSearchParams, name: (index: number) => string): string[] {
  const values: string[] = [];
  for (let index = 1; parameters.has(name(index)); index += 1) values.push(parameters.get(name(index)) ?? '');
  return values;
}

/**
 * What a call is authorised for, in turn. A launch needs every kind that it names or makes, and tags that a call sets
 * while it makes something are looked at as CreateTags with the call as `ec2:CreateAction`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
function askedFor({ account, region, parameters }: Call, name: string): Asked[] {
  const arn = (type: string, id = '*') =>
    `arn:aws:ec2:${region}:${['image', 'snapshot'].includes(type) ? '' : account.id}:${type}/${id}`;
  const type = resources[name]?.[0];
  const action = `ec2:${name}`;
  const own = (): string[] => {
    if (name === 'CreateTags')
      return numbered(parameters, (index) => `ResourceId.${index}`).map((id) =>
        arn(kindsById[id.split('-')[0] ?? ''] ?? 'instance', id),
      );
    if (name !== 'RunInstances') return [type ? arn(type) : '*'];
    const key = parameters.get('KeyName');
    return [
      arn('instance'),
      arn('image', parameters.get('ImageId') ?? '*'),
      arn('network-interface'),
      arn('security-group'),
      arn('subnet', parameters.get('SubnetId') ?? '*'),
      ...(parameters.has('BlockDeviceMapping.1.DeviceName') ? [arn('volume')] : []),
      ...(key ? [arn('key-pair', key)] : []),
    ];
  };
  const tagged = numbered(parameters, (index) => `TagSpecification.${index}.ResourceType`);
  return [
    ...own().map((resource) => ({ action, resource })),
    ...tagged.map((kind) => ({
      action: 'ec2:CreateTags',
      resource: arn(kind),
      context: { 'ec2:CreateAction': name },
    })),
  ];
}

function authorise(call: Call, name: string): Reply | undefined {
  const { account, principal, region } = call;
  if (principal.kind === 'root' && !account.scps) return undefined;
  const isRoot = principal.kind === 'root';
  const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const;
  for (const asked of askedFor(call, name)) {
    const decision = evaluate(
      {
        identity: isRoot ? [everything] : principal.policies,
        boundary: principal.boundary,
        scps: account.scps,
        session: principal.sessionPolicy,
        endpoint: account.endpointPolicy,
      },
      {
        ...asked,
        context: {
          'aws:RequestedRegion': region,
          'ec2:Region': region,
          ...account.context,
          ...asked.context,
        },
      },
    );
    if (decision.decision !== 'allowed') return refusal(call, asked, decision);
  }
  return undefined;
}

/** Images of Amazon's; none where the account allows only others. */
function images({ account }: Call): Reply {
  const item = `<item><imageId>${amazonImage}</imageId><imageOwnerAlias>amazon</imageOwnerAlias><isPublic>true</isPublic><imageState>available</imageState></item>`;
  const items = account.hidesAmazonImages ? '' : item;
  return {
    status: 200,
    body: `<DescribeImagesResponse><imagesSet>${items}</imagesSet></DescribeImagesResponse>`,
  };
}

function enabledRegions({ account }: Call): Reply {
  const names = account.regions ?? ['eu-central-1', 'us-east-1', 'us-west-1'];
  const items = names.map((name) => `<item><regionName>${name}</regionName></item>`);
  return {
    status: 200,
    body: `<DescribeRegionsResponse><regionInfo>${items.join('')}</regionInfo></DescribeRegionsResponse>`,
  };
}

/** The default subnets where they are asked for by filter; else the account's own one, in its own zone. */
function subnetsOf({ account, region, parameters }: Call): Reply {
  const isDefault = parameters.get('Filter.1.Name') === 'default-for-az';
  const zones = account.defaultVpcs[region] === 'complete' ? (account.zones ?? ['a', 'b', 'c']) : [];
  const items = (isDefault ? zones : (account.zones ?? ['a'])).map(
    (zone) =>
      `<item><subnetId>subnet-0def${zone}0000000000000</subnetId><vpcId>vpc-0def0000000000000</vpcId>` +
      `<availabilityZone>${region}${zone}</availabilityZone><defaultForAz>${isDefault}</defaultForAz></item>`,
  );
  return {
    status: 200,
    body: `<DescribeSubnetsResponse><subnetSet>${items.join('')}</subnetSet></DescribeSubnetsResponse>`,
  };
}

/** What the parameters alone lead to, once authorisation is passed. */
function answerByParameters({ account, region, parameters }: Call, name: string): Reply | undefined {
  if (name === 'CreateSecurityGroup') {
    if (parameters.get('VpcId')) return ec2Error(400, 'InvalidVpcID.NotFound', 'The vpc ID does not exist');
    if (!account.defaultVpcs[region])
      return ec2Error(400, 'VPCIdNotSpecified', 'No default VPC for this user');
  }
  if (name === 'RunInstances') {
    // In which order EC2 looks at these is documented nowhere; a key pair that is not there is reported last here.
    if (parameters.get('ImageId') !== amazonImage)
      return ec2Error(400, 'InvalidAMIID.NotFound', 'The image id does not exist');
    if (account.looksForKeyPairs)
      return ec2Error(400, 'InvalidKeyPair.NotFound', 'The key pair does not exist');
  }
  const zone = parameters.get('AvailabilityZone')?.slice(region.length);
  if (name === 'CreateVolume' && account.zones && !account.zones.includes(zone ?? '')) {
    return ec2Error(400, 'InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
  }
  // EC2 evaluates this one as a success when no group is named at all.
  if (name === 'AuthorizeSecurityGroupIngress' && !parameters.get('GroupId')) return dryRunPassed();
  return undefined;
}

/** What may be read. */
const reads: Readonly<Record<string, (call: Call) => Reply>> = {
  DescribeImages: images,
  DescribeRegions: enabledRegions,
  DescribeSubnets: subnetsOf,
};

/** Answers one EC2 call; `fault` is told of a call that would have changed something. */
export function answerEc2(call: Call, fault: (text: string) => void): Reply {
  const { parameters } = call;
  const name = parameters.get('Action') ?? '';
  const isDryRun = parameters.get('DryRun') === 'true';
  const read = reads[name];
  if (!isDryRun && !read) {
    fault(`${name} arrived without DryRun`);
    return ec2Error(400, 'InvalidRequest', `This account accepts ${name} as a dry run only.`);
  }
  const refused = authorise(call, name);
  if (refused) return refused;
  if (!isDryRun && read) return read(call);
  const unusable = answerByParameters(call, name);
  if (unusable) return unusable;
  const notFound = resources[name]?.[1];
  return notFound ? ec2Error(400, notFound, 'The ID does not exist') : dryRunPassed();
}

function dryRunPassed(): Reply {
  return ec2Error(412, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
}
