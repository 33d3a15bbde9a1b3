import { type Account, callerArn, type Principal } from './account.ts';
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
  CreateTags: ['instance', 'InvalidInstanceID.NotFound'],
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
  RunInstances: ['instance', 'InvalidAMIID.NotFound'],
  StopInstances: ['instance', 'InvalidInstanceID.NotFound'],
  TerminateInstances: ['instance', 'InvalidInstanceID.NotFound'],
};

const layerTexts = {
  identity: ['an identity-based policy', 'no identity-based policy'],
  boundary: ['a permissions boundary', 'no permissions boundary'],
  scps: ['a service control policy', 'no service control policy'],
  session: ['a session policy', 'no session policy'],
} as const;

/** The text of a refusal as EC2 has worded it since 2023, with the blob that only administrators can decode. */
function refusal(call: Call, action: string, resource: string, decision: Decision): Reply {
  const [denying, allowing] = layerTexts[decision.layer ?? 'identity'];
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const why =
    decision.decision === 'explicitDeny'
      ? `with an explicit deny in ${denying}`
      : `because ${allowing} allows the ${action} action`;
  const user = callerArn(call.account, call.principal);
  const text = `You are not authorized to perform this operation. User: ${user} is not authorized to perform: ${action}${on} ${why}.`;
  return ec2Error(
    403,
    'UnauthorizedOperation',
    `${text} Encoded authorization failure message: 0jF4k3BL0Bq7`,
  );
}

function authorise(call: Call, name: string): Reply | undefined {
  const { account, principal, region } = call;
  if (principal.kind === 'root' && !account.scps) return undefined;
  const type = resources[name]?.[0];
  const resource = type ? `arn:aws:ec2:${region}:${account.id}:${type}/*` : '*';
  const action = `ec2:${name}`;
  const isRoot = principal.kind === 'root';
  const everything = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const;
  const decision = evaluate(
    {
      identity: isRoot ? [everything] : principal.policies,
      boundary: principal.boundary,
      scps: account.scps,
      session: principal.sessionPolicy,
    },
    { action, resource, context: { 'aws:RequestedRegion': region } },
  );
  return decision.decision === 'allowed' ? undefined : refusal(call, action, resource, decision);
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
  const zone = parameters.get('AvailabilityZone')?.slice(region.length);
  if (name === 'CreateVolume' && account.zones && !account.zones.includes(zone ?? '')) {
    return ec2Error(400, 'InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
  }
  // EC2 evaluates this one as a success when no group is named at all.
  if (name === 'AuthorizeSecurityGroupIngress' && !parameters.get('GroupId')) return dryRunPassed();
  return undefined;
}

/** Answers one EC2 call; `fault` is told of a call that would have changed something. */
export function answerEc2(call: Call, fault: (text: string) => void): Reply {
  const { parameters } = call;
  const name = parameters.get('Action') ?? '';
  const isDryRun = parameters.get('DryRun') === 'true';
  const isRead = name === 'DescribeSubnets' || name === 'DescribeRegions';
  if (!isDryRun && !isRead) {
    fault(`${name} arrived without DryRun`);
    return ec2Error(400, 'InvalidRequest', `This account accepts ${name} as a dry run only.`);
  }
  const refused = authorise(call, name);
  if (refused) return refused;
  if (!isDryRun) return name === 'DescribeRegions' ? enabledRegions(call) : subnetsOf(call);
  const unusable = answerByParameters(call, name);
  if (unusable) return unusable;
  const notFound = resources[name]?.[1];
  return notFound ? ec2Error(400, notFound, 'The ID does not exist') : dryRunPassed();
}

function dryRunPassed(): Reply {
  return ec2Error(412, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
}
